"""The processes: databases of their own, the identity surface on granian, residents with passkeys."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consortium.embedded import Embedded
from consortium.embedded.place import is_free
from deploy.demo.authenticator import Authenticator, as_form_value
from deploy.demo.journey.browser import Browser, Page
from deploy.demo.journey.html import forms
from deploy.demo.services import surface, worker
from deploy.demo.state import ROOT, DemoState, StepError
from deploy.demo.supervisor import Service, Supervisor
from deploy.throwaway import remove

PORTS = 8
"""In a row: portal, identity, then those that clients may listen on."""
MOST_PAGES = 6


@dataclass
class Resident:
    """Her browser, signed in, and her device."""

    browser: Browser
    device: Authenticator

    def sign_in(self, page: Page, *, expect: int | None = 200) -> Page:
        """Answers the sign-in page; whatever follows is opened in her browser."""
        form = page.find_form("credential")
        credential = self.device.get(json.loads(form.node.attributes["data-options"]))
        return self.browser.submit(page, form, expect=expect, credential=as_form_value(credential))

    def leave(self, page: Page) -> str:
        """Signs in and agrees where she is asked; the address at the service that this leads to."""
        for _ in range(MOST_PAGES):
            if _has(page, "credential"):
                page = self.sign_in(page)
            elif _has(page, "decision"):
                page = self.browser.submit(page, page.find_form("decision"), decision="allow")
            else:
                return page.link(path="state=")
        raise StepError(f"{page} leads to no service")

    def arrive(self, page: Page) -> Page:
        """As `leave`, if she is still here, and goes there."""
        here = page.url.startswith(f"{self.browser.origin}/")
        return self.browser.open(self.leave(page)) if here else page

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self.browser.session.cookies)


@dataclass
class Platform:
    state: DemoState
    databases: Embedded
    clients: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    pids: dict[str, int] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return self.state.issuer

    def seed(self, clients: dict[str, dict[str, Any]], residents: int, *, test: bool = False) -> None:
        """See deploy.stage.seed."""
        wanted = json.dumps({"clients": clients, "residents": residents, "test": test})
        done = subprocess.run(
            [sys.executable, "-m", "deploy.stage.seed"],
            check=True,
            cwd=ROOT,
            env=self.state.environment("portal"),
            input=wanted,
            stdout=subprocess.PIPE,
            text=True,
        )
        made = json.loads(done.stdout)
        self.clients |= made["clients"]
        self.codes += made["codes"]

    def enrol(self) -> Resident:
        """The next resident, with a device-bound passkey; behind a proxy, at an address of her own."""
        browser = Browser(self.issuer)
        browser.session.headers["X-Forwarded-For"] = f"192.0.2.{len(self.codes) % 250 + 1}"
        page = browser.submit(browser.open("/enrol/"), code=self.codes.pop(0))
        form = page.find_form("credential")
        device = Authenticator(self.issuer, counts=False)
        credential = device.create(json.loads(form.node.attributes["data-options"]))
        browser.submit(page, form, name="端末", credential=as_form_value(credential))
        return Resident(browser, device)


def _has(page: Page, field: str) -> bool:
    return any(field in form.values for form in forms(page.node))


@contextmanager
def databases(folder: Path, port: int, *, durable: bool = False) -> Iterator[Platform]:
    """Databases with all tables and a signing key; nothing serves them yet."""
    with ExitStack() as stack:
        stack.callback(remove, folder)
        with _without("DATABASE_URL", "REDIS_URL"):  # for no longer: a test run has its own
            embedded = stack.enter_context(Embedded(folder, durable=durable))
        state = DemoState.load(embedded, port)
        state.save()
        for name in ("media", "mail"):
            (state.folder / name).mkdir(mode=0o700)
        state.run([sys.executable, "-m", "deploy.stage.seed", "prepare"], state.environment("migrate"))
        yield Platform(state, embedded)


@contextmanager
def serving(platform: Platform, services: list[Service]) -> Iterator[Platform]:
    """Waits for the first service; the others come up meanwhile."""
    state = platform.state
    with Supervisor(state.folder / "logs", ROOT, platform.pids.update) as supervisor:
        for service in services:
            supervisor.start(service)
        supervisor.wait_ready(services[0].name)
        yield platform


def surfaces(state: DemoState) -> list[Service]:
    """Both surfaces and the worker, as the demo runs them."""
    return [
        surface(state, "identity", state.port + 1),
        surface(state, "portal", state.port),
        worker(state, "worker", "default"),
    ]


def free_ports() -> int:
    """The first of PORTS in a row. Two runs at once look in different places: a port is taken only later."""
    first = 20000 + os.getpid() % 900 * 10
    return next(
        port for port in range(first, first + 1000, 10) if all(is_free(port + more) for more in range(PORTS))
    )


@contextmanager
def _without(*names: str) -> Iterator[None]:
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)
