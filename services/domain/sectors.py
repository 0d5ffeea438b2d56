"""Sectors are policy, in one place: what a service of a sector must prove and may ask for.

Attributes are named by their keys; the catalogue is in `identity.domain.attributes`, a layer above.
"""

from dataclasses import dataclass
from enum import StrEnum


class SectorKey(StrEnum):
    MEDICAL = "medical"
    ADMINISTRATIVE = "administrative"
    TRANSPORT = "transport"


class ClientAuth(StrEnum):
    """How a client authenticates at the token endpoint (names of the IANA registry)."""

    PRIVATE_KEY_JWT = "private_key_jwt"
    CLIENT_SECRET_BASIC = "client_secret_basic"  # noqa: S105 - the method's registered name
    NONE = "none"


class GrantType(StrEnum):
    """Names of the IANA registry."""

    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the grant's registered name
    CLIENT_CREDENTIALS = "client_credentials"


class SigningAlg(StrEnum):
    """Of JWTs that a client receives (RFC 7518, RFC 8037). RS256 is for those who can do no better."""

    ES256 = "ES256"
    EDDSA = "EdDSA"
    PS256 = "PS256"
    RS256 = "RS256"


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """What a production client of the sector must do. PKCE with S256 is asked of everyone and not listed.

    `client_auth` holds what the sector allows; empty means: any method the provider supports.
    """

    fapi: bool = False
    require_par: bool = False
    require_dpop: bool = False
    client_auth: frozenset[ClientAuth] = frozenset()


@dataclass(frozen=True, slots=True)
class Sector:
    """Levels are 1 to 3: proofing is 身元確認保証レベル, authentication is 当人認証保証レベル.

    fresh_within: seconds since the resident signed in within which services may ask about her, by userinfo
    or by the API.
    """

    key: SectorKey
    label_ja: str
    label_en: str
    min_proofing: int
    min_authentication: int
    profile: ClientProfile
    attributes: frozenset[str]
    consent_each_time: bool = False
    fresh_within: int | None = None

    def permits(self, attribute: str) -> bool:
        return attribute in self.attributes

    def excess(self, attributes: frozenset[str]) -> frozenset[str]:
        """Return what a service asked for beyond what its sector may ask for."""
        return attributes - self.attributes

    def admits(self, *, proofing: int, authentication: int) -> bool:
        return proofing >= self.min_proofing and authentication >= self.min_authentication


# No insurance numbers anywhere: the sector pseudonym links. Medical consent is given for each purpose anew.
MEDICAL = Sector(
    key=SectorKey.MEDICAL,
    label_ja="医療",
    label_en="Medical",
    min_proofing=3,
    min_authentication=3,
    profile=ClientProfile(
        fapi=True, require_par=True, require_dpop=True, client_auth=frozenset({ClientAuth.PRIVATE_KEY_JWT})
    ),
    attributes=frozenset({"name", "birth_date", "sex"}),
    consent_each_time=True,
    fresh_within=3600,
)
ADMINISTRATIVE = Sector(
    key=SectorKey.ADMINISTRATIVE,
    label_ja="行政",
    label_en="Administrative",
    min_proofing=3,
    min_authentication=2,
    profile=ClientProfile(require_par=True, client_auth=frozenset({ClientAuth.PRIVATE_KEY_JWT})),
    attributes=frozenset({"name", "address", "birth_date", "sex", "resident_of", "delegations"}),
)
TRANSPORT = Sector(
    key=SectorKey.TRANSPORT,
    label_ja="交通",
    label_en="Transport",
    min_proofing=2,
    min_authentication=1,
    profile=ClientProfile(),
    attributes=frozenset({"resident_of", "age_over_65", "under_18", "subsidised_fare"}),
)

SECTORS: dict[SectorKey, Sector] = {sector.key: sector for sector in (MEDICAL, ADMINISTRATIVE, TRANSPORT)}


def sector(key: str) -> Sector:
    """Return the sector of this key; KeyError if there is none."""
    try:
        return SECTORS[SectorKey(key)]
    except ValueError:
        raise KeyError(key) from None
