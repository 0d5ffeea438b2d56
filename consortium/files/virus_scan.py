"""clamd, asked over its socket (clamd(8), INSTREAM). Without `CLAMD_URL` nothing is asked."""

import socket
import struct
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

CHUNK: Final = 1 << 16
SECONDS: Final = 30
_CLEAN: Final = b"stream: OK"


class Infected(Exception):
    """The argument is the signature's name."""


class ScannerUnavailable(Exception):
    pass


def scan(content: bytes) -> None:
    """Raises Infected, and ScannerUnavailable when a configured scanner gives no clear answer."""
    if not settings.CLAMD_URL:
        return
    try:
        answer = _ask(settings.CLAMD_URL, content)
    except OSError as error:
        raise ScannerUnavailable(type(error).__name__) from error
    if answer.endswith(b" FOUND"):
        raise Infected(answer.removeprefix(b"stream: ").removesuffix(b" FOUND").decode(errors="replace"))
    if answer != _CLEAN:
        raise ScannerUnavailable(answer.decode(errors="replace")[:80])


def _ask(address: str, content: bytes) -> bytes:
    with _connected(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            chunk = content[start : start + CHUNK]
            connection.sendall(struct.pack(">L", len(chunk)) + chunk)
        connection.sendall(struct.pack(">L", 0))
        return b"".join(iter(lambda: connection.recv(4096), b"")).rstrip(b"\0\n")


def _connected(address: str) -> socket.socket:
    """`unix:///run/clamav/clamd.ctl` or `tcp://host:3310`."""
    url = urlsplit(address)
    if url.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS)
        connection.connect(url.path)
        return connection
    return socket.create_connection((url.hostname or "localhost", url.port or 3310), SECONDS)
