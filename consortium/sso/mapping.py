"""What a provider's claims mean here; pure functions over them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

Claims = Mapping[str, Any]
_ADDRESS: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,185}")
"""What mail can be sent to and the account's column holds."""


def claim(claims: Claims, path: str) -> Any:
    """The claim of this name, else along a dotted path (Keycloak's `realm_access.roles`); None if absent."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def groups_of(claims: Claims, path: str) -> list[str]:
    """Group names, whether they came as a list or as a single text; anything else is none."""
    found = claim(claims, path)
    listed = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return [group for group in listed if isinstance(group, str)]


def roles_for(groups: Iterable[str], groups_of_role: Mapping[str, Iterable[str]]) -> list[str]:
    """Keys of the roles that one of the groups leads to, in the order of the mapping."""
    held = set(groups)
    return [role for role, leading in groups_of_role.items() if held & set(leading)]


def email_of(claims: Claims) -> str:
    """The address in lower case; empty if there is none or the provider says that it isn't verified."""
    given = claims.get("email")
    email = given.strip().lower() if isinstance(given, str) else ""
    is_verified = claims.get("email_verified", True) not in {False, "false"}
    return email if is_verified and _ADDRESS.fullmatch(email) else ""


def proved_at(claims: Claims) -> float | None:
    """Unix time at which the provider last asked who is there (`auth_time`); None if it doesn't say."""
    time = claims.get("auth_time")
    return float(time) if isinstance(time, int | float) and not isinstance(time, bool) else None


def is_strong(claims: Claims, *, trusted_acr: Iterable[str], trusted_amr: Iterable[str]) -> bool:
    """Whether the provider says that it asked for a second factor, in words the municipality trusts."""
    methods = claims.get("amr")
    shown = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    return claims.get("acr") in set(trusted_acr) or bool(shown & set(trusted_amr))
