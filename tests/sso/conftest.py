"""A real OpenID provider over HTTP, and a municipality connected to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from oidc_provider_mock import run_server_in_thread

from consortium.sso.actions import configure, confirm_domain, name_exception, note_test, set_policy
from consortium.sso.models import DomainState, SsoConnection
from consortium.sso.queries import asked_domains
from tests import factories

PASSWORD = "とても長い合言葉です123"
DOMAIN = "city.maebashi.example"


@dataclass
class Idp:
    """A running provider; `people` may be added at any time."""

    url: str
    port: int

    def person(self, sub: str, **claims: Any) -> None:
        """Someone the provider knows, by its own HTTP interface."""
        requests.put(f"{self.url}/users/{sub}", json={"sub": sub, **claims}, timeout=5).raise_for_status()

    def approve(self, url: str, sub: str) -> str:
        """What the browser does at the provider: sign in and be sent back; the address it is sent to."""
        answer = requests.post(url, data={"sub": sub}, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def deny(self, url: str) -> str:
        answer = requests.post(url, data={"action": "deny"}, allow_redirects=False, timeout=5)
        return str(answer.headers["Location"])


@contextmanager
def running(**options: Any) -> Iterator[Idp]:
    with run_server_in_thread(**options) as server:
        yield Idp(f"http://localhost:{server.server_port}", server.server_port)


@pytest.fixture(scope="session")
def idp() -> Iterator[Idp]:
    with running() as provider:
        yield provider


@dataclass
class Connected:
    idp: Idp
    code: str = "102016"
    opened: list[Any] = field(default_factory=list)

    def sign_in(self, client: Client, sub: str, **query: str) -> Any:
        """The whole way: start, provider, callback. The callback's answer."""
        return client.get(self.callback(client, sub, **query))

    def callback(self, client: Client, sub: str, path: str = "", **query: str) -> str:
        start = client.get(f"/m/{self.code}/sso/{path}", query)
        assert start.status_code == 302, start.content.decode()[:2000]
        return self.local(self.idp.approve(start["Location"], sub))

    @staticmethod
    def local(url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.path}?{parts.query}"


def connect(
    administrator: Any, municipality: Any, idp: Idp, *, policy: str = "optional", **values: Any
) -> SsoConnection:
    defaults = {
        "issuer": idp.url,
        "client_id": "platform",
        "secret": "s3cret",
        "domains": [DOMAIN],
        "scopes": "openid email profile",
        "groups_claim": "groups",
        "groups_of_role": {"editor": ["dx-editors"], "approver": ["dx-approvers"]},
        "provisions": True,
        "trusted_acr": [],
        "trusted_amr": [],
    }
    with factories.acting(administrator, municipality) as actor:
        connection = configure(by=actor, **{**defaults, **values})
        note_test(by=actor, connection=connection)
    confirm_domains()
    with factories.acting(administrator, municipality) as actor:
        if policy == "required":
            name_exception(by=actor, user=administrator)
        set_policy(by=actor, policy=policy)
    return connection


def confirm_domains() -> None:
    """What the secretariat does about all that wait."""
    with factories.acting(factories.make_secretary()) as actor:
        for domain in asked_domains(DomainState.WAITING):
            confirm_domain(by=actor, domain=domain)


@pytest.fixture
def administrator(staff: Any, maebashi: Any) -> Any:
    """With password and second factor."""
    return staff(maebashi, "administrator", password=PASSWORD)


@pytest.fixture
def connected(administrator: Any, maebashi: Any, idp: Idp) -> Callable[..., Connected]:
    def make(**values: Any) -> Connected:
        connect(administrator, maebashi, idp, **values)
        return Connected(idp)

    return make
