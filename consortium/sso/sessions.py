"""What a session remembers of attempts on their way, and of what came back."""

import time
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from django.http import HttpRequest

from .mapping import Claims
from .provider import Attempt

Purpose = Literal["sign_in", "again", "test", "link"]
"""again: to prove once more who is there."""
ATTEMPTS, PENDING, TEST = "sso_attempts", "sso_pending", "sso_test"
LIFETIME: Final = 600
"""Seconds between leaving for the provider and coming back, or from there to linking."""
MOST: Final = 5
KEPT_CLAIMS: Final = ("sub", "email", "name", "acr", "amr")


@dataclass(frozen=True, slots=True)
class Journey:
    attempt: Attempt
    municipality_id: int
    provider: list[str]
    """SsoConnection.identity at departure: the connection may be changed meanwhile."""
    purpose: Purpose
    next: str


def depart(request: HttpRequest, journey: Journey) -> None:
    held = _fresh(request.session.get(ATTEMPTS, {}))
    while len(held) >= MOST:
        held.pop(min(held, key=lambda state: held[state]["at"]))
    state = journey.attempt.state
    held[state] = {**asdict(journey.attempt), "at": time.time()} | {
        "municipality": journey.municipality_id,
        "provider": journey.provider,
        "purpose": journey.purpose,
        "next": journey.next,
    }
    request.session[ATTEMPTS] = held


def arrive(request: HttpRequest, state: str, municipality_id: int) -> Journey | None:
    """The journey with this state, once; None if it is unknown, too old or another municipality's."""
    held = _fresh(request.session.get(ATTEMPTS, {}))
    found = held.pop(state, None)
    request.session[ATTEMPTS] = held
    if found is None or found["municipality"] != municipality_id:
        return None
    attempt = Attempt(found["state"], found["nonce"], found["verifier"])
    return Journey(attempt, municipality_id, found["provider"], found["purpose"], found["next"])


def _fresh(held: dict[str, Any]) -> dict[str, Any]:
    return {state: one for state, one in held.items() if time.time() - one["at"] < LIFETIME}


def remember_pending(
    request: HttpRequest, journey: Journey, claims: Claims, groups: list[str], *, strong: bool
) -> None:
    """Claims that wait for their owner to sign in with an account of ours."""
    request.session[PENDING] = {
        "municipality": journey.municipality_id,
        "provider": journey.provider,
        "claims": {name: claims[name] for name in KEPT_CLAIMS if name in claims},
        "groups": groups,
        "strong": strong,
        "next": journey.next,
        "at": time.time(),
    }


def pending(request: HttpRequest, municipality_id: int, provider: list[str]) -> dict[str, Any] | None:
    """provider: SsoConnection.identity; what another one said doesn't wait any more."""
    found = _waiting(request)
    here = [municipality_id, provider]
    return found if found and [found["municipality"], found["provider"]] == here else None


def has_pending(request: HttpRequest) -> bool:
    return _waiting(request) is not None


def pending_email(request: HttpRequest) -> str:
    """The address that the provider gave of whoever is about to link; empty if nobody is."""
    found = _waiting(request)
    return str(found["claims"].get("email", "")) if found else ""


def _waiting(request: HttpRequest) -> dict[str, Any] | None:
    found: dict[str, Any] | None = request.session.get(PENDING)
    return found if found and time.time() - found["at"] <= LIFETIME else None
