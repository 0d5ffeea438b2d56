"""A signed-in resident's request that needs no page, answered ahead of what pages need.

Most authorization requests come from a browser with a session, for a service that she allowed before, and
lead back to it by a redirect. Whatever else it is - no session, one whose clock has to be written, a page to
be shown - goes the long way instead, as if it had not been tried: nothing was written.
"""

from typing import Final, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from consortium.membership import timeouts
from consortium.membership.models import User, UserKind
from consortium.tenancy import context, statements
from consortium.tenancy.statements import Table

from .context import ResidentActor, actor_of
from .requests import PageNeeded, ResidentRequest
from .sessions import SessionStore

_USER: Final = Table(User, "id", "password", "citizen_id")
_SIGNED_IN: Final = f"""
    WITH s AS MATERIALIZED (
        SELECT s.session_data, u.* FROM identity_residentsession s
        JOIN {_USER.name} u ON u.citizen_id = s.citizen_id
        WHERE s.session_key = %s AND s.expire_date > %s AND u.kind = %s AND u.is_active)
    SELECT s.session_data, {_USER.columns("s")}, {context.SPEAKING.format("s.citizen_id")} FROM s
"""  # noqa: S608  # names of columns


def tried(request: HttpRequest, match: ResolverMatch) -> HttpResponse | None:
    """None where it goes the long way. That she is active the view has to see to."""
    asked = cast(ResidentRequest, request)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if request.method != "GET" or not key:
        return None
    asked.is_tried = True
    try:
        with context.person(None):
            asked.session, asked.user, asked.actor = _signed_in(key)
            response = cast(HttpResponse, match.func(request, *match.args, **match.kwargs))
            if asked.session.modified or response.status_code >= 500:
                raise PageNeeded
    except PageNeeded:
        asked.is_tried = False
        return None
    return response


def _signed_in(key: str) -> tuple[SessionStore, User, ResidentActor]:
    """The session and whose it is, who is spoken for from here on. Raises PageNeeded."""
    found = statements.first(_SIGNED_IN, [key, timezone.now(), UserKind.RESIDENT])
    if found is None:
        raise PageNeeded
    session, user = SessionStore(key), _USER.row(found[1 : 1 + len(_USER)])
    session.take(found[0])
    if user.citizen_id is None or not (_is_hers(session, user) and timeouts.holds_still(session)):
        raise PageNeeded
    context.spoken_for(user.citizen_id)
    return session, user, actor_of(user.citizen_id, None)


def _is_hers(session: SessionBase, user: User) -> bool:
    """As django.contrib.auth.get_user; with a key of SECRET_KEY_FALLBACKS it writes, the long way."""
    return (
        session.get(SESSION_KEY) == str(user.pk)
        and session.get(BACKEND_SESSION_KEY) == settings.AUTHENTICATION_BACKENDS[0]
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )
