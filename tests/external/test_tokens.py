"""The life of a token with openid-client: PAR, DPoP, refresh, introspection, revocation, step-up."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from deploy.stage.platform import Resident

from .conftest import World

HERE = Path(__file__).resolve().parent


def test_openid_client(world: World, resident: Resident, node_folder: Path, client_key: Path) -> None:
    program = node_folder / "tokens.mjs"
    program.write_bytes((HERE / program.name).read_bytes())
    told = {
        **world.client("medical"),
        "KID": "c1",
        "CLIENT_KEY": str(client_key),
        "REDIRECT_URI": f"http://localhost:{world.ports.medical}/callback",
    }
    seen = talk(["node", str(program)], resident, told)
    introspected = seen.pop("introspected")
    assert introspected["active"] and introspected["token_type"] == "DPoP" and introspected["cnf"]["jkt"]
    assert seen == {
        "token_type": "dpop",
        "refreshed_token_type": "dpop",
        "name": "架空 0子",
        "as_bearer": "invalid_token",
        "with_another_key": "accepted",  # a confidential client may change its key (RFC 9449, 5)
        "same_auth_time": True,
        "active_after_revocation": False,
        "refresh_after_revocation": "invalid_grant",
        "stepped_up": {"acr": introspected["acr"], "later": True, "same": True},
    }


def talk(command: list[str], resident: Resident, told: dict[str, str]) -> dict[str, Any]:
    """Opens in her browser what the program asks for, and tells it where that led."""
    with subprocess.Popen(
        command, env={**os.environ, **told}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        for line in process.stdout:
            said = json.loads(line)
            if "seen" in said:
                found: dict[str, Any] = said["seen"]
                return found
            process.stdin.write(resident.leave(resident.browser.open(said["open"])) + "\n")
            process.stdin.flush()
    raise AssertionError(f"the program ended with {process.returncode}")
