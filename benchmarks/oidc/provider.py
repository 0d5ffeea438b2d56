"""The identity surface as deployed, with clients, signed-in residents and their tokens."""

import base64
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import requests
from joserfc.jwk import ECKey

from deploy.demo.supervisor import Service
from deploy.stage.platform import Platform, Resident, serving
from services.domain.scopes import MachineScope

CALLBACK: Final = "https://rp.example/cb"
SCOPE: Final = "openid resident_of age_over_65"
OFFLINE: Final = f"{SCOPE} offline_access"
VERIFIER: Final = "v" * 64
CHALLENGE: Final = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
KEY: Final = ECKey.generate_key("P-256", {"kid": "c1"})
MACHINE_SCOPE: Final = str(next(iter(MachineScope)))
# So high that the load of one machine does not meet them; they are counted all the same.
LIMITS: Final = "client=100000000,machine=100000000,address=100000000,browser=100000000,failure=1000"
LOGIN: Final = {
    "sector": "transport",
    "attributes": ["resident_of", "age_over_65"],
    "redirect_uris": [CALLBACK],
    "auth_method": "client_secret_basic",
    "grant_types": ["authorization_code", "refresh_token"],
}
MACHINE: Final = {
    "sector": "transport",
    "attributes": ["resident_of"],
    "redirect_uris": [CALLBACK],
    "grant_types": ["client_credentials"],
    "allowed_scopes": [MACHINE_SCOPE],
}
CLIENTS: Final[dict[str, dict[str, Any]]] = {
    "es256": LOGIN,
    "rs256": {**LOGIN, "id_token_signed_response_alg": "RS256", "rs256_reason": "比較のため"},
    "machine": {**MACHINE, "auth_method": "client_secret_basic"},
    "machine_jwt": {
        **MACHINE,
        "auth_method": "private_key_jwt",
        "jwks": {"keys": [KEY.as_dict(private=False)]},
    },
}


@dataclass
class Visitor:
    """A resident's session cookie, and her tokens by client; refresh tokens follow their rotation."""

    cookie: str
    tokens: dict[str, dict[str, Any]]


@dataclass
class Provider:
    stage: Platform
    port: int
    pids: list[int]
    """Server and Valkey: what a request costs beside PostgreSQL."""
    visitors: list[Visitor] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return self.stage.issuer

    def basic(self, name: str) -> str:
        known = self.stage.clients[name]
        text = f"{known['client_id']}:{known['client_secret']}"
        return "Basic " + base64.b64encode(text.encode()).decode()

    def client_id(self, name: str) -> str:
        return self.stage.clients[name]["client_id"]

    def authorize(self, name: str, scope: str = SCOPE) -> str:
        asked = {
            "client_id": self.client_id(name),
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": scope,
            "state": "s123",
            "nonce": "n123",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return f"/oauth/authorize?{urlencode(asked)}"

    @property
    def superuser_dsn(self) -> str:
        return self.stage.databases.superuser_dsn("consortium")


@contextmanager
def running(stage: Platform, workers: int, visitors: int) -> Iterator[Provider]:
    with psycopg.connect(stage.databases.superuser_dsn("consortium"), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    stage.seed(CLIENTS, visitors)
    port = stage.state.port + 1
    with serving(stage, [_server(stage, port, workers)]):
        held = Provider(stage, port, [stage.pids["identity"], *_valkey(stage)])
        held.visitors = [_visitor(held, stage.enrol()) for _ in range(visitors)]
        yield held


def _server(stage: Platform, port: int, workers: int) -> Service:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "consortium.wsgi:application"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4"]
    metrics = stage.state.folder / "metrics"
    metrics.mkdir()
    environment = {
        **stage.state.environment("identity"),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "BEHIND_PROXY": "true",  # residents come from addresses of their own
        "OIDC_LIMITS": LIMITS,
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
    }
    return Service("identity", command, environment, port)


def _valkey(stage: Platform) -> list[int]:
    """Its process, where it is one of ours."""
    wanted = f":{urlsplit(stage.state.redis_url).port}"
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if "valkey-server" in line and line.strip().endswith(wanted) and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def _visitor(held: Provider, resident: Resident) -> Visitor:
    """One login with each client, so that each has her consent."""
    tokens = {}
    for name in ("rs256", "es256"):
        page = resident.browser.open(held.authorize(name, OFFLINE))
        code = parse_qs(urlsplit(resident.leave(page)).query)["code"][0]
        tokens[name] = _redeem(held, name, code)
    return Visitor(resident.cookie, tokens)


def _redeem(held: Provider, name: str, code: str) -> dict[str, Any]:
    answer = requests.post(
        f"{held.issuer}/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        },
        headers={"Authorization": held.basic(name)},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text)
    return found
