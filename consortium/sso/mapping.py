"""What a provider's claims mean here; pure functions over them."""

from collections.abc import Iterable, Mapping
from typing import Any

Claims = Mapping[str, Any]


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
    email = claims.get("email")
    verified = claims.get("email_verified", True)
    is_address = isinstance(email, str) and email.count("@") == 1
    return str(email).strip().lower() if is_address and verified not in {False, "false"} else ""


def is_strong(claims: Claims, *, trusted_acr: Iterable[str], trusted_amr: Iterable[str]) -> bool:
    """Whether the provider says that it asked for a second factor, in words the municipality trusts."""
    methods = claims.get("amr")
    shown = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    return claims.get("acr") in set(trusted_acr) or bool(shown & set(trusted_amr))
