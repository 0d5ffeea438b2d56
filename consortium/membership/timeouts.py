"""How long a sign-in lasts: so many hours in all, and so many minutes without a deed (settings)."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

PROBE: Final = "X-Session-Probe"
"""A script asks when the session ends: that alone keeps nobody signed in."""
BEGUN, ACTIVE = "begun_at", "active_at"
STEP: Final = 60
"""Seconds; a session is written no more often for the sake of its clock."""


class Sessions(SessionMiddleware):
    """A deed may end the session that it came by: its answer is shown, and the browser forgets it."""

    def process_response(self, request: Any, response: Any) -> Any:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            request.session.flush()
            return super().process_response(request, response)


class SessionTimeout:
    """Signs out whose time is up, before anything else of the request; sets `request.session_ends`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            hold(request)
        return self.get_response(request)


def hold(request: Any) -> None:
    now = int(time.time())
    if ends(request.session, now) <= now:
        logout(request)
        request.timed_out = True
        return
    if _is_deed(request) and now - request.session.get(ACTIVE, 0) >= STEP:
        request.session[ACTIVE] = now
    if BEGUN not in request.session:
        request.session[BEGUN] = now
    request.session_ends = datetime.fromtimestamp(ends(request.session, now), UTC)


def holds_still(session: SessionBase) -> bool:
    """Whether a deed of now finds it open, with nothing to be written about its clock."""
    now = int(time.time())
    return BEGUN in session and now - session.get(ACTIVE, 0) < STEP and ends(session, now) > now


def begin(session: SessionBase) -> None:
    """A sign-in starts the clock anew, also inside a session that is there already."""
    session[BEGUN] = session[ACTIVE] = int(time.time())


def ends(session: SessionBase | dict[str, Any], now: int) -> int:
    """Unix time, as of what is known now."""
    idle = session.get(ACTIVE, now) + settings.SESSION_IDLE_MINUTES * 60
    return int(min(idle, session.get(BEGUN, now) + settings.SESSION_COOKIE_AGE))


def _is_deed(request: HttpRequest) -> bool:
    """A page that refreshes a part of itself is no sign that anybody is there."""
    by_itself = PROBE in request.headers or "HX-Request" in request.headers
    return request.method != "GET" or not by_itself
