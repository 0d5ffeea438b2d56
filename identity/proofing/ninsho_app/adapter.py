"""From the provider's claims to 基本4情報; which of its `acr` stand for which level is a setting."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.conf import settings

from consortium.domain.my_number import contains_my_number
from consortium.sso import provider
from consortium.sso.provider import Attempt, ProviderError
from identity.domain.proofing import BasicFour, Proof, ProofingRefused, years_later

METHOD: Final = "ninsho_app"
SEXES: Final = {"female": "female", "male": "male"}
LONGEST: Final = 300


@dataclass
class _Client:
    issuer: str
    client_id: str
    scopes: str
    secret: str = field(repr=False)
    groups_claim: str = "none"


def is_on() -> bool:
    return bool(settings.NINSHO_APP["issuer"])


def begin(redirect_uri: str) -> tuple[str, Attempt]:
    """Where to send the browser, and what its session keeps. Asks the provider: no transaction may be open.

    Raises ProofingRefused `off`, `upstream`.
    """
    client = _client()
    try:
        metadata = provider.discover(client.issuer)
    except ProviderError as error:
        raise ProofingRefused("upstream", error.code) from None
    wanted = " ".join(settings.NINSHO_APP["acr_levels"])
    return provider.begin(client, metadata, redirect_uri, acr_values=wanted)


def prove(redirect_uri: str, attempt: Attempt, code: str, iss: str, today: date) -> Proof:
    """Asks the provider. Raises ProofingRefused `upstream`, `level`, `my_number`, `attributes`."""
    client = _client()
    try:
        claims = provider.complete(client, redirect_uri, attempt, code=code, iss=iss)
    except ProviderError as error:
        raise ProofingRefused("upstream", error.code) from None
    level = settings.NINSHO_APP["acr_levels"].get(str(claims.get("acr", "")))
    if level is None:
        raise ProofingRefused("level")
    return Proof(
        method=METHOD,
        level=level,
        person=_person(claims),
        expires_on=years_later(today, settings.NINSHO_APP["years"]),
        source=f"{client.issuer}\n{claims['sub']}".encode(),
    )


def _client() -> _Client:
    config = settings.NINSHO_APP
    if not config["issuer"]:
        raise ProofingRefused("off")
    return _Client(config["issuer"], config["client_id"], config["scopes"], config["secret"])


def _person(claims: dict[str, Any]) -> BasicFour:
    if any(contains_my_number(text) for text in _texts(claims)):
        raise ProofingRefused("my_number")
    names: dict[str, str] = settings.NINSHO_APP["claims"]
    values = {name: " ".join(_at(claims, path).split()) for name, path in names.items()}
    try:
        person = BasicFour(
            name=values["name"],
            birth_date=date.fromisoformat(values["birth_date"]),
            sex=SEXES.get(values["sex"], "unstated"),
            address=values["address"],
        )
    except ValueError:
        raise ProofingRefused("attributes") from None
    texts = (person.name, person.address)
    if not all(text and len(text) <= LONGEST and text.isprintable() for text in texts):
        raise ProofingRefused("attributes")
    return person


def _at(claims: dict[str, Any], path: str) -> str:
    """path: names with a dot between them, as in address.formatted."""
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []
