"""The guide for service developers, as written: each of its programs signs a resident in."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.stage.platform import Resident

from . import guide, programs
from .apache import apache
from .conftest import World, shown

PATIENCE = 20.0  # seconds until the worker has told a service
TOWN = {"resident_of": "102016", "age_over_65": True}


def signed_in(resident: Resident, port: int) -> dict[str, Any]:
    return shown(resident.arrive(resident.browser.open(f"http://localhost:{port}/login")))


def sign_out(resident: Resident) -> None:
    """At the platform, not at a service."""
    page = resident.browser.open("/me/")
    resident.browser.submit(page, page.find_form(action="/sign-out/"))


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def test_openid_client(world: World, resident: Resident, node_folder: Path) -> None:
    program, port = guide.write("server.mjs", node_folder), world.ports.node
    with programs.running(["node", program], port, node_folder, **world.client("node")):
        seen = signed_in(resident, port)
        assert seen["attributes"] == {"sub": seen["who"]["sub"], **TOWN}
        assert seen["who"]["iss"] == world.issuer and seen["who"]["acr"] and seen["who"]["auth_time"]
        own = f"http://localhost:{port}/"
        assert shown(resident.browser.open(f"{own}logout")) == {"who": None, "attributes": None}
        assert "/sign-in/" in resident.browser.open("/me/").url
        again = signed_in(resident, port)
        assert again["who"]["sub"] == seen["who"]["sub"] and again["who"]["sid"] != seen["who"]["sid"]
        sign_out(resident)
        assert within(PATIENCE, lambda: shown(resident.browser.open(own))["who"] is None)


def test_openid_client_of_the_medical_sector(
    world: World, resident: Resident, node_folder: Path, client_key: Path
) -> None:
    program, port = guide.write("medical.mjs", node_folder), world.ports.medical
    told = {**world.client("medical"), "KID": "c1", "CLIENT_KEY": str(client_key)}
    with programs.running(["node", program], port, node_folder, "/callback", **told):
        seen = signed_in(resident, port)
    assert seen["token_type"].lower() == "dpop"
    assert seen["attributes"]["birth_date"] == "1955-04-01" and "架空" in str(seen["attributes"]["name"])


def test_authlib(world: World, resident: Resident, tmp_path: Path) -> None:
    guide.write("app.py", tmp_path)
    port = world.ports.flask
    command = [sys.executable, "-m", "flask", "run", "--host", "localhost", "--port", str(port)]
    with programs.running(command, port, tmp_path, **world.client("flask")):
        seen = signed_in(resident, port)
    assert seen["attributes"] == {"sub": seen["who"]["sub"], **TOWN}
    assert "sid" in seen["who"]


@pytest.mark.skipif(bool(programs.lacking_apache()), reason=programs.lacking_apache())
def test_mod_auth_openidc(world: World, resident: Resident, apache_folder: Path) -> None:
    port = world.ports.apache
    with apache(apache_folder, port, **world.client("apache")):
        own = f"http://localhost:{port}/"
        page = resident.arrive(resident.browser.open(own))
        assert page.content == b"signed in"
        assert page.headers["x-resident-of"] == "102016" and page.headers["x-age-over-65"]
        assert page.headers["x-sub"] not in {"", "(null)"}
        assert resident.browser.open(own).content == b"signed in"
        sign_out(resident)
        assert within(PATIENCE, lambda: resident.browser.open(own).content != b"signed in")
