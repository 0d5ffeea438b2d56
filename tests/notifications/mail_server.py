"""A mail server that keeps what it is given: enough of RFC 5321 for our sender."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """refuse: recipients that get a 550. hold: while set, nothing is answered after a message was taken."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.taken: list[EmailMessage] = []
        self.refuse: set[str] = set()
        self.hold = threading.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    @property
    def ids(self) -> list[str]:
        return [str(message["Message-ID"]).strip("<>").partition("@")[0] for message in [*self.taken]]


class Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        with suppress(ConnectionError):  # our sender is killed now and then
            self.converse()

    def converse(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            command = line.decode("ascii").strip()
            if command.upper() == "DATA":
                self.take()
            elif command.upper() == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say(self.answer(command))

    def answer(self, command: str) -> str:
        if command.upper().startswith("RCPT"):
            address = command.partition("<")[2].rstrip(">")
            return "550 no such mailbox" if address in self.server.refuse else "250 ok"
        return "250 ok"

    def take(self) -> None:
        self.say("354 go ahead")
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        if self.server.hold.is_set():
            self.rfile.readline()  # until the other side is gone
        else:
            self.say("250 taken")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode("ascii"))


@contextmanager
def running() -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()
