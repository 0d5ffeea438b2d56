"""Databases and settings that exist for one run: tests and benchmarks."""

import base64
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from consortium.embedded import Embedded, EmbeddedError
from consortium.embedded.place import clean
from consortium.tenancy.roles import LOGINS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".test"
STARTING = 60  # seconds in which another run may have made its folder, but not yet locked it


@contextmanager
def throwaway() -> Iterator[dict[str, str]]:
    """The environment of a process that runs as the `tests` login; all of it is gone afterwards."""
    sweep()
    FOLDER.mkdir(exist_ok=True)
    state = Path(tempfile.mkdtemp(prefix="run-", dir=FOLDER))
    state.rmdir()  # only the name: Embedded makes STATE with the mode it needs
    try:
        with Embedded(state, durable=False) as databases:
            yield {**os.environ, **settings(databases)}
    finally:
        remove(state)


def settings(databases: Embedded) -> dict[str, str]:
    state = databases.state
    return {
        "DJANGO_SETTINGS_MODULE": "consortium.settings",
        "SURFACE": "tests",
        "DATABASE_URL": databases.dsn("tests"),
        "LOGINS": json.dumps({kind: databases.dsn(kind) for kind in LOGINS}),  # for proofs as a real login
        "REDIS_URL": databases.redis_url(),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": fernet_key(),
        "BLIND_INDEX_KEY": secrets.token_urlsafe(32),
        "PORTAL_URL": "http://localhost:8000",
        "IDENTITY_URL": "http://localhost:8001",
        "DEBUG": "0",
        "DEMO": "0",
        "STATIC_ROOT": str(state / "static"),
        "MEDIA_ROOT": str(state / "media"),
        "EMAIL_FILE_PATH": str(state / "mail"),
    }


def fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def sweep() -> None:
    """Removes what runs left behind that were killed; one that still runs holds its lock."""
    for state in FOLDER.glob("run-*"):
        with suppress(EmbeddedError, FileNotFoundError):
            if time.time() - state.stat().st_mtime > STARTING:
                remove(state)


def remove(state: Path) -> None:
    clean(state)
    shutil.rmtree(state, ignore_errors=True)
