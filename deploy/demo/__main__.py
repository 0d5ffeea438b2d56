"""`make demo`: the whole consortium on this machine, with fictional data.

PORT (8000): portal; PORT+1: identity; PORT+2: relying party. STATE (.demo): data and logs.
ONCE=1: play the journey, print a summary, end.
"""

import hashlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from consortium.embedded import Embedded, EmbeddedError
from consortium.embedded.place import Notes, is_free
from deploy.demo.facts import CENSUS_SOURCE, CENSUS_YEAR
from deploy.demo.journey import STEPS
from deploy.demo.journey.residents import renew_code
from deploy.demo.services import services
from deploy.demo.state import ROOT, DemoState, Step, StepError
from deploy.demo.summary import summary
from deploy.demo.supervisor import NotReady, Supervisor

FAILURES = (EmbeddedError, StepError, NotReady)
# (title, surface, command): done again only when the source or the databases changed.
PREPARATION = (
    ("翻訳 translations", "migrate", ("compile_translations",)),
    ("静的ファイル static files", "portal", ("collectstatic", "--noinput", "--verbosity", "0")),
    ("テーブル tables", "migrate", ("migrate", "--verbosity", "0")),
    ("団体名簿 registry", "migrate", ("load_registry",)),
    ("国の枠組み framework", "migrate", ("load_framework",)),
    ("指標 indicators", "migrate", ("load_indicators",)),
    (
        "人口 populations",
        "migrate",
        (
            "load_profiles",
            "deploy/demo/populations.csv",
            "--year",
            str(CENSUS_YEAR),
            "--source",
            CENSUS_SOURCE,
        ),
    ),
    ("署名鍵 signing key", "migrate", ("create_signing_key",)),
)
SOURCES = (".py", ".html", ".css", ".js", ".svg", ".po", ".json", ".csv", ".txt")


class FailedStep(Exception):
    """Names the step; its cause says why."""


class Ended(BaseException):
    """SIGTERM or SIGHUP: stop in order, as after Ctrl-C."""


