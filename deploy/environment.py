"""Makes .venv from a hash-locked requirement file, once: `python3 -I deploy/environment.py demo|dev`.

Runs on whatever `python3` the machine has, before anything is installed: standard library only, and no
syntax that an old interpreter would stumble over before it can say that it is too old.
"""

import fcntl
import hashlib
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
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
    lock = ROOT / "requirements" / (kind + ".txt")
    VENV.mkdir(exist_ok=True)
    with (VENV / ".lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)  # two makes at once: the second waits, then finds all done
        if is_stamped(kind, lock):
            return
        if not has_all(lock):
            install(lock)
        stamp(kind).write_text(digest(lock), encoding="ascii")
    say("✓ environment .venv has requirements/" + lock.name, started)


def check_interpreter() -> None:
    if sys.version_info < OLDEST:
        raise SetupError(
            "Python %d.%d or newer is needed; %s is %s.\n  Name another one: make … PYTHON=/path/to/python3.11"
            % (OLDEST[0], OLDEST[1], sys.executable, sys.version.split()[0])
        )
    try:
        import ensurepip  # noqa: F401, PLC0415 (Debian ships a python3 without it: asked before anything is made)
        import venv  # noqa: F401, PLC0415 (the same)
    except ImportError:
        raise SetupError(
            "This Python (%s) can't make virtual environments.\n"
            "  On Debian or Ubuntu: apt-get install python3-venv\n"
            "  or name another one: make … PYTHON=/path/to/python3.11" % sys.executable
        ) from None


def stamp(kind: str) -> Path:
    return VENV / (".installed-" + kind)


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def is_stamped(kind: str, lock: Path) -> bool:
    """Whether this very lock was installed here, by an environment that still starts (it may have been moved)."""
    try:
        same = stamp(kind).read_text(encoding="ascii") == digest(lock)
    except FileNotFoundError:
        return False
    return same and starts()


def starts() -> bool:
    try:
        check = "import sys; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"
        return subprocess.run([str(PYTHON), "-I", "-c", check], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def has_all(lock: Path) -> bool:
    """Whether an environment made by other means already holds every locked version for this platform."""
    if not starts():
        return False
    wanted = [line.split()[0] for line in lock.read_text(encoding="utf-8").splitlines() if is_unconditional(line)]
    answer = subprocess.run(
        [str(PYTHON), "-I", "-c", MISSING], input="\n".join(wanted), stdout=subprocess.PIPE, universal_newlines=True
    )
    return answer.returncode == 0 and not answer.stdout.strip()


def is_unconditional(line: str) -> bool:
    return "==" in line and not line.startswith((" ", "#")) and ";" not in line


def install(lock: Path) -> None:
    make_venv()
    started = time.monotonic()
    total = sum("==" in line and not line.startswith((" ", "#")) for line in lock.read_text().splitlines())
    command = [str(PYTHON), "-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps"]
    command += ["--progress-bar", "off", "--require-hashes", "-r", str(lock)]
    tail = []  # the last lines, shown if pip fails
    with subprocess.Popen(
        command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True
    ) as pip:
        progress = Progress(total)
        for line in pip.stdout or ():
            tail = tail[-30:] + [line]
            progress.note(line)
    if pip.returncode:
        raise SetupError("".join(tail) + "\npip could not install requirements/" + lock.name + " (see above)")
    say("✓ packages of requirements/%s" % lock.name, started)


def make_venv() -> None:
    started = time.monotonic()
    command = [sys.executable, "-I", "-m", "venv", str(VENV)]
    if PYTHON.is_symlink() and not starts():  # its base interpreter went away
        for old in VENV.glob(".installed-*"):
            old.unlink()
        PYTHON.unlink()
        command.insert(4, "--clear")
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    if made.returncode:
        raise SetupError(made.stdout + "\n%s -m venv .venv failed (see above)" % sys.executable)
    say("✓ .venv made with Python " + sys.version.split()[0], started)


class Progress:
    """Turns pip's chatter into a line now and then: on a terminal one that is rewritten."""

    def __init__(self, total: int) -> None:
        self.total, self.seen, self.text, self.shown = total, 0, "", 0.0
        self.started = time.monotonic()

    def note(self, line: str) -> None:
        word = line.split(" ", 1)[0]
        if word in ("Collecting", "Requirement", "Ignoring"):
            self.seen += 1
            self.text = "… downloading %d/%d" % (min(self.seen, self.total), self.total)
        elif word == "Installing":
            self.text, self.shown = "… installing", 0.0
        else:
            return
        self.show()

    def show(self) -> None:
        tty = sys.stdout.isatty()
        if time.monotonic() - self.shown > (0.2 if tty else 5):
            self.shown = time.monotonic()
            sys.stdout.write("\r\033[K" if tty else "")
            say(self.text, self.started, end="" if tty else "\n")


def say(text: str, started: float, end: str = "\n") -> None:
    clear = "\r\033[K" if sys.stdout.isatty() else ""
    print("%s%s %.1f s" % (clear, text, time.monotonic() - started), end=end, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except SetupError as problem:
        sys.exit("\n✗ " + str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
