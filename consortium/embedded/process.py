"""Starting and ending the programs that must not outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# Neither the caller's PATH (an older system `initdb` may shadow ours) nor its locale or PG* variables.
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Account:
    """The system user servers run as: PostgreSQL refuses to run as root."""

    uid: int
    gid: int


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends `number` when the thread that started the child ends, even by SIGKILL.

    Elsewhere than on Linux it does nothing: there only an orderly stop ends the child.
    """
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def arm() -> None:
        if prctl is None:
            return
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return arm


def adopt_orphans() -> None:
    """From now on processes whose parent ended become our children, so that we can end them (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> set[int]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(entry.name))
    return found


def end_strays(expected: set[int]) -> None:
    """Kills our children but the expected ones, and in turn whatever they leave to us."""
    while strays := children() - expected:
        signal_all(strays, signal.SIGKILL)
        for pid in strays:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def launch(
    command: Sequence[str | Path],
    *,
    account: Account | None,
    log: BinaryIO,
    farewell: signal.Signals,
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Starts a server in a session of its own, so that Ctrl-C reaches us first and we stop it in order."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=stdin,
        stdout=log,
        stderr=log,
        cwd="/",
        env=CLEAN_ENVIRONMENT,
        start_new_session=True,
        preexec_fn=die_with_parent(farewell),  # noqa: PLW1509 (it calls one system call, no lock)
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def run(command: Sequence[str | Path], account: Account | None) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end as the servers' account; its exit code is the caller's to judge."""
    return subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd="/",
        env=CLEAN_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def stop(process: subprocess.Popen[bytes], number: signal.Signals, patience: float = 15) -> None:
    """Asks, waits, then kills."""
    if process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_leftovers(
    folder: Path, number: signal.Signals, *, leader: int = 0, to_leader: signal.Signals = signal.SIGINT
) -> None:
    """Ends what still works inside `folder`: a server whose starter was killed, or its orphaned children.

    A living leader is asked first and may take its time to end its children; those without one may not.
    """
    pids = working_in(folder)
    if leader in pids:
        signal_all({leader}, to_leader)
        if leave(folder, patience=10):
            return
    signal_all(pids, number)
    if not leave(folder, patience=1):
        signal_all(working_in(folder), signal.SIGKILL)
        leave(folder, patience=10)


def signal_all(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def leave(folder: Path, *, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while working_in(folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def working_in(folder: Path) -> set[int]:
    """Pids whose working directory is `folder`, as it is for all processes of both servers (Linux only)."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if entry.joinpath("cwd").readlink() == folder:
                found.add(int(entry.name))
    return found


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], patience: float = 60) -> bool:
    """False if the process ended or stayed mute for `patience` seconds."""
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return True
        time.sleep(0.01)
    return False
