"""What a session keeps of a WebAuthn ceremony until its answer comes, once and not for long."""

import secrets
import time
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from consortium.domain.user_agent import device
from consortium.membership import timeouts
from consortium.membership.models import User

from .actions.logouts import sign_out
from .context import NotActive, resident
from .domain.session_id import SESSION_NAME
from .domain.sign_in import SignIn
from .queries.sessions import DEVICE
from .requests import ResidentRequest
from .sessions import CITIZEN

SECONDS = 600
SIGN_IN = "sign_in"
BACKEND = "identity.backends.ResidentBackend"
RECENT_SECONDS = 900
_KEY = "ceremony"


def keep(request: HttpRequest, kind: str, state: dict[str, Any]) -> None:
    """kind: "enrol", "add" or "sign_in"; an answer to one ceremony never ends another."""
    request.session[_KEY] = {"kind": kind, "state": state, "until": int(time.time()) + SECONDS}


def take(request: HttpRequest, kind: str) -> dict[str, Any] | None:
    """The state, which is gone from now on; None if there is none or it is too old."""
    kept = request.session.pop(_KEY, None)
    if not kept or kept["kind"] != kind or kept["until"] < time.time():
        return None
    state: dict[str, Any] = kept["state"]
    return state


def start_session(request: HttpRequest, user: User, sign_in: SignIn) -> None:
    """Sign in: a new session key, and in it the record that auth_time, amr and acr are told from.

    No context may be open.
    """
    _end_other(request, user)
    login(request, user, backend=BACKEND)
    request.session.cycle_key()  # login() keeps the key of someone who signs in again
    timeouts.begin(request.session)
    request.session[SIGN_IN] = sign_in.to_dict()
    request.session[DEVICE] = device(request.headers.get("User-Agent", ""))
    request.session[CITIZEN] = str(user.citizen_id)
    request.session.setdefault(SESSION_NAME, secrets.token_urlsafe(24))  # not later: tabs race


def _end_other(request: HttpRequest, user: User) -> None:
    """Somebody else was signed in in this browser: that is over, and her services hear of it."""
    earlier = cast(User, request.user)
    if not earlier.is_authenticated or earlier.pk == user.pk or earlier.citizen_id is None:
        return
    with suppress(NotActive), resident(earlier.citizen_id) as her:
        sign_out(by=her, session=request.session.get(SESSION_NAME, ""))


def leave_session(request: HttpRequest) -> None:
    """Sign out here and at the services. Needs the context of who is signed in, if anybody is."""
    if request.user.is_authenticated:
        by = cast(ResidentRequest, request).actor
        sign_out(by=by, session=request.session.get(SESSION_NAME, ""))
    logout(request)


def sign_in_of(request: HttpRequest) -> SignIn | None:
    """The record of this session's sign-in."""
    stored = request.session.get(SIGN_IN)
    return SignIn.from_dict(stored) if stored else None


def is_recent(request: HttpRequest) -> bool:
    """Whether she has shown her key lately enough to change her keys."""
    record = sign_in_of(request)
    return record is not None and time.time() - record.at < RECENT_SECONDS


def account_label(citizen_id: UUID) -> str:
    """What tells the identities of one family apart on a shared device, without saying a name."""
    return salted_hmac("identity.account_label", str(citizen_id)).hexdigest()[:6].upper()
