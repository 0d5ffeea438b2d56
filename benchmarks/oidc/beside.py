"""Our provider as the external target of a harness that measures peers under the same load, at once."""

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from joserfc.jwk import ECKey

from .provider import CALLBACK, KEY, MACHINE_SCOPE, SCOPE, Provider

THEIRS = {
    "discovery": "w1a",
    "jwks": "w1b",
    "client_credentials": "w2",
    "private_key_jwt": "w2jwt",
    "introspection": "w3",
    "userinfo": "w4",
    "login": "w5es",
    "login_rs256": "w5",
    "refresh": "w6",
}


def run(held: Provider, harness: Path, folder: Path, peers: str, workloads: list[str]) -> int:
    spec, key = folder / "ours.json", folder / "client.pem"
    spec.write_text(json.dumps(description(held, key)), encoding="utf-8")
    _write_key(KEY, key)
    database = urlsplit(held.superuser_dsn)
    dsn = f"host={database.hostname} port={database.port} user={database.username} dbname=consortium"
    command = [harness / "run.sh", "--variants", peers, "--target", f"ours=http://127.0.0.1:{held.port}"]
    command += ["--workloads", ",".join(THEIRS[name] for name in workloads)]
    command += ["--target-pids", ",".join(map(str, held.pids)), "--target-pg", dsn, "--target-spec", spec]
    done = subprocess.run(command, check=False, env={**os.environ, "PGPASSWORD": database.password or ""})
    return done.returncode


def _write_key(key: ECKey, path: Path) -> None:
    path.write_bytes(key.as_pem(private=True))


def description(held: Provider, key: Path) -> dict[str, object]:
    """What the harness asks to be told of a target (its README has the fields)."""
    clients = held.stage.clients
    return {
        "discovery": "/.well-known/openid-configuration",
        "jwks": "/oauth/jwks",
        "authorize": "/oauth/authorize",
        "token": "/oauth/token",
        "introspect": "/oauth/introspect",
        "userinfo": "/oauth/userinfo",
        "client_id": clients["rs256"]["client_id"],
        "client_secret": clients["rs256"]["client_secret"],
        "es256_client_id": clients["es256"]["client_id"],
        "es256_client_secret": clients["es256"]["client_secret"],
        "machine_client_id": clients["machine"]["client_id"],
        "machine_client_secret": clients["machine"]["client_secret"],
        "machine_scope": MACHINE_SCOPE,
        "jwt_client_id": clients["machine_jwt"]["client_id"],
        "jwt_audience": held.issuer,
        "jwt_key": str(key),
        "jwt_kid": "c1",
        "redirect_uri": CALLBACK,
        "scope": SCOPE,
        # Of the client that the harness refreshes and introspects with.
        "users": [
            {
                "cookie": visitor.cookie,
                "access_token": visitor.tokens["rs256"]["access_token"],
                "refresh_token": visitor.tokens["rs256"]["refresh_token"],
            }
            for visitor in held.visitors
        ],
    }
