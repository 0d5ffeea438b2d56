"""A signed-in browser that checks every page it shows: axe, reflow, console."""

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.factories import show_passkey

SHOTS = os.environ.get("SCREENSHOTS", "")
WIDTHS = (1280, 320)


class Desk:
    """One person's browser; `complaints` is what the console said."""

    def __init__(
        self, browser: Browser, url: str, user: Any, language: str = "ja", scripts: bool = True
    ) -> None:
        self.complaints: list[str] = []
        self.context = browser.new_context(base_url=url, locale=language, java_script_enabled=scripts)
        client = Client()
        client.force_login(user)
        show_passkey(client, user)
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str, name: str = "") -> Page:
        response = self.page.goto(path)
        assert response
        assert response.status == 200, path
        if name:
            self.look(name)
        return self.page

    def look(self, name: str) -> None:
        self.page.wait_for_load_state()
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if SHOTS:
                self.page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
            violations = Axe().run(self.page).response["violations"]
            assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == [], name
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, name
        self.page.set_viewport_size({"width": 1280, "height": 900})
