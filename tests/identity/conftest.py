from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from consortium.tenancy.models import Municipality
from identity.actions.consents import grant_consent
from identity.certifying import certify_due, tend_status
from identity.context import resident as speaking
from services.actions.adoptions import adopt_component
from services.actions.catalogue import register_component
from services.actions.relying_parties import approve_relying_party, register_relying_party
from services.models import Component, RelyingParty
from tests import factories

from .residents import Counter, Resident, make_counter, make_resident

_SURFACE = (
    "ROOT_URLCONF",
    "MIDDLEWARE",
    "LANGUAGES",
    "AUTHENTICATION_BACKENDS",
    "SESSION_ENGINE",
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "LOGIN_URL",
    "LOGIN_REDIRECT_URL",
)
_PORTAL = {name: getattr(configured, name) for name in _SURFACE}


@pytest.fixture
def at_portal() -> Callable[[], Any]:
    """`with at_portal():` the other surface, in a test that has asked for the residents'."""
    return lambda: override_settings(**_PORTAL)


@pytest.fixture
def counter(maebashi: Municipality) -> Counter:
    return make_counter(maebashi)


@pytest.fixture
def next_door(takasaki: Municipality) -> Counter:
    return make_counter(takasaki)


@pytest.fixture
def hanako(identity_surface: Any, counter: Counter) -> Resident:
    """Enrolled with a device-bound passkey, signed in."""
    return make_resident(counter)


@pytest.fixture
def component(secretary: Any, acting: Callable[..., Any]) -> Component:
    with acting(secretary) as actor:
        return register_component(
            by=actor,
            code="transport-discount",
            sector="transport",
            name_ja="交通割引サービス",
            name_en="Transport discount",
            summary="割引",
            provider="架空交通",
        )


@pytest.fixture
def approved(component: Component, secretary: Any, acting: Callable[..., Any]) -> Callable[..., RelyingParty]:
    """approved(name_ja=…) -> a service of the component."""

    def register(**given: Any) -> RelyingParty:
        values = {
            "name_ja": "まちなか交通割引",
            "name_en": "Town transport discount",
            "auth_method": "client_secret_basic",
            "redirect_uris": ["http://localhost:8002/callback"],
            "purpose_ja": "運賃の割引を適用するため",
            "purpose_en": "To apply fare discounts",
            "attributes": ["resident_of", "age_over_65", "under_18"],
            "contact": "service@example.jp",
        }
        with acting(secretary) as actor:
            party = register_relying_party(by=actor, component=component, **values | given).relying_party
        with acting(factories.make_secretary()) as actor:
            return approve_relying_party(by=actor, relying_party=party)

    return register


@pytest.fixture
def party(approved: Callable[..., RelyingParty]) -> RelyingParty:
    return approved()


@pytest.fixture
def adopted(
    party: RelyingParty, maebashi: Municipality, staff: Any, acting: Callable[..., Any]
) -> RelyingParty:
    with acting(staff(maebashi, "administrator"), maebashi) as actor:
        adopt_component(by=actor, component=party.component)
    return party


@pytest.fixture
def consent() -> Callable[..., UUID]:
    """consent(resident, party, *attributes) -> its id."""

    def grant(resident: Resident, party: RelyingParty, *attributes: str, days: int = 30) -> UUID:
        with speaking(resident.citizen_id) as actor:
            return grant_consent(
                by=actor,
                relying_party=party,
                attributes=attributes,
                until=timezone.now() + timedelta(days=days),
            )

    return grant


@pytest.fixture(scope="session")
def ca_folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of the public half and of the keys, made once."""
    folder, keys = tmp_path_factory.mktemp("ca"), tmp_path_factory.mktemp("keys")
    call_command("create_ca", str(folder), str(keys), verbosity=0)
    return folder, keys


@pytest.fixture
def device_ca(settings: Any, ca_folders: tuple[Path, Path]) -> Path:
    """Folder of the CA for devices; this process is surface and worker in one."""
    folder, keys = ca_folders
    settings.DEVICE_CA = {
        "FOLDER": str(folder),
        "KEY": (keys / "issuing.key").read_text(),
        "PASSPHRASE": (keys / "issuing.passphrase").read_text(),
        "EARLIER_KEY": "",
        "EARLIER_PASSPHRASE": "",
        "NAME": "",
        "POLICY": "",
    }
    return folder


@pytest.fixture
def server(identity_surface: Any, transactional_db: None, device_ca: Path) -> Iterator[str]:
    """Address of a running identity surface."""
    running = LiveServer("localhost")
    identity_surface.IDENTITY_URL = identity_surface.OWN_URL = running.url
    identity_surface.CSRF_TRUSTED_ORIGINS = [running.url]
    identity_surface.ALLOWED_HOSTS = ["localhost", "testserver"]
    yield running.url
    running.stop()


@pytest.fixture
def worker(server: str) -> Iterator[None]:
    """Certifies what is asked for while the test runs."""
    over = Event()

    def work() -> None:
        try:
            while not over.wait(0.2):
                certify_due()
                tend_status()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        yield
        over.set()
        done.result()
