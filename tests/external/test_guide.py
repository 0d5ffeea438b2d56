"""The guide for service developers, as written: each of its programs signs a resident in."""

import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.journey.browser import Page
from deploy.stage.platform import Resident

from . import guide, programs
from .apache import apache
from .conftest import World, shown

TOWN = {"resident_of": "102016", "age_over_65": True}


def consented(resident: Resident, page: Page) -> Page:
    """Agrees where she is asked."""
    if page.url.split("?")[0].endswith("/oauth/authorize"):
        return resident.browser.submit(page, page.find_form("decision"), decision="allow")
    return page


def signed_in(resident: Resident, port: int) -> dict[str, Any]:
    page = consented(resident, resident.browser.open(f"http://localhost:{port}/login"))
    return shown(page)


def test_openid_client(world: World, resident: Resident, node_folder: Path) -> None:
    program, port = guide.write("server.mjs", node_folder), world.ports.node
    with programs.running(["node", program], port, node_folder, **world.client("node")):
        seen = signed_in(resident, port)
        assert seen["attributes"] == {"sub": seen["who"]["sub"], **TOWN}
        assert seen["who"]["iss"] == world.issuer and seen["who"]["acr"] and seen["who"]["auth_time"]


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
        page = consented(resident, resident.browser.open(f"http://localhost:{port}/"))
        assert page.content == b"signed in"
        assert page.headers["x-resident-of"] == "102016" and page.headers["x-age-over-65"]
        assert page.headers["x-sub"] not in {"", "(null)"}
