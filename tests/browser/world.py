"""The running platform and the persons before it, each with a browser and an authenticator of her own."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from consortium.embedded import Embedded
from consortium.embedded.place import is_free
from deploy.demo.services import services
from deploy.demo.state import ROOT, DemoState
from deploy.demo.supervisor import Supervisor
from deploy.throwaway import remove

WIDE, NARROW, HEIGHT = 1280, 320, 900
TALLEST = 1500
JPEG_QUALITY = 70
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# What Chromium says of every answer with such a status; that these come is what a test asks for.
EXPECTED = tuple(f"the server responded with a status of {status}" for status in (401, 403, 410, 422))


@contextmanager
def platform(folder: Path) -> Iterator[DemoState]:
    """Both surfaces, workers, beat and the service as real processes on databases of their own."""
    with ExitStack() as stack:
        stack.callback(remove, folder)  # root's databases lie elsewhere
        with without("DATABASE_URL", "REDIS_URL"):  # for no longer: other tests of this run need them
            embedded = stack.enter_context(Embedded(folder, durable=False))
        state = DemoState.load(embedded, free_ports())
        state.save()
        for name in ("media", "mail"):
            (state.folder / name).mkdir(mode=0o700)
        state.run([sys.executable, "-m", "tests.browser.seed", "prepare"], state.environment("migrate"))
        state.run([sys.executable, "-m", "tests.browser.seed", "members"], state.environment("portal"))
        with Supervisor(state.folder / "logs", ROOT, state.note_pids) as supervisor:
            for service in services(state):
                supervisor.start(service)
            for service in services(state):
                supervisor.wait_ready(service.name)
            yield state


@contextmanager
def without(*names: str) -> Iterator[None]:
    """The databases of the test run are not those of the platform under test."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def free_ports() -> int:
    """The first of three in a row. Two runs at once look in different places: a port is taken only later."""
    first = 18600 + os.getpid() % 900 * 10
    return next(
        port for port in range(first, first + 1000, 10) if all(is_free(port + more) for more in range(3))
    )


@dataclass
class Seen:
    """A page that can be opened again by its address."""

    name: str
    who: str
    url: str


@dataclass
class Person:
    name: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


@dataclass
class World:
    state: DemoState
    browser: Browser
    pictures: Path | None = None
    people: dict[str, Person] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def page(self, name: str) -> Page:
        """Her browser, opened on first use."""
        if name not in self.people:
            self.people[name] = self._person(name)
        return self.people[name].page

    def _person(self, name: str) -> Person:
        context = self.browser.new_context(
            base_url=self.state.base_url, locale="ja-JP", viewport={"width": WIDE, "height": HEIGHT}
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        person = Person(name, context, page)
        page.on("console", lambda message: person.complaints.append(f"{page.url} {message.text}"))
        page.on("pageerror", lambda error: person.complaints.append(f"{page.url} {error}"))
        context.on("request", lambda request: self._note_address(person, request.url))
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        return person

    @staticmethod
    def _note_address(person: Person, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "localhost":
            person.strays.append(url)

    def look(self, who: str, name: str, *, again: bool = True, picture: str = "") -> None:
        """Axe and reflow at both widths. again: the address alone shows this page, so it can be revisited.

        picture: which widths are kept as a screenshot ("wide", "narrow", "both").
        """
        page = self.page(who)
        for width, kept in ((NARROW, "narrow"), (WIDE, "wide")):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            self.findings += [f"{name} at {width}: {finding}" for finding in findings(page, width)]
            if self.pictures and picture in {kept, "both"}:
                shoot(page, self.pictures / f"{name if kept == 'wide' else f'{name}-320'}.png")
        if again and not any(one.url == page.url for one in self.seen):
            self.seen.append(Seen(name, who, page.url))

    def complaints(self) -> list[str]:
        """What consoles said, but for the refusals that tests provoke."""
        said = [text for person in self.people.values() for text in person.complaints]
        return [text for text in said if not any(known in text for known in EXPECTED)]

    def strays(self) -> list[str]:
        return [url for person in self.people.values() for url in person.strays]

    def close(self) -> None:
        for person in self.people.values():
            person.context.close()


def speak(page: Page, language: str) -> None:
    """From the next page on; cookies know no port, so on both surfaces."""
    page.context.add_cookies([{"name": "language", "value": language, "url": "http://localhost"}])


def shoot(page: Page, path: Path) -> None:
    """The page from its top, cut where it grows too tall; without a focus ring."""
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    size = page.viewport_size or {"width": WIDE, "height": HEIGHT}
    tall = min(TALLEST, max(HEIGHT, page.evaluate("document.documentElement.scrollHeight")))
    page.screenshot(
        path=path,
        quality=JPEG_QUALITY if path.suffix == ".jpg" else None,
        full_page=True,
        clip={"x": 0, "y": 0, "width": size["width"], "height": tall},
    )


def findings(page: Page, width: int) -> list[str]:
    violations = Axe().run(page).response["violations"]
    found = [f"{one['id']} {one['nodes'][0]['html'][:120]}" for one in violations]
    reach = page.evaluate("document.documentElement.scrollWidth")
    return [*found, *([f"scrolls sideways: {reach}"] if reach > width else [])]
