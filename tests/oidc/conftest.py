from collections.abc import Callable, Iterator
from functools import partial
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer
from werkzeug.serving import make_server

from consortium.tenancy.models import Municipality
from deploy.demo.relying_party.app import make_app
from deploy.demo.relying_party.settings import Registration, Settings
from identity.actions.consents import withdraw_consent
from identity.context import resident as speaking
from identity.oidc import keys
from identity.queries.consents import live_consents
from services.actions.relying_parties import resume_relying_party, suspend_relying_party
from services.models import Component
from tests import factories
from tests.identity.residents import Counter, Resident, make_counter, make_resident

from .services import adopted_by, make_component, make_service
from .support import Service


@pytest.fixture(autouse=True)
def signing_key(db: None) -> Iterator[None]:
    """A key of the issuer, and none of an earlier test in the process. Making RSA keys takes its time."""
    call_command("create_signing_key", "--algorithm", "ES256", verbosity=0)
    keys.forget()
    yield
    keys.forget()


@pytest.fixture
def counter(maebashi: Municipality) -> Counter:
    return make_counter(maebashi)


@pytest.fixture
def hanako(identity_surface: Any, counter: Counter) -> Resident:
    """Of Maebashi, with a device-bound passkey, signed in."""
    return make_resident(counter)


@pytest.fixture
def component() -> Callable[..., Component]:
    """component(sector) -> one in the catalogue."""
    return make_component


@pytest.fixture
def register() -> Callable[..., Service]:
    """register(component, **fields) -> an approved client."""
    return make_service


@pytest.fixture
def adopt(maebashi: Municipality) -> Callable[[Component], None]:
    return partial(adopted_by, maebashi)


@pytest.fixture
def transport(component: Any, adopt: Any) -> Component:
    """A transport component that Maebashi has adopted."""
    made: Component = component("transport")
    adopt(made)
    return made


@pytest.fixture
def service(transport: Component, register: Any) -> Service:
    """Confidential, client_secret_basic."""
    made: Service = register(transport)
    return made


@pytest.fixture
def decide(secretary: Any, acting: Callable[..., Any]) -> Callable[[Service, bool], None]:
    """decide(service, good): resumed or suspended."""

    def run(service: Service, good: bool) -> None:
        with acting(factories.make_secretary() if good else secretary) as actor:
            (resume_relying_party if good else suspend_relying_party)(by=actor, relying_party=service.party)

    return run


@pytest.fixture
def withdraw() -> Callable[[Resident, Service], None]:
    def run(resident: Resident, service: Service) -> None:
        with speaking(resident.citizen_id) as actor:
            for held in live_consents(resident.citizen_id, service.party.client_id):
                withdraw_consent(by=actor, consent_id=held.consent_id)

    return run


@pytest.fixture
def issuer(identity_surface: Any, hanako: Resident, transactional_db: None) -> Iterator[str]:
    """The identity surface over HTTP, on a server of its own: `live_server` keeps the middleware of whoever
    asked for it first. Hanako enrolled before, while the issuer still had its usual address."""
    server = LiveServer("localhost")
    identity_surface.IDENTITY_URL = identity_surface.OWN_URL = server.url
    identity_surface.CSRF_TRUSTED_ORIGINS = [server.url]
    identity_surface.ALLOWED_HOSTS = ["localhost", "testserver"]
    yield server.url
    server.stop()


@pytest.fixture
def town_transport(transport: Any, register: Any, issuer: str) -> Iterator[tuple[str, Service]]:
    """The demo's relying party, running and registered."""
    server = make_server("localhost", 0, lambda environ, start: app(environ, start), threaded=True)
    address = f"http://localhost:{server.port}"
    service = register(transport, redirect_uris=[f"{address}/callback"])
    known = Registration(issuer, service.party.client_id, service.secret)
    app = make_app(Settings(port=server.port, session_secret="s" * 32, known=known))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address, service
    server.shutdown()
    thread.join()
    server.server_close()
