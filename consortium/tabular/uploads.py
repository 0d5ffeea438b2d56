"""Uploaded files between the steps of an import: encrypted in the cache, an hour long, for their owner."""

import hashlib
import json
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.core.cache import cache

from consortium.crypto import keyring
from consortium.tenancy import context
from consortium.tenancy.actor import Actor
from consortium.tenancy.models import uuid7

KEPT_SECONDS: Final = 3600
MOST: Final = 3
"""Of one person and kind: the cache is everybody's, and has other work."""
_NAME_LENGTH: Final = 200


@dataclass(frozen=True)
class Upload:
    id: UUID
    name: str
    data: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def keep(*, by: Actor, kind: str, name: str, data: bytes) -> Upload:
    upload = Upload(uuid7(), name[-_NAME_LENGTH:], data)
    header = json.dumps(upload.name).encode()
    cache.set(_key(by, kind, upload.id), keyring().encrypt(header + b"\n" + data), KEPT_SECONDS)
    _forget_earlier(by, kind, upload.id)
    return upload


def _forget_earlier(by: Actor, kind: str, latest: UUID) -> None:
    every = [*cache.get(_key(by, kind, "latest"), []), latest]
    cache.delete_many([_key(by, kind, one) for one in every[:-MOST]])
    cache.set(_key(by, kind, "latest"), every[-MOST:], KEPT_SECONDS)


def held(upload_id: UUID, *, by: Actor, kind: str) -> Upload | None:
    """None when it was never there, is another person's or another municipality's, or its time is over."""
    token = cache.get(_key(by, kind, upload_id))
    if token is None:
        return None
    try:
        header, _newline, data = keyring().decrypt(token).partition(b"\n")
    except InvalidToken:  # a key of the ring is gone
        return None
    return Upload(upload_id, json.loads(header), data)


def drop(upload: Upload, *, by: Actor, kind: str) -> None:
    cache.delete(_key(by, kind, upload.id))


def _key(by: Actor, kind: str, upload_id: UUID | str) -> str:
    place = context.require().municipality_id or "consortium"
    return f"import:{kind}:{place}:{by.id}:{upload_id}"
