"""Every page of both surfaces, found by following links as the people of the story.

In Japanese at 320 px and in English at 1280 px in forced colours; with --every-way in all eight ways.
"""

from collections.abc import Iterable

import pytest
import structlog

from tests.isolation.urls import Endpoint, endpoints

from .story import identity
from .walk import EVERY_WAY, OPPOSITES, URLCONFS, Found, Look, follow_links, judge, keep_pictures
from .walk_exceptions import ELSEWHERE, NOT_JUDGED
from .world import World

pytestmark = pytest.mark.browser
logger = structlog.get_logger(__name__)  # -o log_cli=1 --log-cli-level=INFO shows how far the walk is


def listed(found: Iterable[str]) -> str:
    return "\n".join(["", *found])


STAFF = (
    *("secretary", "administrator", "editor", "approver", "clerk", "colleague"),
    *("attester", "second_attester", "legal_officer", "adopter"),
)


def is_page(endpoint: Endpoint) -> bool:
    """Neither for machines nor for sending alone."""
    view = getattr(endpoint.view, "view_class", None)
    methods = getattr(view, "http_method_names", ["get"])
    is_json = endpoint.route.startswith(("api/v1/", "wallet/v1/")) and endpoint.name != "api:docs"
    return not is_json and "get" in methods and (not view or hasattr(view, "get"))


@pytest.fixture(scope="module")
def walked(told: World) -> list[Found | str]:
    """Each URL name once, as the first person whose links lead there; and dead links."""
    home, issuer = f"{told.state.base_url}/", f"{told.state.issuer}/"
    starts = [(who, home, "portal") for who in (*STAFF, "visitor")]
    starts += [(identity.RESIDENT, issuer, "identity"), ("visitor", issuer, "identity")]
    starts += [("administrator", f"{home}ui/", "portal")]
    found: dict[str, Found | str] = {}
    for who, start, surface in starts:
        for one in follow_links(told, who, start, surface):
            found.setdefault(f"{surface} {one.name} {one.by}" if isinstance(one, Found) else one, one)
    return list(found.values())


@pytest.fixture(scope="module")
def pages(told: World, walked: list[Found | str]) -> list[Found]:
    """One of each URL name; with --screenshots their pictures are kept."""
    found = list({one.name: one for one in walked if isinstance(one, Found)}.values())
    for one in found if told.pictures else ():
        keep_pictures(told.page(one.who), one, told.pictures / "pages")
    return found


@pytest.fixture(scope="module")
def ways(pytestconfig: pytest.Config) -> list[Look]:
    return EVERY_WAY if pytestconfig.getoption("--every-way", default=False) else OPPOSITES


def test_every_link_leads_somewhere(walked: list[Found | str]) -> None:
    dead = [one for one in walked if isinstance(one, str)]
    assert not dead, listed(dead)


def test_every_page_is_reached_or_seen_elsewhere(walked: list[Found | str]) -> None:
    pages = [one for one in walked if isinstance(one, Found)]
    seen = {one.name for one in pages} | {one.by for one in pages}
    known = {each.name for urlconf in URLCONFS.values() for each in endpoints(urlconf) if is_page(each)}
    faults = {
        "not reached": known - seen - set(ELSEWHERE),
        "gone": set(ELSEWHERE) - known,
    }
    assert not any(faults.values()), listed(
        f"{why}: {name}" for why in faults for name in sorted(faults[why])
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_pass_axe_fit_and_work_by_keyboard(
    told: World, pages: list[Found], ways: list[Look], language: str
) -> None:
    found, looks = [], [way for way in ways if way.language == language]
    judged = [one for one in pages if one.name not in NOT_JUDGED]
    for at, one in enumerate(judged, start=1):
        seen = [finding for way in looks for finding in judge(told.page(one.who), one.url, way)]
        found += [f"{one.name} as {one.who} {finding}" for finding in seen]
        logger.info("walked", page=one.name, at=at, of=len(judged), findings=len(seen))
    assert not found, listed(found)


def test_no_page_complains_or_asks_another_host(told: World, pages: list[Found]) -> None:
    assert pages
    assert told.complaints() == []
    assert told.strays() == []
