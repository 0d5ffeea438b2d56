"""Step 4: figures, a report with live progress, its downloads."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect

from deploy.demo.facts import MAEBASHI
from tests.browser.seed import YEAR
from tests.browser.world import World

from .clicks import fill, press, shows

INDICATOR = "identity.residents"


def maebashi_records(world: World) -> None:
    page = world.page("administrator")
    page.goto(f"/m/{MAEBASHI.code}/figures/")
    page.locator("main select[name=indicator]").select_option(INDICATOR)
    page.locator("main select[name=fiscal_year]").select_option(str(YEAR))
    fill(page, value="36000", source="架空のデモデータ")
    press(page, "記録する")
    shows(page, "36,000")
    world.look("administrator", "figures")


def secretary_asks(world: World) -> None:
    page = world.page("secretary")
    page.goto("/secretariat/reports/")
    world.look("secretary", "reports-empty")
    press(page, "新しい集計")
    page.locator("main select[name=indicator]").select_option(INDICATOR)
    page.locator("main select[name=fiscal_year]").select_option(str(YEAR))
    press(page, "対象を確かめる")
    world.look("secretary", "report-new", picture="wide")
    with held(world):
        press(page, "集計を始める")
        expect(page.locator("#report-progress")).to_be_visible()
        world.look("secretary", "report-progress", again=False, picture="wide")
    expect(page.get_by_role("link", name="Excel")).to_be_visible(timeout=30_000)
    world.look("secretary", "report", picture="both")


@contextmanager
def held(world: World) -> Iterator[None]:
    """The report worker stands still, so that the page can be seen waiting; nobody reloads it afterwards."""
    group = world.state.pids["report"]
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def download(world: World, label: str) -> tuple[str, bytes]:
    page = world.page("secretary")
    with page.expect_download() as caught:
        page.get_by_role("link", name=label, exact=True).click()
    return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()
