"""Starts the demo's processes, restarts those that die, and leaves none behind.

Each process heads a group of its own. Three nets catch them: an orderly stop; the kernel's signal when the
thread that started them ends (PR_SET_PDEATHSIG); and `guardian.py`, which outlives us just long enough to end
whole groups, so that the children of a killed worker go too.
"""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from consortium.embedded.place import tail
from consortium.embedded.process import die_with_parent

POLL = 0.1
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
SETTLED = 10.0  # seconds of life after which the next death counts as the first
STOP_PATIENCE = 6.0
GUARDIAN = Path(__file__).with_name("guardian.py")


@dataclass(frozen=True)
class Service:
    """`port` and `path`: where it answers HTTP once it is ready; port 0 for what serves no HTTP."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    port: int = 0
    path: str = "/"


@dataclass
class Child:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = SHORTEST_PAUSE
    due: float = 0.0
    deaths: int = 0


class NotReady(Exception):
    """A service did not come up; the text holds the last lines of its log."""


@dataclass
class Supervisor:
    """`on_change` hears the pids by name whenever one changed, in the supervisor's thread."""

    logs: Path
    root: Path
    on_change: Callable[[dict[str, int]], None]
    _children: dict[str, Child] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ending: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._guardian = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARDIAN)],
            stdin=subprocess.PIPE,
            cwd="/",
            start_new_session=True,
        )
        # The children are started by this thread, which lives as long as we do: they end with it.
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()
        self._guardian_input.close()
        self._guardian.wait()

    def start(self, service: Service) -> None:
        with self._lock:
            self._children[service.name] = Child(service)

    def wait_ready(self, name: str, patience: float = 120) -> None:
        """Returns once it answers HTTP below 500, or for other services once it has stayed up a moment."""
        child = self._children[name]
        deadline = time.monotonic() + patience
        while not is_ready(child):
            if child.deaths > 2 or time.monotonic() > deadline:
                log = self.logs / f"{name}.log"
                raise NotReady(f"{name} does not come up; its last words in {log}:\n{tail(log)}")
            time.sleep(0.05)

    def _watch(self) -> None:
        while not self._ending.wait(POLL):
            with self._lock:
                children = list(self._children.values())
            if [child for child in children if self._tend(child)]:
                self.on_change({child.service.name: child.process.pid for child in children if child.process})
        self._stop_all(list(self._children.values()))

    def _tend(self, child: Child) -> bool:
        """Notes a death, starts what is due; true if the pid changed."""
        if child.process and child.process.poll() is not None:
            self._bury(child, child.process.pid)
        if child.process is None and time.monotonic() >= child.due:
            self._spawn(child)
            return True
        return False

    def _bury(self, child: Child, group: int) -> None:
        """The rest of its group goes with it, so that a restart never meets its predecessor's children."""
        signal_group(group, signal.SIGKILL)
        self._tell_guardian("-", group)
        now = time.monotonic()
        settled = now - child.started > SETTLED
        child.pause = SHORTEST_PAUSE if settled else min(child.pause * 2, LONGEST_PAUSE)
        child.deaths = 1 if settled else child.deaths + 1
        child.due = now + child.pause
        child.process = None

    def _spawn(self, child: Child) -> None:
        service = child.service
        with (self.logs / f"{service.name}.log").open("ab") as log:
            process = subprocess.Popen(
                service.command,
                cwd=self.root,
                env=service.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (one system call, takes no lock)
            )
        self._tell_guardian("+", process.pid)
        child.process, child.started = process, time.monotonic()

    def _stop_all(self, children: Sequence[Child]) -> None:
        running = [child.process for child in children if child.process]
        for process in running:
            signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            signal_group(process.pid, signal.SIGKILL)
            process.wait()
            self._tell_guardian("-", process.pid)

    @property
    def _guardian_input(self) -> IO[bytes]:
        if self._guardian.stdin is None:
            raise RuntimeError("The guardian was started without a pipe")
        return self._guardian.stdin

    def _tell_guardian(self, sign: str, group: int) -> None:
        with suppress(BrokenPipeError):
            self._guardian_input.write(f"{sign}{group}\n".encode())
            self._guardian_input.flush()


def signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def is_ready(child: Child) -> bool:
    process, service = child.process, child.service
    if process is None or process.poll() is not None:
        return False
    if not service.port:
        return time.monotonic() - child.started > 0.5
    return answers(service.port, service.path)


def answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
