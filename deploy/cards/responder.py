"""Serves a card authority's CRLs and OCSP answers over HTTP, in a thread of the test or of the demo."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from .pki import CardAuthority


class Responder(ThreadingHTTPServer):
    """down: answers 503 to everything."""

    daemon_threads = True

    def __init__(self, authority: CardAuthority, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.authority, self.down = authority, False

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_address[1]}"

    @property
    def settings(self) -> dict[str, Any]:
        """Values of the settings JPKI_OCSP_URL and JPKI_CRL_URLS."""
        return {"ocsp_url": f"{self.url}/ocsp", "crl_urls": [f"{self.url}/root.crl"]}


class _Handler(BaseHTTPRequestHandler):
    server: Responder

    def do_GET(self) -> None:
        authority = self.server.authority
        made = {"/root.crl": lambda: authority.crl(of_root=True), "/cards.crl": authority.crl}.get(self.path)
        self._answer(made() if made else None, "application/pkix-crl")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = self.server.authority.ocsp(body) if self.path == "/ocsp" else None
        self._answer(answer, "application/ocsp-response")

    def _answer(self, body: bytes | None, kind: str) -> None:
        status = 503 if self.server.down else 200 if body is not None else 404
        content = body if body is not None and status == 200 else b""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Serials of certificates belong in no log."""


@contextmanager
def serving(authority: CardAuthority, port: int = 0) -> Iterator[Responder]:
    responder = Responder(authority, port)
    Thread(target=responder.serve_forever, daemon=True).start()
    try:
        yield responder
    finally:
        responder.shutdown()
        responder.server_close()
