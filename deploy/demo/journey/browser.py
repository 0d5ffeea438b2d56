"""A person's browser: cookies, forms as they stand on the page, redirects followed by hand."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import requests

from deploy.demo.state import StepError

from .html import ERRORS, Form, Node, forms, parse

PATIENCE = 60  # seconds for one answer
MOST_REDIRECTS = 12
TOO_MANY = 429
PAUSES = (20, 20, 30)  # seconds; the limits of sign-in count by the minute
REDIRECTS = {301, 302, 303, 307, 308}
Entry = str | list[str]


@dataclass
class Page:
    url: str
    status: int
    text: str
    content: bytes
    headers: dict[str, str]
    node: Node

    @property
    def heading(self) -> str:
        return " / ".join(node.text for node in self.node.all("h1"))

    def find_form(self, *fields: str, action: str = "", button: str = "") -> Form:
        """The first form that has all these fields, an action ending so, and a button that says so."""
        for form in forms(self.node):
            where = urlsplit(urljoin(self.url, form.action)).path
            if set(fields) <= set(form.values) and where.endswith(action) and button in form.node.text:
                return form
        raise StepError(f"{self} holds no form with {fields or action or button}")

    def link(self, text: str = "", *, path: str = "") -> str:
        """The address of the first link whose text holds `text` and whose address holds `path`."""
        for node in self.node.all("a"):
            href = node.attributes.get("href", "")
            if text in node.text and path in href:
                return urljoin(self.url, href)
        raise StepError(f"{self} holds no link “{text or path}”")

    def says(self, text: str) -> "Page":
        if text not in self.node.text:
            raise StepError(f"{self} does not say “{text}”; it says: {self.main[:400]}")
        return self

    @property
    def main(self) -> str:
        return " ".join(node.text for node in self.node.all("main")) or self.node.text or self.text

    @property
    def errors(self) -> str:
        return " / ".join(node.text for node in self.node.of_class(*ERRORS))

    def __str__(self) -> str:
        return f"{urlsplit(self.url).path} ({self.status} {self.heading})"


@dataclass
class Browser:
    """`origin`: where paths without a host lead."""

    origin: str
    session: requests.Session = field(default_factory=requests.Session)
    on_answer: Callable[[Page], None] = lambda page: None

    def open(self, address: str, *, expect: int | None = 200, **query: str) -> Page:
        return self._go("GET", address, expect, params=query)

    def submit(
        self, page: Page, form: Form | None = None, /, *, expect: int | None = 200, **entries: Entry
    ) -> Page:
        """Fill in and send; without a form, the first one of the page that has the fields."""
        form = form or page.find_form(*entries)
        address = urljoin(page.url, form.action or page.url)
        filled = form.filled(**entries)
        if form.method == "get":
            return self._go("GET", address, expect, params=filled)
        return self._go("POST", address, expect, data=filled, headers=self._from(page.url))

    def upload(self, page: Page, form: Form, /, field: str, name: str, content: bytes) -> Page:
        """A form with a file."""
        address, sent = urljoin(page.url, form.action or page.url), form.filled()
        return self._go(
            "POST", address, 200, data=sent, files={field: (name, content)}, headers=self._from(page.url)
        )

    def fetch(self, method: str, path: str, body: Any = None, *, expect: int = 200) -> Page:
        """What a script of the page would do: JSON, with the CSRF token of the cookie."""
        token = self.session.cookies.get("portal_csrf") or ""
        headers = self._from(self.origin + "/") | {"X-CSRFToken": token, "Accept": "application/json"}
        return self._go(method, path, expect, json=body, headers=headers)

    def ajax(self, path: str) -> Any:
        """A JSON document asked for as allauth's own script asks."""
        page = self._go("GET", path, 200, headers={"X-Requested-With": "XMLHttpRequest"})
        return json.loads(page.text)

    def _go(self, method: str, address: str, expect: int | None, **more: Any) -> Page:
        page = self._patiently(expect, method, urljoin(self.origin, address), **more)
        for _hop in range(MOST_REDIRECTS):
            if page.status not in REDIRECTS or expect in REDIRECTS:
                return self._checked(page, expect, f"{method} {address}")
            page = self._request("GET", urljoin(page.url, page.headers["location"]))
        raise StepError(f"{method} {address} redirects without end; last to {page.url}")

    def _patiently(self, expect: int | None, method: str, address: str, **more: Any) -> Page:
        """Two dozen people behind one address can be more than the limits of sign-in allow: wait."""
        page = self._request(method, address, **more)
        for pause in PAUSES:
            if page.status != TOO_MANY or expect in {None, TOO_MANY}:
                break
            time.sleep(pause)
            page = self._request(method, address, **more)
        return page

    def _request(self, method: str, address: str, **more: Any) -> Page:
        answer = self.session.request(
            method, urldefrag(address).url, allow_redirects=False, timeout=PATIENCE, **more
        )
        kind = answer.headers.get("Content-Type", "")
        text = answer.content.decode("utf-8", "replace") if _is_text(kind) else ""
        headers = {name.lower(): value for name, value in answer.headers.items()}
        node = parse(text) if kind.startswith("text/html") else Node("document")
        page = Page(answer.url, answer.status_code, text, answer.content, headers, node)
        self.on_answer(page)
        return page

    def _checked(self, page: Page, expect: int | None, asked: str) -> Page:
        if expect is not None and page.status != expect:
            told = page.errors or page.main
            raise StepError(f"{asked}: expected {expect}, came {page}: {told[:600]}")
        return page

    def _from(self, url: str) -> dict[str, str]:
        parts = urlsplit(url)
        return {"Origin": f"{parts.scheme}://{parts.netloc}", "Referer": url}


def _is_text(kind: str) -> bool:
    return kind.startswith("text/") or "json" in kind or "xml" in kind
