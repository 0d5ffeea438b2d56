"""Valkey, workers, keys, mail and files."""

import socket
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils import timezone

from consortium.crypto import key_fingerprint
from consortium.operations import health
from consortium.task_counts import valkey
from consortium.tenancy import context

from .finding import Examination, Finding, good, warning, wrong

WEB_SURFACES: Final = {"portal", "identity"}
KEY_LATE: Final = timedelta(days=2)
"""After its days a signing key still signs while its successor is only published."""
ALGORITHMS: Final = ("ES256", "EdDSA", "PS256", "RS256")
"""Of the issuer's signatures, the one without need of registration first."""
LEAST_VALKEY: Final = 7
PATIENCE: Final = 3
REENCRYPT: Final = "run `manage.py reencrypt_fields` with the migrate login, and every night by a timer"
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
    yield from _under_older_keys()
    if settings.SECRET_KEY in settings.FIELD_KEYS or settings.SECRET_KEY == settings.BLIND_INDEX_KEY:
        yield wrong("field keys", "one secret serves two purposes", "make each secret anew")
    if settings.SURFACE in {"portal", "worker"} and not settings.BLIND_INDEX_KEY:
        yield warning(
            "blind index", "BLIND_INDEX_KEY is not set", "set it before the first resident is enrolled"
        )


def _under_older_keys() -> Iterator[Finding]:
    """As `reencrypt_fields` has counted it: no process but the owner's may look at all rows."""
    if settings.SURFACE not in {*WEB_SURFACES, "worker"}:
        return
    with context.person(None):
        last = apps.get_model("identity.FieldKeyCount").objects.first()
    if last is None or last.key != key_fingerprint():
        if len(settings.FIELD_KEYS) > 1:
            yield warning("field keys", "not counted since the first key was put in front", REENCRYPT)
    elif last.stale:
        told = f"{last.stale} rows are under an older key, counted {last.counted_at:%Y-%m-%d}"
        yield warning("field keys", told, REENCRYPT)
    else:
        yield good("field keys", f"no row was under an older key on {last.counted_at:%Y-%m-%d}")


def signing_keys() -> Iterator[Finding]:
    """Readable on the identity surface alone."""
    if settings.SURFACE != "identity":
        return
    with context.person(None):
        keys = apps.get_model("identity.SigningKey").objects.signing()
        held = {key.algorithm: key for key in reversed(keys)}
    missing = [name for name in ALGORITHMS if name not in held]
    if missing:
        grade = wrong if ALGORITHMS[0] in missing else warning
        cure = "run `manage.py create_signing_key` with the migrate login"
        yield grade("signing keys", f"none signs with {', '.join(missing)}", cure)
    for name, key in held.items():
        yield _age(name, key.activates_at)


def _age(algorithm: str, since: datetime) -> Finding:
    told = f"{algorithm} signs since {since:%Y-%m-%d}"
    if timezone.now() - since > timedelta(days=settings.SIGNING_KEY_DAYS) + KEY_LATE:
        return warning("signing keys", told, "start beat and a worker: they rotate it; read their logs")
    return good("signing keys", told)


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
