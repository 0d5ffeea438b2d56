"""A service's addresses: back-channel logout, where it keeps what it is sent and answers as it is told, and
the callback that a browser comes back to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


class Receiver(ThreadingHTTPServer):
    """answers: statuses of the next requests; 200 when there are none left.

    go_on: while it is not set, none is given.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tokens: list[str] = []
        self.answers: list[int] = []
        self.go_on = threading.Event()
        self.go_on.set()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/backchannel"

    @property
    def callback(self) -> str:
        return f"http://localhost:{self.server_address[1]}/callback"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        assert self.headers["Content-Type"] == "application/x-www-form-urlencoded"
        self.server.tokens.append(parse_qs(body)["logout_token"][0])
        self.server.go_on.wait()
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.uri)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.go_on.set()
    server.shutdown()
    thread.join()
    server.server_close()
