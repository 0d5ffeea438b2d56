"""Every page the journey showed, at both widths: in Japanese while it was told, then in English."""

import pytest
from playwright.sync_api import expect

from .world import HEIGHT, NARROW, WIDE, Seen, World, findings, speak

pytestmark = pytest.mark.browser


def test_nothing_was_wrong_while_the_story_was_told(told: World) -> None:
    assert told.findings == []
    assert told.complaints() == []
    assert told.strays() == []


def test_every_page_passes_axe_and_fits_in_english(told: World) -> None:
    found = [finding for one in told.seen for finding in check(told, one)]
    assert found == []
    assert told.complaints() == []
    assert told.strays() == []


def check(world: World, one: Seen) -> list[str]:
    page = world.page(one.who)
    speak(page, "en")
    response = page.goto(one.url)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    found = [] if response and response.ok else [f"answers {response and response.status}"]
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"at {width}: {finding}" for finding in findings(page, width)]
    return [f"{one.name} {finding}" for finding in found]
