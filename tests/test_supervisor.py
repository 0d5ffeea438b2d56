"""The demo's supervisor, in a process of its own, with small programs instead of the platform's."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consortium.embedded.place import free_port

ROOT = Path(__file__).resolve().parent.parent
# A leader with a child in its group, as a Celery worker has; stubborn ones ignore SIGTERM.
PARENT = """
import signal, subprocess, sys
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", deaf])
print(child.pid, flush=True)
child.wait()
"""
SUPERVISE = """
import json, os, signal, sys
from pathlib import Path
from deploy.demo.supervisor import NotReady, Service, Supervisor
folder, port, parent = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
def note(pids):
    (folder / "pids.new").write_text(json.dumps(pids))
    (folder / "pids.new").rename(folder / "pids")
web = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", str(port)]
with Supervisor(folder / "logs", folder, note) as supervisor:
    supervisor.start(Service("web", web, dict(os.environ), port))
    supervisor.start(Service("worker", [sys.executable, "-c", parent], dict(os.environ)))
    supervisor.start(Service("stubborn", [sys.executable, "-c", parent, "stubborn"], dict(os.environ)))
    for name in ("web", "worker", "stubborn"):
        supervisor.wait_ready(name)
    print("ready", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        pass
"""
BROKEN = """
import os, sys
from pathlib import Path
from deploy.demo.supervisor import NotReady, Service, Supervisor
folder = Path(sys.argv[1])
broken = [sys.executable, "-c", "raise SystemExit('no such thing')"]
with Supervisor(folder / "logs", folder, lambda pids: None) as supervisor:
    supervisor.start(Service("web", broken, dict(os.environ), 1))
    try:
        supervisor.wait_ready("web")
    except NotReady as problem:
        print(problem)
"""


class Run:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(folder), str(free_port()), PARENT],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout.readline() == "ready\n"

    def pids(self) -> dict[str, int]:
        return json.loads((self.folder / "pids").read_text())

    def everyone(self) -> set[int]:
        """The supervised, their children, the guardian."""
        return (
            set(self.pids().values())
            | {self.child_of(name) for name in ("worker", "stubborn")}
            | self.guardian()
        )

    def child_of(self, name: str) -> int:
        return int((self.folder / "logs" / f"{name}.log").read_text().split()[-1])

    def guardian(self) -> set[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(pid) for pid in children if b"guardian" in Path(f"/proc/{pid}/cmdline").read_bytes()}


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path)
    yield started
    started.process.kill()
    started.process.wait()


def eventually(holds: Callable[[], bool], patience: float = 8) -> bool:
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def none_lives(pids: set[int]) -> bool:
    return not [pid for pid in pids if lives(pid)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nobody_outlives_the_supervisor(run, number):
    everyone = run.everyone()
    assert len(everyone) == 6
    assert all(lives(pid) for pid in everyone)
    run.process.send_signal(number)
    run.process.wait(15)
    assert eventually(lambda: none_lives(everyone))


def test_a_killed_worker_is_restarted_and_its_child_does_not_stay(run):
    before, child = run.pids(), run.child_of("worker")
    os.kill(before["worker"], signal.SIGKILL)
    assert eventually(lambda: run.pids()["worker"] != before["worker"], patience=3)
    assert eventually(lambda: run.child_of("worker") != child)
    assert not lives(child)
    assert run.pids()["web"] == before["web"]


def test_a_service_that_never_comes_up_is_told_with_its_last_words(tmp_path):
    command = [sys.executable, "-c", BROKEN, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True, timeout=30)
    assert "web does not come up" in done.stdout
    assert "no such thing" in done.stdout
