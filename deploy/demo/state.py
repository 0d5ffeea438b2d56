"""What the demo knows of itself between its steps and its starts; `$STATE/demo.json` is its readable side."""

import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypedDict

import requests

from consortium.embedded import LOGINS, Embedded
from consortium.embedded.place import Notes, Secrets, tail, write_private
from consortium.embedded.process import die_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent
Record = dict[str, object]
PUBLISHED_LOGINS = tuple(login for login in LOGINS if login != "tests")


class Saved(TypedDict, total=False):
    """The part of demo.json that a later start reads again."""

    base_url: str
    cluster: str
    accounts: list[Record]
    clients: list[Record]
    done: list[str]


class StepError(Exception):
    """A step could not be done; the text says why, in words for whoever started the demo."""


@dataclass
class DemoState:
    """`accounts` and `clients` are the journey's to fill (then `save()`); their keys are those of demo.json.

    An account: kind, municipality, role, email, password, totp_secret or passkey.
    A client: sector, client_id, client_secret or private_jwk, redirect_uris.
    """

    folder: Path
    port: int
    databases: dict[str, str]
    redis_url: str
    cluster: str
    accounts: list[Record] = field(default_factory=list)
    clients: list[Record] = field(default_factory=list)
    pids: dict[str, int] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    sessions: dict[str, requests.Session] = field(default_factory=dict, repr=False)
    """The journey's open browsers by e-mail address; gone with the process."""
    ended: Callable[[], list[str]] = field(default=list, repr=False)
    """Names of databases that are no more although nobody stopped them."""
    tell: Callable[[str], None] = field(default=lambda note: None, repr=False)
    """Shows how far a long step has come."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @classmethod
    def load(cls, embedded: Embedded, port: int) -> Self:
        """What an earlier start left, unless its databases are gone: then everything is to be done anew."""
        folder = embedded.state
        cluster = str(Notes(folder / "embedded.json").read().get("cluster", "external"))
        state = cls(
            folder,
            port,
            {login: embedded.dsn(login) for login in PUBLISHED_LOGINS},
            embedded.redis_url(),
            cluster,
            ended=embedded.ended,
        )
        earlier = read(folder / "demo.json")
        if earlier.get("cluster") == cluster and earlier.get("done"):
            if earlier["base_url"] != state.base_url:
                raise StepError(
                    f"The data in {folder} belongs to {earlier['base_url']}: use that PORT, or another STATE="
                )
            state.accounts, state.clients, state.done = (
                earlier["accounts"],
                earlier["clients"],
                earlier["done"],
            )
        return state

    @property
    def base_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port + 1}"

    @property
    def cards(self) -> Path:
        """Folder of the authority that issues the demo's test cards."""
        return self.folder / "cards"

    @property
    def cards_port(self) -> int:
        return self.port + 9

    def card_settings(self) -> dict[str, str]:
        """None where no cards are issued."""
        if not (self.cards / "anchors.pem").exists():
            return {}
        own = f"http://localhost:{self.cards_port}"
        return {
            "JPKI_TRUST_ANCHORS": str(self.cards / "anchors.pem"),
            "JPKI_OCSP_URL": f"{own}/ocsp",
            "JPKI_CRL_URLS": f"{own}/root.crl",
        }

    @property
    def relying_party_url(self) -> str:
        return f"http://localhost:{self.port + 2}"

    def save(self) -> None:
        """Atomic, mode 0600; also called by the supervisor's thread when a process was restarted."""
        published = {
            "base_url": self.base_url,
            "issuer": self.issuer,
            "relying_party": self.relying_party_url,
            "databases": self.databases,
            "accounts": self.accounts,
            "clients": self.clients,
            "pids": self.pids,
            "done": self.done,
            "cluster": self.cluster,
        }
        with self._lock:
            write_private(self.folder / "demo.json", json.dumps(published, indent=2, ensure_ascii=False))

    def once(self, deed: str, do: Callable[[], None]) -> None:
        """Do it and remember it, unless an earlier start did: a step that failed goes on where it stopped."""
        if deed not in self.done:
            do()
            self.done.append(deed)
            self.save()

    def note_pids(self, pids: dict[str, int]) -> None:
        self.pids = pids
        self.save()

    @staticmethod
    def bare_environment() -> dict[str, str]:
        """The caller's, less what replaces the databases."""
        return {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}
        }

    def environment(self, surface: str) -> dict[str, str]:
        """The environment of a process of that kind, as `consortium.settings` reads it."""
        login = surface if surface in self.databases else "portal"
        keys = Secrets(self.folder).get("secret_key", "field_key", "blind_index_key")
        # A Fernet key is 32 bytes in base64, what is kept is text of another length.
        field_key = base64.urlsafe_b64encode(hashlib.sha256(keys["field_key"].encode()).digest()).decode()
        return {
            **os.environ,
            **self._device_ca(surface),
            "DJANGO_SETTINGS_MODULE": "consortium.settings",
            "SURFACE": surface,
            "DATABASE_URL": self.databases[login],
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": keys["secret_key"],
            "FIELD_KEYS": field_key,
            "BLIND_INDEX_KEY": keys["blind_index_key"],
            "PORTAL_URL": self.base_url,
            "IDENTITY_URL": self.issuer,
            "DEBUG": "0",
            "DEMO": "1",
            "STATIC_ROOT": str(self.folder / "static"),
            "MEDIA_ROOT": str(self.folder / "media"),
            "EMAIL_FILE_PATH": str(self.folder / "mail"),
            "PYTHONUNBUFFERED": "1",
        }

    def _device_ca(self, surface: str) -> dict[str, str]:
        """Its public half for all, its key for the worker; nothing before it is made."""
        keys = self.folder / "device-ca-keys"
        if not (keys / "issuing.key").exists():
            return {}
        public = {"DEVICE_CA_FOLDER": str(self.folder / "device-ca")}
        if surface != "worker":
            return public
        files = {"KEY": "issuing.key", "PASSPHRASE": "issuing.passphrase"}
        return public | {f"DEVICE_CA_{name}_FILE": str(keys / file) for name, file in files.items()}

    def manage(self, surface: str, *arguments: str) -> str:
        """What `manage.py …` prints, run as that surface; StepError with its last lines if it fails."""
        return self.run([sys.executable, "manage.py", *arguments], self.environment(surface))

    def run(self, command: list[str], environment: Mapping[str, str]) -> str:
        log = self.folder / "logs" / "setup.log"
        done = subprocess.run(
            command,
            check=False,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        with log.open("a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(command[1:])}\n{done.stdout}{done.stderr}\n")
        if done.returncode:
            raise StepError(f"{' '.join(command[1:])} failed; its last words in {log}:\n{tail(log)}")
        return done.stdout


def read(path: Path) -> Saved:
    saved: Saved = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return saved


@dataclass(frozen=True)
class Step:
    """One step of the journey. `name`: its short title, Japanese and English, by which it is remembered."""

    name: str
    run: Callable[[DemoState], None]
