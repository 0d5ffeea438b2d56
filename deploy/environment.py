"""Makes .venv from a hash-locked requirement file, once: `python3 -I deploy/environment.py demo|dev`.

Runs on the machine's own python3 (the Makefile has looked at its version), before anything is installed:
standard library only.
"""

import fcntl
import hashlib
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Prints the locked versions that the environment lacks; read from stdin: one "name==version" a line.
MISSING = """
import sys
from importlib.metadata import PackageNotFoundError, version
for line in sys.stdin.read().split():
    name, _, wanted = line.partition("==")
    try:
        found = version(name)
    except PackageNotFoundError:
        found = ""
    if found != wanted:
        print(line)
"""


class SetupError(Exception):
    """What the person at the keyboard has to mend; shown without a traceback."""


def main(kind: str) -> None:
    started = time.monotonic()
    check_interpreter()
    lock = ROOT / "requirements" / f"{kind}.txt"
    VENV.mkdir(exist_ok=True)
    with (VENV / ".lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # two makes at once: the second waits, then finds all done
        if is_stamped(kind, lock):
            return
        if not has_all(lock):
            install(lock)
        stamp(kind).write_text(digest(lock), encoding="ascii")
    say(f"✓ environment .venv has requirements/{lock.name}", started)


def check_interpreter() -> None:
    """Debian ships a python3 without these two: asked before anything is made."""
    if not (find_spec("venv") and find_spec("ensurepip")):
        raise SetupError(
            f"This Python ({sys.executable}) cannot make virtual environments.\n"
            "  On Debian or Ubuntu: apt-get install python3-venv\n"
            "  Or name another Python: make … PYTHON=/path/to/python3.11"
        )


def stamp(kind: str) -> Path:
    return VENV / f".installed-{kind}"


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def is_stamped(kind: str, lock: Path) -> bool:
    """Whether this very lock was installed here, and the environment still starts."""
    try:
        same = stamp(kind).read_text(encoding="ascii") == digest(lock)
    except FileNotFoundError:
        return False
    return same and starts()


def starts() -> bool:
    """False after its interpreter was removed or replaced by an older one."""
    command = [str(PYTHON), "-I", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def has_all(lock: Path) -> bool:
    """Whether an environment made by other means already holds every locked version for this platform."""
    if not starts():
        return False
    wanted = "\n".join(line.split()[0] for line in requirements(lock) if ";" not in line)
    command = [str(PYTHON), "-I", "-c", MISSING]
    answer = subprocess.run(command, check=False, input=wanted, stdout=subprocess.PIPE, text=True)
    return answer.returncode == 0 and not answer.stdout.strip()


def requirements(lock: Path) -> list[str]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "==" in line and not line.startswith((" ", "#"))]


def install(lock: Path) -> None:
    make_venv()
    started = time.monotonic()
    command = [str(PYTHON), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--no-deps", "--progress-bar", "off", "--require-hashes", "-r", str(lock)]
    tail: list[str] = []  # shown if pip fails
    progress = Progress(len(requirements(lock)))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            tail = [*tail[-30:], line]
            progress.note(line)
    progress.ended.set()
    if pip.returncode:
        raise SetupError("".join(tail) + f"\npip could not install requirements/{lock.name} (see above)")
    say(f"✓ packages of requirements/{lock.name}", started)


def make_venv() -> None:
    started = time.monotonic()
    clear = [] if starts() else ["--clear"]
    command = [sys.executable, "-I", "-m", "venv", *clear, str(VENV)]
    made = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode:
        raise SetupError(f"{made.stdout}\n{sys.executable} -m venv .venv failed (see above)")
    say(f"✓ .venv made with Python {sys.version.split()[0]}", started)


class Progress:
    """Turns pip's chatter into a line now and then, also while pip is silent: rewritten on a terminal."""

    def __init__(self, total: int) -> None:
        self.total, self.seen, self.text = total, 0, ""
        self.started = time.monotonic()
        self.ended = threading.Event()
        threading.Thread(target=self._tick, daemon=True).start()

    def note(self, line: str) -> None:
        word = line.split(" ", 1)[0]
        if word in {"Collecting", "Requirement", "Ignoring"}:
            self.seen += 1
            self.text = f"… downloading {min(self.seen, self.total)}/{self.total}"
        elif word == "Installing":
            self.text = "… installing"

    def _tick(self) -> None:
        tty = sys.stdout.isatty()
        while not self.ended.wait(0.2 if tty else 5):
            if self.text:
                say(self.text, self.started, end="" if tty else "\n")


def say(text: str, started: float, end: str = "\n") -> None:
    clear = "\r\033[K" if sys.stdout.isatty() else ""
    print(f"{clear}{text} {time.monotonic() - started:.1f} s", end=end, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except SetupError as problem:
        sys.exit("\n✗ " + str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
