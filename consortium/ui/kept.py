"""What was typed survives a detour to a sign-in, or to another proof of who is there.

A form that cannot be carried out yet waits in the cache: encrypted, for the person it was rendered for, for
its own address, and not for long. `FormView` shows it again; nothing is ever carried out by itself.
Passwords, codes and files are not kept.
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
NEVER: Final = frozenset({"csrfmiddlewaretoken", "once", "credential", "code", "oldpassword", "secret"})


def keep(request: HttpRequest, owner: str) -> str:
    """Keep what was sent, for the account `owner`; returns the address that shows it again."""
    data = request.POST.copy()
    for name in [name for name in data if name in NEVER or name.startswith("password")]:
        del data[name]
    key = secrets.token_urlsafe(18)
    body = {"owner": owner, "path": request.path, "data": data.urlencode()}
    cache.set(_cache_key(key), encrypt(json.dumps(body)), SECONDS)
    query = request.GET.copy()
    query[PARAMETER] = key
    return f"{request.path}?{query.urlencode()}"


def recall(request: HttpRequest) -> QueryDict | None:
    """What was kept for this person at this address; None if there is nothing, or it is somebody else's."""
    token = cache.get(_cache_key(request.GET.get(PARAMETER, "")))
    if token is None:
        return None
    try:
        body = json.loads(decrypt(token))
    except InvalidToken:
        return None
    person = str(getattr(getattr(request, "user", None), "pk", "") or "")
    if not person or (body["owner"], body["path"]) != (person, request.path):
        return None
    return QueryDict(body["data"])


def forget(request: HttpRequest) -> None:
    """Once it has been carried out."""
    if key := request.GET.get(PARAMETER):
        cache.delete(_cache_key(key))


def _cache_key(key: str) -> str:
    return f"ui.kept:{key[:40]}"
