"""Our provider as the external target of a harness that measures peers under the same load, at once."""

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from .provider import CALLBACK, MACHINE_SCOPE, SCOPE, Provider

# Not private_key_jwt: the harness signs assertions for an hour ahead, which this provider refuses.
THEIRS = {
    "discovery": "w1a",
    "jwks": "w1b",
    "client_credentials": "w2",
    "introspection": "w3",
    "userinfo": "w4",
    "login": "w5es",
    "login_rs256": "w5",
    "refresh": "w6",
}


def run(held: Provider, harness: Path, folder: Path, peers: str, workloads: list[str]) -> int:
    spec = folder / "ours.json"
    spec.write_text(json.dumps(description(held)), encoding="utf-8")
    database = urlsplit(held.superuser_dsn)
    dsn = f"host={database.hostname} port={database.port} user={database.username} dbname=consortium"
    command = [harness / "run.sh", "--variants", peers, "--target", f"ours=http://127.0.0.1:{held.port}"]
    command += ["--workloads", ",".join(THEIRS[name] for name in workloads if name in THEIRS)]
    command += ["--target-pids", ",".join(map(str, held.pids)), "--target-pg", dsn, "--target-spec", spec]
    theirs = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, check=False, env={**theirs, "PGPASSWORD": database.password or ""})
    return done.returncode


def description(held: Provider) -> dict[str, object]:
    """What the harness asks to be told of a target (its README has the fields)."""
    clients = held.stage.clients
    return {
        "discovery": "/.well-known/openid-configuration",
        "jwks": "/oauth/jwks",
        "authorize": "/oauth/authorize",
        "authorize_status": 303,
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
