"""The platform comes up once; chapters of the story are fixtures that build on one another."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .story import duties, federation, identity, plans, reporting
from .world import World, platform

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "screenshots"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", action="store_true", help="write docs/screenshots/*.png")
    parser.addoption("--every-way", action="store_true", help="walk in every language, width and colours")


@pytest.fixture(scope="session")
def world(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[World]:
    pictures = PICTURES if pytestconfig.getoption("--screenshots", default=False) else None
    with platform(tmp_path_factory.mktemp("platform") / "state") as state:
        world = World(state, browser, pictures)
        yield world
        world.close()


@pytest.fixture(scope="session")
def secretariat(world: World) -> World:
    federation.secretary_takes_office(world)
    return world


@pytest.fixture(scope="session")
def admitted(secretariat: World) -> World:
    federation.maebashi_joins(secretariat)
    return secretariat


@pytest.fixture(scope="session")
def staffed(admitted: World) -> World:
    federation.staff_come(admitted)
    return admitted


@pytest.fixture(scope="session")
def published(staffed: World) -> World:
    plans.maebashi_publishes(staffed)
    return staffed


@pytest.fixture(scope="session")
def adopted(staffed: World) -> World:
    identity.service_is_offered(staffed)
    identity.maebashi_adopts(staffed)
    return staffed


@pytest.fixture(scope="session")
def enrolled(adopted: World) -> World:
    identity.counter_proofs(adopted)
    identity.resident_enrols(adopted)
    return adopted


@pytest.fixture(scope="session")
def consented(enrolled: World) -> World:
    identity.resident_consents(enrolled)
    return enrolled


@pytest.fixture(scope="session")
def reported(admitted: World) -> World:
    reporting.maebashi_records(admitted)
    reporting.secretary_asks(admitted)
    return admitted


@pytest.fixture(scope="session")
def told(published: World, consented: World, reported: World) -> World:
    """The whole story; chapters that tests have told already are not told twice."""
    if not any(one.name == "plan-copy" for one in published.seen):
        plans.takasaki_adopts(published)
    if not any(one.name == "me" for one in consented.seen):
        identity.allow(consented)
        identity.her_page(consented)
    for chapter in duties.CHAPTERS:
        chapter(reported)
    return reported
