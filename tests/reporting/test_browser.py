"""The pages of audit, reports and figures, and the API's description, in a real browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from consortium.membership.models import User
from consortium.reporting.models import Indicator
from consortium.reporting.tasks import run_report
from consortium.tenancy.models import Municipality
from consortium.tenancy.tasks import HOUSEKEEPING
from tests.factories import show_passkey

from .conftest import YEAR, asked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REPORTS = "/secretariat/reports/"
PREVIEW = f"{REPORTS}new/?template=across_members&indicator=identity.residents&fiscal_year={YEAR}"
SHOTS = os.environ.get("SHOTS", "")
"""A folder for pictures to look at; none are made without it."""


@pytest.fixture
def opened(browser: Browser, portal_live: str) -> Iterator[Callable[..., Page]]:
    """opened(user, path, width, language) → a page; the browser's complaints fail the test at its end."""
    complaints: list[str] = []
    contexts = []

    def make(user: User, path: str, width: int = 1280, language: str = "ja") -> Page:
        client = Client()
        client.force_login(user)
        show_passkey(client, user)
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
        contexts.append(context)
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": portal_live}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto(portal_live + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def look(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def check(page: Page, name: str, width: int) -> None:
    look(page, f"{name}-{width}")
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture
def paths(
    members: list[Municipality], indicators: dict[str, Indicator], figure: Callable[..., None]
) -> dict[str, str]:
    waiting = asked(indicators["dx_budget"])
    done = asked(indicators["identity.residents"])
    run_report.apply(kwargs={"job_id": str(done.job_id)}, headers=HOUSEKEEPING, throw=True)
    return {
        "runs": REPORTS,
        "preview": PREVIEW,
        "waiting": f"{REPORTS}{waiting.pk}/",
        "result": f"{REPORTS}{done.pk}/",
        "audit": "/secretariat/audit/",
    }


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_the_secretariat(
    opened: Callable[..., Page], secretary: User, paths: dict[str, str], width: int
) -> None:
    for name, path in paths.items():
        check(opened(secretary, path, width), name, width)


def test_a_result_in_english(opened: Callable[..., Page], secretary: User, paths: dict[str, str]) -> None:
    page = opened(secretary, paths["result"], language="en")
    check(page, "result-en", 1280)
    expect(page.get_by_role("rowheader", name="Maebashi")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_a_municipality(
    opened: Callable[..., Page],
    members: list[Municipality],
    staff: Callable[..., User],
    maebashi: Municipality,
    width: int,
) -> None:
    administrator = staff(maebashi, "administrator")
    for name in ("audit", "figures"):
        check(opened(administrator, f"/m/102016/{name}/", width), f"tenant-{name}", width)


def test_progress_goes_on_by_itself_to_the_result(
    opened: Callable[..., Page], secretary: User, members: list[Any], indicators: dict[str, Indicator]
) -> None:
    run = asked(indicators["identity.residents"])
    page = opened(secretary, f"{REPORTS}{run.pk}/")
    expect(page.get_by_text("順番を待っています", exact=True)).to_be_visible()
    run_report.apply(kwargs={"job_id": str(run.job_id)}, headers=HOUSEKEEPING, throw=True)
    expect(page.get_by_role("table", name="団体別")).to_be_visible(timeout=15_000)


def test_the_description_of_the_api_runs_under_our_policy(
    opened: Callable[..., Page], secretary: User
) -> None:
    page = opened(secretary, "/api/v1/docs/")
    expect(page.get_by_text("/api/v1/municipalities/", exact=True)).to_be_visible(timeout=15_000)
    look(page, "docs")
