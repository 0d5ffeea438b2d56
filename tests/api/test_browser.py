"""The guides, and issuing a token, in a real browser."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Page

from consortium.api.guide import GUIDES
from consortium.membership.models import User
from consortium.tenancy.models import Municipality

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS", "")


def looked_at(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    found = Axe().run(page)
    assert not found.response["violations"], f"{name}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_guides_and_tokens(
    browser: Browser,
    portal_live: str,
    maebashi: Municipality,
    staff: Callable[..., User],
    client_for: Callable[..., Client],
) -> None:
    complaints: list[str] = []
    office: Any = client_for(staff(maebashi, "administrator"))
    cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": office.session.session_key}
    for width, language in ((1280, "en"), (320, "ja")):
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
        context.add_cookies([{**cookie, "url": portal_live}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        for path in ("", "problems/", *(f"{guide.slug}/" for guide in GUIDES)):
            page.goto(f"{portal_live}/developers/{path}")
            looked_at(page, f"guide-{path.strip('/') or 'start'}-{width}")
        page.goto(f"{portal_live}/m/102016/tokens/new/")
        looked_at(page, f"token-form-{width}")
        page.locator("[name=name]").fill("文書管理システム")
        page.locator("main form button[type=submit], main form .button").first.click()
        page.wait_for_url("**/tokens/*-*/")
        assert page.locator("#secret").inner_text().startswith("cdx_102016_")
        looked_at(page, f"token-shown-{width}")
        page.goto(f"{portal_live}/m/102016/tokens/")
        looked_at(page, f"tokens-{width}")
        context.close()
    assert complaints == []
