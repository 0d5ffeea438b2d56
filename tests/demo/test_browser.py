"""The journey's client against a small server: cookies, redirects, expectations."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deploy.demo.journey.browser import Browser
from deploy.demo.state import StepError


class Site(BaseHTTPRequestHandler):
    """/form posts to itself and leads to /done; /loop leads to itself."""

    def log_message(self, *arguments: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/loop":
            return self.answer(302, "", Location="/loop")
        if self.path == "/done":
            return self.answer(200, f"<h1>done</h1><p>{self.headers.get('Cookie')}</p>")
        if self.path != "/form":
            return self.answer(404, "<h1>none</h1>")
        fields = '<form method="post"><input name="a"><input type="hidden" name="t" value="1"></form>'
        return self.answer(200, fields, **{"Set-Cookie": "session=s; Path=/"})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        own = f"http://{self.headers['Host']}"
        if body == "a=x&t=1" and self.headers["Origin"] == own and self.headers["Referer"] == f"{own}/form":
            return self.answer(303, "", Location="/done")
        return self.answer(422, '<h1>form</h1><div class="field__error">no good</div>')

    def answer(self, status: int, body: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture
def browser() -> Iterator[Browser]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Browser(f"http://localhost:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def test_a_form_is_sent_with_its_hidden_fields_and_the_cookie(browser: Browser) -> None:
    page = browser.submit(browser.open("/form"), a="x")
    assert page.url.endswith("/done")
    page.says("session=s")


def test_a_refusal_is_told_with_the_pages_own_words(browser: Browser) -> None:
    page = browser.open("/form")
    with pytest.raises(StepError, match=r"expected 200, came /form .422 form.: no good"):
        browser.submit(page, a="y")
    assert browser.submit(page, a="y", expect=422).errors == "no good"


def test_an_unexpected_status_is_an_error(browser: Browser) -> None:
    with pytest.raises(StepError, match="404"):
        browser.open("/nowhere")
    assert browser.open("/nowhere", expect=None).status == 404


def test_redirects_end(browser: Browser) -> None:
    with pytest.raises(StepError, match="without end"):
        browser.open("/loop")
