"""`make test`: pytest on databases of its own. ARGS holds pytest's arguments, quoted as in a shell."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from consortium.embedded import EmbeddedError
from consortium.embedded.process import adopt_orphans, children, die_with_parent, end_strays
from deploy.throwaway import ROOT, throwaway

INTERRUPTED = 130


class Terminated(KeyboardInterrupt):
    """SIGTERM: unlike Ctrl-C it reached us alone."""


def main() -> int:
    arguments = shlex.split(os.environ.get("ARGS", ""))
    try:
        with throwaway() as environment:
            compiled = run(["manage.py", "compile_translations"], environment)
            return compiled or run(["-m", "pytest", *arguments], environment)
    except EmbeddedError as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def run(arguments: Sequence[str | Path], environment: dict[str, str]) -> int:
    """Runs Python to its end and ends what it leaves behind: workers, browsers.

    Ctrl-C reaches the child too: it is given time to tear down in order.
    """
    adopt_orphans()
    servers = children()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (no threads yet)
    )
    try:
        return wait(process, servers)
    except KeyboardInterrupt as reason:
        if isinstance(reason, Terminated):
            process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        return INTERRUPTED
    finally:
        process.kill()
        process.wait()
        end_strays(servers)


def wait(process: subprocess.Popen[bytes], servers: set[int]) -> int:
    """Its exit code; meanwhile buries the orphans that fell to us, which tests may be waiting to see gone."""
    while True:
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        if ended is None or ended.si_pid in {process.pid, *servers}:
            return process.wait()
        os.waitpid(ended.si_pid, 0)


def terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, terminate)
    sys.exit(main())