def main() -> int:
    heed_signals()
    once = os.environ.get("ONCE", "") not in {"", "0"}
    try:
        with ExitStack() as stack:
            state = bring_up(stack)
            print(summary(state, once=once), flush=True)
            if not once:
                wait_for_the_end(state)
    except FailedStep as failure:
        print(f"\n✗ failed step: {failure}\n{failure.__cause__}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Ended):
        print("\n停止しました / stopped", flush=True)
        return 0 if not once else 130
    return 0


def heed_signals() -> None:
    """`nohup` asks to ignore SIGHUP. A shell that starts us by `&` ignores SIGINT, but nobody asked it to."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, end)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, end)


def end(number: int, frame: FrameType | None) -> None:
    raise Ended


def bring_up(stack: ExitStack) -> DemoState:
    port = chosen_port()
    with step("データベース databases"):
        embedded = stack.enter_context(Embedded(Path(os.environ.get("STATE") or ".demo")))
        stack.callback(ignore_interrupts)
    with step("ポート ports"):
        check_ports(port)
        state = DemoState.load(embedded, port)
        state.save()
        for name in ("media", "mail"):
            (state.folder / name).mkdir(mode=0o700, exist_ok=True)
    prepare(state)
    supervisor = stack.enter_context(Supervisor(state.folder / "logs", ROOT, state.note_pids))
    stack.callback(ignore_interrupts)
    with step("プロセス processes"):
        start_services(state, supervisor)
    played = all(part.name in state.done for part in STEPS)
    for part in STEPS:
        play(state, part)
    if played:
        renew(state)
    return state


def ignore_interrupts() -> None:
    """A second Ctrl-C must not interrupt the stopping that the first one began."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def step(title: str) -> Iterator[None]:
    started = time.monotonic()
    tty = sys.stdout.isatty()
    if tty:
        print(f"  {title} …", end="", flush=True)
    try:
        yield
    except FAILURES as problem:
        print("\r\033[K" if tty else "", f"✗ {title}", sep="", flush=True)
        raise FailedStep(title) from problem
    print("\r\033[K" if tty else "", f"✓ {title} … {time.monotonic() - started:.1f} s", sep="", flush=True)


def chosen_port() -> int:
    with step("設定 settings"):
        given = os.environ.get("PORT") or "8000"
        if not (given.isascii() and given.isdecimal()) or not 1024 <= int(given) <= 65526:
            raise StepError(f"PORT={given} is no port: a number from 1024 to 65526, please")
    return int(given)


def check_ports(port: int) -> None:
    taken = [str(number) for number in (*range(port, port + 3), port + 9) if not is_free(number)]
    if taken:
        these = f"Port {taken[0]} is" if len(taken) == 1 else f"Ports {', '.join(taken)} are"
        raise StepError(
            f"{these} in use by another program (the demo needs {port} to {port + 2}, and {port + 9}).\n"
            f"Choose others: make demo PORT={port + 1000}"
        )


def prepare(state: DemoState) -> None:
    notes = Notes(state.folder / "prepared.json")
    fingerprint = source_fingerprint(state.cluster)
    if notes.read().get("fingerprint") == fingerprint:
        return
    for title, surface, command in PREPARATION:
        with step(title):
            state.manage(surface, *command)
    make_device_ca(state)
    notes.update(fingerprint=fingerprint)


def make_device_ca(state: DemoState) -> None:
    """Once: certificates outlive the demo's starts."""
    if (state.folder / "device-ca").exists():
        return
    with step("端末の認証局 CA for devices"):
        folders = [str(state.folder / name) for name in ("device-ca", "device-ca-keys")]
        state.manage("migrate", "create_ca", *folders)


def source_fingerprint(cluster: str) -> str:
    """Changes with any file of the checkout that preparing reads, and with the database cluster."""
    digest = hashlib.sha256(f"{ROOT} {cluster}".encode())
    for top in ("consortium", "identity", "services", "shared_plans", "requirements"):
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in SOURCES:
                facts = path.stat()
                digest.update(f"{path} {facts.st_mtime_ns} {facts.st_size}".encode())
    return digest.hexdigest()


def start_services(state: DemoState, supervisor: Supervisor) -> None:
    started = services(state)
    for service in started:
        supervisor.start(service)
    for service in started:
        supervisor.wait_ready(service.name)


def play(state: DemoState, part: Step) -> None:
    """Remembers what is done: a start after a failure goes on with the step that failed."""
    if part.name in state.done:
        return
    state.tell = note_of(part.name)
    with step(part.name), explained(state.folder / "logs" / "journey.log"):
        part.run(state)
    state.done.append(part.name)
    state.save()


def renew(state: DemoState) -> None:
    """What a person who tried an earlier start may have used up."""
    with step("新しい登録コード a fresh enrolment code"), explained(state.folder / "logs" / "journey.log"):
        renew_code(state)


def note_of(title: str) -> Callable[[str], None]:
    """Shows beside a step's title how far it has come, where somebody watches."""

    def tell(note: str) -> None:
        if sys.stdout.isatty():
            print(f"\r\033[K  {title} … {note}", end="", flush=True)

    return tell


@contextmanager
def explained(log: Path) -> Iterator[None]:
    """Whatever a step raises ends the demo with that step's name; the traceback goes to the log."""
    try:
        yield
    except Exception as problem:
        with log.open("a", encoding="utf-8") as file:
            traceback.print_exception(problem, file=file)
        raise StepError(f"{type(problem).__name__}: {problem}\n(more in {log})") from problem


def wait_for_the_end(state: DemoState) -> None:
    """Processes are restarted when they die; without their databases that would help nobody."""
    while not (ended := state.ended()):
        time.sleep(1)
    raise FailedStep("データベース databases") from StepError(
        f"{' and '.join(ended)} ended although nobody stopped it; logs are in {state.folder / 'logs'}.\n"
        "Everything else is stopped too. Start again: make demo"
    )


if __name__ == "__main__":
    sys.exit(main())
