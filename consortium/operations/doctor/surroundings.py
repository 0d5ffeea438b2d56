"""Valkey, workers, keys, mail and files."""

import socket
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import timezone

from consortium.operations import health
from consortium.task_counts import valkey
from consortium.tenancy import context

from .finding import Examination, Finding, good, warning, wrong

WEB_SURFACES: Final = {"portal", "identity"}
KEY_AGE: Final = timedelta(days=365)
LEAST_VALKEY: Final = 7
PATIENCE: Final = 3
APPEND: Final = (
    "set `appendonly yes`: without it a restart loses the queue (jobs are queued anew, throttles are not)"
)
EVICTION: Final = (
    "set `maxmemory-policy noeviction`: an evicted queue entry delays its job, an evicted lock doubles a form"
)


def queue() -> Iterator[Finding]:
    with valkey() as server:
        about: Any = server.info()
    version = str(about.get("valkey_version") or about["redis_version"])
    if int(version.partition(".")[0]) < LEAST_VALKEY:
        yield warning("Valkey", f"version {version}", f"use version {LEAST_VALKEY} or newer")
    else:
        yield good("Valkey", f"version {version}, reachable")
    if not about.get("aof_enabled"):
        yield warning("Valkey", "keeps nothing over a restart", APPEND)
    if about.get("maxmemory_policy", "noeviction") != "noeviction":
        yield warning("Valkey", f"evicts by {about['maxmemory_policy']}", EVICTION)


def workers() -> Iterator[Finding]:
    """Beat, workers and what waits for them, as /readyz tells it."""
    cure = "start beat and a worker of each queue, and read their logs"
    for check in health.examine().checks:
        if check.name in {"database", "migrations", "valkey"}:
            continue
        about = check.name if check.name.startswith("worker") else f"backlog of {check.name}"
        if check.status == health.Status.OK:
            yield good(about, check.detail)
        else:
            yield warning(about, check.detail, cure)


def field_keys() -> Iterator[Finding]:
    count = len(settings.FIELD_KEYS)
    if count > 2:  # the one in use, and the one before it during a rotation
        yield warning("field keys", f"{count} keys", "encrypt anew with the first, then remove the oldest")
    else:
        yield good("field keys", f"{count} given; the first encrypts")
    if settings.SECRET_KEY in settings.FIELD_KEYS or settings.SECRET_KEY == settings.BLIND_INDEX_KEY:
        yield wrong("field keys", "one secret serves two purposes", "make each secret anew")
    if settings.SURFACE in {"portal", "worker"} and not settings.BLIND_INDEX_KEY:
        yield warning(
            "blind index", "BLIND_INDEX_KEY is not set", "set it before the first resident is enrolled"
        )


def signing_keys() -> Iterator[Finding]:
    """Readable on the identity surface alone."""
    if settings.SURFACE != "identity":
        return
    with context.person(None):
        key = apps.get_model("identity.SigningKey").objects.signing().first()
    if key is None:
        yield wrong(
            "signing key", "none is active", "run `manage.py create_signing_key` with the migrate login"
        )
    elif timezone.now() - key.activates_at > KEY_AGE:
        told = f"active since {key.activates_at:%Y-%m-%d}"
        yield warning("signing key", told, "run `manage.py rotate_signing_key` with the migrate login")
    else:
        yield good("signing key", f"active since {key.activates_at:%Y-%m-%d}")


def mail() -> Iterator[Finding]:
    if settings.DEFAULT_FROM_EMAIL.endswith(".example"):
        yield warning("mail", "the sender is an example", "set DEFAULT_FROM_EMAIL to an address of yours")
    if settings.EMAIL_FILE_PATH:
        if not settings.DEMO:
            yield warning(
                "mail", "goes to a folder, not to people", "unset EMAIL_FILE_PATH and set EMAIL_URL"
            )
        return
    try:
        socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT or 25), PATIENCE).close()
    except OSError:
        yield wrong("mail", "the mail server cannot be reached", "correct EMAIL_URL, or open the way to it")
    else:
        yield good("mail", "the mail server can be reached")


def static_files() -> Iterator[Finding]:
    if settings.SURFACE not in WEB_SURFACES:
        return
    hashed = getattr(staticfiles_storage, "hashed_files", None)
    if hashed or settings.DEBUG:
        yield good("static files", f"{len(hashed or ())} in the manifest")
    else:
        yield wrong("static files", "there is no manifest", "run `manage.py collectstatic` into STATIC_ROOT")


def private_files() -> Iterator[Finding]:
    media, static = Path(settings.MEDIA_ROOT).resolve(), Path(settings.STATIC_ROOT).resolve()
    if media == static or static in media.parents or media in static.parents:
        yield wrong("files", "private files lie where static files are served", "move MEDIA_ROOT elsewhere")
        return
    try:
        with tempfile.TemporaryFile(dir=media):
            pass
    except OSError:
        yield wrong(
            "files", "MEDIA_ROOT cannot be written", "make the folder, owned by the service's account"
        )
    else:
        yield good("files", "MEDIA_ROOT can be written and is not served")


SURROUNDINGS: Final[tuple[Examination, ...]] = (
    queue, workers, field_keys, signing_keys, mail, static_files, private_files,
)  # fmt: skip
