"""The way back from sign-in and consent: nothing is stored, a signed parameter beside the request tells.

It says when and in which session the request was interrupted, so that prompt=login and max_age=0 ask once
and a pushed request, once opened in time, waits for her.
"""

import hashlib
import time
from typing import Any, Final
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest

PARAMETER: Final = "resume"
SECONDS: Final = 1800
_SALT: Final = "identity.oidc.resume"


def interrupted(request: HttpRequest) -> dict[str, Any] | None:
    """What the parameter tells, if it is ours and of this request: `session`, `at` and `reason`."""
    if PARAMETER not in request.GET:
        return None
    try:
        told: dict[str, Any] = signing.loads(request.GET.get(PARAMETER, ""), salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    return told if told["query"] == _digest(query_of(request)) else None


def query(request: HttpRequest, reason: str) -> str:
    """The authorization request as the client sent it, interrupted at this moment."""
    told = {
        "query": _digest(query_of(request)),
        "session": session_of(request),
        "at": int(time.time()),
        "reason": reason,
    }
    return f"{query_of(request)}&{urlencode({PARAMETER: signing.dumps(told, salt=_SALT)})}"


def kept_query(request: HttpRequest) -> str:
    """As it is, if it was interrupted before; else interrupted now, without asking anything of her."""
    return request.GET.urlencode() if interrupted(request) else query(request, "")


def query_of(request: HttpRequest) -> str:
    own = request.GET.copy()
    own.pop(PARAMETER, None)
    return own.urlencode()


def session_of(request: HttpRequest) -> str:
    return _digest(request.session.session_key or "")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
