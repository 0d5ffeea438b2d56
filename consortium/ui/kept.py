"""What was typed survives a detour to a sign-in, or to another proof of who is there.

A form that cannot be carried out yet waits in the cache: encrypted, for the person it was rendered for, for
its own address, and not for long. `FormView` shows it again; nothing is ever carried out by itself.
Passwords, codes and files are not kept.

Each person has MOST places, taken in turn: one more form takes the place of the oldest.
"""

import json
import secrets
from typing import Final

from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.http import HttpRequest, QueryDict

from consortium.crypto import decrypt, encrypt

PARAMETER: Final = "kept"
SECONDS: Final = 2 * 3600
MOST: Final = 10
NEVER: Final = frozenset({"csrfmiddlewaretoken", "once", "credential", "code", "oldpassword", "secret"})


def keep(request: HttpRequest, owner: str) -> str:
    """Keep what was sent, for the account `owner`; returns the address that shows it again."""
    data = request.POST.copy()
    for name in [name for name in data if name in NEVER or name.startswith("password")]:
        del data[name]
    place, secret = _next_place(owner), secrets.token_urlsafe(18)
    body = {"secret": secret, "path": request.path, "data": data.urlencode()}
    cache.set(_cache_key(owner, str(place)), encrypt(json.dumps(body)), SECONDS)
    query = request.GET.copy()
    query[PARAMETER] = f"{place}-{secret}"
    return f"{request.path}?{query.urlencode()}"


def recall(request: HttpRequest) -> QueryDict | None:
    """What was kept for this person at this address; None if there is nothing, or it is somebody else's."""
    place, _, secret = request.GET.get(PARAMETER, "").partition("-")
    person = _person(request)
    token = cache.get(_cache_key(person, place)) if person else None
    if token is None:
        return None
    try:
        body = json.loads(decrypt(token))
    except InvalidToken:
        return None
    return QueryDict(body["data"]) if (body["secret"], body["path"]) == (secret, request.path) else None


def forget(request: HttpRequest) -> None:
    """Once it has been carried out."""
    if recall(request) is not None:
        cache.delete(_cache_key(_person(request), request.GET[PARAMETER].partition("-")[0]))


def _person(request: HttpRequest) -> str:
    return str(getattr(getattr(request, "user", None), "pk", None) or "")


def _next_place(owner: str) -> int:
    counter = f"ui.kept.count:{owner}"
    if not cache.add(counter, 0, SECONDS):
        cache.touch(counter, SECONDS)
    return cache.incr(counter) % MOST


def _cache_key(owner: str, place: str) -> str:
    return f"ui.kept:{owner}:{place if place.isdecimal() else ''}"[:80]
