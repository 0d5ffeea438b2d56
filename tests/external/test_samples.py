"""What a service's page for developers shows, as shown: each sample signs a resident in."""

import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.stage.platform import Resident
from services import developers
from services.models import RelyingParty

from . import programs
from .apache import apache
from .conftest import World
from .test_guide import signed_in

TOWN = {"resident_of": "102016", "age_over_65": True}


def samples(world: World, name: str, settings: Any) -> dict[str, str]:
    """By their titles; of the client of this name, with the running platform as issuer."""
    settings.IDENTITY_URL = world.issuer
    fields = {**world.registered[name], "client_id": world.platform.clients[name]["client_id"]}
    return {one.title: one.text + "\n" for one in developers.samples(RelyingParty(**fields))}


def environment(world: World, name: str, client_key: Path) -> dict[str, str]:
    told = {"CLIENT_KEY_FILE": str(client_key), "CLIENT_KEY_ID": "c1"}
    return {"CLIENT_SECRET": world.client(name)["CLIENT_SECRET"], **told}


@pytest.mark.parametrize("name", ["node", "keyed", "medical"])
def test_openid_client(
    name: str, world: World, resident: Resident, node_folder: Path, client_key: Path, settings: Any
) -> None:
    program, port = node_folder / f"{name}-sample.mjs", getattr(world.ports, name)
    program.write_text(samples(world, name, settings)["openid-client (Node.js)"], encoding="utf-8")
    told = environment(world, name, client_key)
    with programs.running(["node", program], port, node_folder, "/callback", **told):
        seen = signed_in(resident, port)
    assert seen["attributes"]["sub"] == seen["who"]["sub"]
    assert set(seen["attributes"]) == {"sub", *world.registered[name]["attributes"]}


@pytest.mark.parametrize("name", ["flask", "keyed"])
def test_authlib(
    name: str, world: World, resident: Resident, tmp_path: Path, client_key: Path, settings: Any
) -> None:
    (tmp_path / "app.py").write_text(samples(world, name, settings)["Authlib (Python)"], encoding="utf-8")
    port = getattr(world.ports, name)
    command = [sys.executable, "-m", "flask", "run", "--host", "localhost", "--port", str(port)]
    with programs.running(command, port, tmp_path, **environment(world, name, client_key)):
        seen = signed_in(resident, port)
    assert seen["attributes"] == {"sub": seen["who"]["sub"], **TOWN}


@pytest.mark.skipif(bool(programs.lacking_apache()), reason=programs.lacking_apache())
def test_mod_auth_openidc(world: World, resident: Resident, apache_folder: Path, settings: Any) -> None:
    text = samples(world, "apache", settings)["mod_auth_openidc (Apache)"]
    port = world.ports.apache
    with apache(apache_folder, port, text, **world.client("apache")):
        page = resident.arrive(resident.browser.open(f"http://localhost:{port}/"))
        assert page.content == b"signed in" and page.headers["x-resident-of"] == "102016"


def test_a_sample_is_shown_only_where_the_library_speaks_the_profile(world: World, settings: Any) -> None:
    """Authlib's client does neither PAR nor DPoP; Apache's module signs for another audience."""
    assert list(samples(world, "medical", settings)) == ["openid-client (Node.js)"]
    assert "mod_auth_openidc (Apache)" not in samples(world, "keyed", settings)
