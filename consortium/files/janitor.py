"""Brings storage and rows together again: objects without a row go, rows without an object are told of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone
from structlog import get_logger

from consortium.membership.models import Membership
from consortium.tenancy import context

from .contents import BODY, remove_after_commit, storage
from .models import BodyFile, StoredFile

log = get_logger()
GRACE: Final = timedelta(hours=1)
"""Longer than any transaction that has written its object and not yet its row's commit."""


@dataclass
class Findings:
    removed: int = 0
    missing: int = 0


def expire() -> int:
    """Delete the body's files whose time is over, in the worker's context; returns how many."""
    over = list(BodyFile.objects.filter(expires_at__lt=timezone.now()))
    for file in over:
        file.delete()
        remove_after_commit(file.key)
    return len(over)


def folders() -> list[str]:
    """Of the body, of every member and of whoever has files, in the worker's context."""
    members = {str(pk) for pk in Membership.objects.values_list("municipality_id", flat=True)}
    return [BODY, *sorted(members | set(_listed("", folders=True)) - {BODY})]


def compare(folder: str, findings: Findings) -> None:
    """One folder; opens its owner's context itself. Objects are listed before rows are read: what is
    committed in between has its row, what is deleted in between has none.
    """
    objects = {f"{folder}/{name}" for name in _listed(folder)}
    before = timezone.now() - GRACE
    rows = _rows(folder)
    for key in sorted(objects - rows.keys()):
        if storage().get_modified_time(key) < before:
            storage().delete(key)
            findings.removed += 1
    for key, (pk, created_at) in rows.items():
        if key not in objects and created_at < before and not storage().exists(key):
            log.error("file_content_missing", file=str(pk), folder=folder)
            findings.missing += 1


def _rows(folder: str) -> dict[str, tuple[UUID, datetime]]:
    model = BodyFile if folder == BODY else StoredFile
    with context.worker(None if folder == BODY else int(folder)):
        return {
            key: (pk, created_at)
            for pk, key, created_at in model.objects.values_list("pk", "key", "created_at")
        }


def _listed(folder: str, *, folders: bool = False) -> list[str]:
    try:
        inner, files = storage().listdir(folder)
    except FileNotFoundError:
        return []
    return [name for name in (inner if folders else files) if not folders or name == BODY or name.isdecimal()]
