"""The bytes behind a row: written before the commit, removed after it.

A transaction that is undone leaves bytes without a row, a crash between commit and removal too; the janitor
(consortium.files.janitor) takes both away.
"""

import secrets
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.db import transaction
from structlog import get_logger

from consortium.crypto import Sealed, Unreadable, seal, unseal
from consortium.tenancy import context

from .models import BodyFile, StoredFile

log = get_logger()
AnyFile = StoredFile | BodyFile
BODY: Final = "body"


class ContentMissing(Exception):
    """The row is there, its content is not, or can't be read with the keys at hand."""


def storage() -> Storage:
    return default_storage


def folder() -> str:
    """Of the open context: the municipality's, or the body's."""
    municipality = context.require().municipality_id
    return BODY if municipality is None else str(municipality)


def write(plain: bytes) -> tuple[str, str]:
    """Seal and store under a new name; returns it with the content's key."""
    token = secrets.token_urlsafe(24)
    key = f"{folder()}/{token}"
    sealed = seal(plain, key)
    if storage().save(key, ContentFile(sealed.content)) != key:
        raise FileExistsError(key)
    return key, sealed.key


def read(file: AnyFile) -> bytes:
    """Raises ContentMissing."""
    try:
        with storage().open(file.key) as stored:
            return unseal(Sealed(file.content_key, stored.read()), file.key)
    except (FileNotFoundError, Unreadable) as error:
        log.error("file_content_missing", file=str(file.pk), why=type(error).__name__)
        raise ContentMissing(str(file.pk)) from error


def remove_after_commit(key: str) -> None:
    """robust: what can't be removed now is left to the janitor."""
    transaction.on_commit(lambda: storage().delete(key), robust=True)
