"""Ends the demo's process groups when the supervisor is gone, however it went.

A program of its own (standard library only). It reads `+PGID` and `-PGID` lines; end of input means that the
writer is no more: whatever is still listed is asked to stop, then killed.
"""

import os
import signal
import sys
import time
from contextlib import suppress

PATIENCE = 3.0  # seconds between asking and killing


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line[0] == "+" else groups.discard
        change(int(line[1:]))
    send(groups, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while alive(groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    send(groups, signal.SIGKILL)


def send(groups: set[int], number: int) -> None:
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def alive(groups: set[int]) -> bool:
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, 0)
            return True
    return False


if __name__ == "__main__":
    main()
