"""What the tests of the kit share: requests with a shell, and which templates a rendering used."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.signals import template_rendered

from consortium.ui.shell import NavItem, Shell, Tenant

MAEBASHI, TAKASAKI = Tenant("前橋市", "102016"), Tenant("高崎市", "102024")
SHELL = Shell(
    tenant=MAEBASHI,
    tenants=(MAEBASHI, TAKASAKI),
    person="高橋 美咲",
    nav=(NavItem("ホーム", "/"), NavItem("共通計画", "/ui/", active=True, badge=3)),
    account=(NavItem("セキュリティ", "#"),),
    switch_url="/switch/",
    sign_out_url="/switch/",
)


def request(
    path: str = "/ui/", *, shell: Shell | None = SHELL, data: dict[str, object] | None = None
) -> HttpRequest:
    made = RequestFactory().get(path) if data is None else RequestFactory().post(path, data)
    if shell:
        made.shell = shell
    return made


@contextmanager
def used_templates() -> Iterator[set[str]]:
    names: set[str] = set()

    def note(template, **_kwargs) -> None:
        names.add(template.name)

    template_rendered.connect(note)
    try:
        yield names
    finally:
        template_rendered.disconnect(note)


class ShellMiddleware:
    """What the surface's middleware does, without accounts; `?bare` and `?resident` choose another frame."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "resident" in request.GET:
            request.shell = replace(SHELL, surface="identity", tenant=None)
        elif "bare" not in request.GET:
            request.shell = SHELL
        return self.get_response(request)


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Requests are no news."""


@contextmanager
def served() -> Iterator[str]:
    """The project over HTTP with static files and, unlike `live_server`, no database."""
    server = make_server("localhost", 0, StaticFilesHandler(WSGIHandler()), ThreadingServer, QuietHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def walk(client: Client, start: str, values: dict[str, object]) -> HttpResponse:
    """Through a wizard as a browser would go: each page's fields, then the page to check. The last answer."""
    response = client.get(start, follow=True)
    for _page in range(9):
        here = response.request["PATH_INFO"]
        if response.status_code != 200 or not response.context or "wizard" not in response.context:
            return response
        response = client.post(here, values)
        if response.status_code != 302 or here.endswith("/check/"):
            return response
        response = client.get(response.url)
    raise AssertionError(f"the wizard at {start} does not end")
