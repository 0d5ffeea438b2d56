"""The platform comes up once, with every client that a test needs and residents who are signed in."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from deploy.stage.platform import Platform, Resident, databases, free_ports, serving, surfaces

from . import programs

RESIDENTS = 3
TRANSPORT = {"sector": "transport", "attributes": ["resident_of", "age_over_65"]}


@dataclass(frozen=True)
class Ports:
    """Where the clients listen: registered before they run."""

    node: int
    medical: int
    flask: int
    apache: int
    keyed: int

    @classmethod
    def beside(cls, first: int) -> "Ports":
        return cls(*range(first + 2, first + 7))


@dataclass
class World:
    platform: Platform
    ports: Ports
    key: ECKey
    """The private key of the clients `medical` and `keyed`."""
    registered: dict[str, dict[str, Any]]
    residents: list[Resident]

    @property
    def issuer(self) -> str:
        return self.platform.issuer

    def client(self, name: str) -> dict[str, str]:
        """What a program is told of itself, as environment variables."""
        known = self.platform.clients[name]
        return {
            "ISSUER": self.issuer,
            "CLIENT_ID": known["client_id"],
            "CLIENT_SECRET": known["client_secret"],
        }


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    folder = Path(tempfile.mkdtemp(prefix="external-"))
    first = free_ports()
    key = ECKey.generate_key("P-256", {"kid": "c1"})
    ports = Ports.beside(first)
    with databases(folder / "state", first) as platform:
        under_test = {name: {**fields, "test": True} for name, fields in clients(ports, key).items()}
        platform.seed(under_test, RESIDENTS, test=True)
        with serving(platform, surfaces(platform.state)):
            yield World(platform, ports, key, under_test, [platform.enrol() for _ in range(RESIDENTS)])
    shutil.rmtree(folder, ignore_errors=True)


def clients(ports: Ports, key: ECKey) -> dict[str, dict[str, Any]]:
    """One for each program; its registration as the secretariat would enter it."""
    return {
        "node": _basic(ports.node, backchannel="/backchannel-logout"),
        "flask": _basic(ports.flask),
        "apache": _basic(ports.apache, backchannel="/callback?logout=backchannel"),
        "medical": {
            "sector": "medical",
            "auth_method": "private_key_jwt",
            "jwks": {"keys": [key.as_dict(private=False)]},
            "attributes": ["name", "birth_date"],
            "redirect_uris": [f"http://localhost:{ports.medical}/callback"],
            "grant_types": ["authorization_code", "refresh_token"],
            "require_pushed_authorization_requests": True,
            "dpop_bound_access_tokens": True,
        },
        "keyed": {
            **_basic(ports.keyed),
            "auth_method": "private_key_jwt",
            "jwks": {"keys": [key.as_dict(private=False)]},
        },
    }


def _basic(port: int, backchannel: str = "") -> dict[str, Any]:
    own = f"http://localhost:{port}"
    return {
        **TRANSPORT,
        "auth_method": "client_secret_basic",
        "redirect_uris": [f"{own}/callback"],
        "post_logout_redirect_uris": [f"{own}/"],
        "backchannel_logout_uri": f"{own}{backchannel}" if backchannel else "",
    }


@pytest.fixture(scope="session")
def resident(world: World) -> Resident:
    return world.residents[0]


@pytest.fixture(scope="session")
def node_folder() -> Iterator[Path]:
    if reason := programs.lacking_node():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=programs.node_modules()))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def apache_folder() -> Iterator[Path]:
    """Not below pytest's own folders, which other accounts cannot enter."""
    folder = Path(tempfile.mkdtemp(prefix="apache-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def client_key(world: World, node_folder: Path) -> Path:
    path = node_folder / "client-key.pem"
    path.write_bytes(world.key.as_pem(private=True))
    return path


def shown(page: Any) -> dict[str, Any]:
    """What a client of the guide says of its visitor."""
    answer: dict[str, Any] = json.loads(page.text)
    return answer
