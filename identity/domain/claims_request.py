"""The `claims` parameter (OpenID Connect Core section 5.5), as far as it means something here.

Attributes asked for by name, with or without `essential`, need her consent either way; a value asked for
counts for `acr` and `sub` alone. What is unknown is ignored, as the specification says.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MEMBERS: Final = ("userinfo", "id_token")


@dataclass(frozen=True, slots=True)
class ClaimsRequest:
    """userinfo, id_token: names of claims, in their order. acr_values: steps, the preferred one first;
    acr_essential: none of them reached is an error. subject: whom the service expects."""

    userinfo: tuple[str, ...] = ()
    id_token: tuple[str, ...] = ()
    acr_values: tuple[str, ...] = ()
    acr_essential: bool = False
    subject: str | None = None

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys((*self.userinfo, *self.id_token)))


def parse(text: str) -> ClaimsRequest:
    """Raises ValueError for what is no claims request. Empty text asks for nothing."""
    if not text:
        return ClaimsRequest()
    asked = _members(_loaded(text))
    wishes = asked["id_token"].get("acr") or {}
    steps = wishes.get("values", [wishes["value"]] if "value" in wishes else [])
    if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
        raise ValueError("acr")
    subjects = [(asked[member].get("sub") or {}).get("value") for member in MEMBERS]
    return ClaimsRequest(
        userinfo=tuple(asked["userinfo"]),
        id_token=tuple(asked["id_token"]),
        acr_values=tuple(steps),
        acr_essential=wishes.get("essential") is True,
        subject=next((str(subject) for subject in subjects if subject is not None), None),
    )


def _loaded(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("nested") from None
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _members(found: Mapping[str, Any]) -> dict[str, dict[str, dict[str, Any] | None]]:
    members = {name: found.get(name) or {} for name in MEMBERS}
    for claims in members.values():
        if not isinstance(claims, dict) or not all(
            wish is None or isinstance(wish, dict) for wish in claims.values()
        ):
            raise ValueError("claims")
    return members
