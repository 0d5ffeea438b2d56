"""What a client must do at the least: by its sector, and by what the protocol allows at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .sectors import ClientAuth, GrantType, Sector, SigningAlg


class Shortfall(StrEnum):
    """Why a client of these settings may neither be registered nor run."""

    CLIENT_AUTH = "client_auth"
    PAR = "par"
    DPOP = "dpop"
    SIGNATURE = "signature"
    USERINFO_SIGNATURE = "userinfo_signature"
    REASON = "reason"
    NO_GRANT = "no_grant"
    REFRESH_ALONE = "refresh_alone"
    PUBLIC_MACHINE = "public_machine"
    PUBLIC_BEARER = "public_bearer"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What a client registered about itself. userinfo_alg: empty for an unsigned answer."""

    client_auth: str
    par: bool
    dpop: bool
    id_token_alg: str
    userinfo_alg: str
    rs256_reason: str
    grants: frozenset[str]
    test: bool


def shortfalls(sector: Sector, asked: ClientSettings) -> Iterator[Shortfall]:
    """All of them, in the order of the form; none means the client may run.

    A sandbox client may authenticate as it likes, so that a first login is quick; not where FAPI 2.0 is
    the rule: what is tried there must be what will run. Who has no secret binds its tokens to a key, so that
    nobody else can use them.
    """
    yield from _of_profile(sector, asked)
    yield from _of_signatures(sector, asked)
    yield from _of_grants(asked)


def _of_profile(sector: Sector, asked: ClientSettings) -> Iterator[Shortfall]:
    profile = sector.profile
    at_ease = asked.test and not profile.fapi
    if profile.client_auth and asked.client_auth not in profile.client_auth and not at_ease:
        yield Shortfall.CLIENT_AUTH
    if profile.require_par and not asked.par:
        yield Shortfall.PAR
    if profile.require_dpop and not asked.dpop:
        yield Shortfall.DPOP
    if asked.client_auth == ClientAuth.NONE and not asked.dpop:
        yield Shortfall.PUBLIC_BEARER


def _of_signatures(sector: Sector, asked: ClientSettings) -> Iterator[Shortfall]:
    """RS256 is refused where FAPI 2.0 (section 5.4) is the rule, and needs a reason elsewhere."""
    weak = asked.id_token_alg == SigningAlg.RS256
    weak_userinfo = asked.userinfo_alg == SigningAlg.RS256
    if sector.profile.fapi and weak:
        yield Shortfall.SIGNATURE
    if sector.profile.fapi and weak_userinfo:
        yield Shortfall.USERINFO_SIGNATURE
    if (weak or weak_userinfo) and not sector.profile.fapi and not asked.rs256_reason.strip():
        yield Shortfall.REASON


def _of_grants(asked: ClientSettings) -> Iterator[Shortfall]:
    if not asked.grants & {GrantType.AUTHORIZATION_CODE, GrantType.CLIENT_CREDENTIALS}:
        yield Shortfall.NO_GRANT
    elif GrantType.REFRESH_TOKEN in asked.grants and GrantType.AUTHORIZATION_CODE not in asked.grants:
        yield Shortfall.REFRESH_ALONE
    if GrantType.CLIENT_CREDENTIALS in asked.grants and asked.client_auth == ClientAuth.NONE:
        yield Shortfall.PUBLIC_MACHINE
