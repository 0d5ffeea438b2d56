"""The embedded databases from outside: tests run them in a process of their own and look at the system."""

import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from consortium.embedded.place import PRIVATE_ROOT, clean
from consortium.embedded.process import working_in

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable, "-c"]
# Starts, tells what it knows, waits for a line or for its end.
HOLD = """
import json, sys
from pathlib import Path
from consortium.embedded import Embedded, EmbeddedError
try:
    with Embedded(Path(sys.argv[1]), durable=False) as databases:
        print(json.dumps({
            "dsn": {login: databases.dsn(login) for login in ("portal", "migrate", "tests")},
            "superuser": databases.superuser_dsn() if databases.has_own_postgres else "",
            "redis": databases.redis_url(3),
        }), flush=True)
        sys.stdin.readline()
except EmbeddedError as problem:
    sys.exit(f"refused: {problem}")
"""


class Holder:
    """A process that holds the databases of one STATE."""

    def __init__(self, state: Path, **environment: str) -> None:
        kept = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
        }
        self.state = state
        self.process = subprocess.Popen(
            [*PYTHON, HOLD, str(state)],
            cwd=ROOT,
            env=kept | {"PYTHONPATH": str(ROOT)} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        self.complaint = "" if line else self.stop()
        self.facts = json.loads(line or "{}")

    def stop(self) -> str:
        """Ends it in order; what it wrote to standard error."""
        return self.process.communicate("\n", timeout=30)[1]

    def folders(self) -> list[Path]:
        home = Path(notes(self.state).get("home", self.state.resolve()))
        return [home / "postgres" / "data", home / "valkey"]

    def servers(self) -> set[int]:
        return set().union(*(working_in(folder) for folder in self.folders()))


def notes(state: Path) -> dict[str, str]:
    path = state / "embedded.json"
    return json.loads(path.read_text()) if path.exists() else {}


def new_state() -> Iterator[Path]:
    """Not in pytest's folder: that one is closed to others, so root would need copies of everything."""
    (ROOT / ".test").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="embedded-", dir=ROOT / ".test"))
    folder.chmod(0o755)
    yield folder / "state"
    clean(folder / "state")
    shutil.rmtree(folder)


@pytest.fixture
def state() -> Iterator[Path]:
    yield from new_state()


@pytest.fixture(scope="module")
def shared() -> Iterator[Holder]:
    """For tests that only look."""
    for folder in new_state():
        yield from hold(folder)


@pytest.fixture(scope="module")
def used_state() -> Iterator[Path]:
    """Started and stopped by one test after another: only the first pays for initdb."""
    yield from new_state()


@pytest.fixture
def holder(used_state: Path) -> Iterator[Holder]:
    yield from hold(used_state)


def hold(state: Path) -> Iterator[Holder]:
    held = Holder(state)
    yield held
    if held.process.poll() is None:
        held.process.kill()
        held.process.communicate()
    assert gone(held)


def gone(held: Holder, patience: float = 10) -> bool:
    deadline = time.monotonic() + patience
    while held.servers():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def ask(dsn: str, question: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(question.encode()).fetchone()[0]


def redis(url: str, *commands: str) -> list[str]:
    """Valkey's answers to inline commands, the password sent first if `url` has one."""
    password, _, address = url.removeprefix("redis://:").rpartition("@")
    port = int(address.removeprefix("127.0.0.1:").partition("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        replies = connection.makefile("r")
        lines = [f"AUTH {password}"] if password else []
        connection.sendall("".join(f"{line}\r\n" for line in (*lines, *commands)).encode())
        return [replies.readline().strip() for _ in (*lines, *commands)]


def test_each_login_signs_in_with_its_password(shared):
    for login, dsn in shared.facts["dsn"].items():
        assert ask(dsn, "SELECT session_user") == f"{login}_login"


def test_a_connection_without_the_right_password_is_refused(shared):
    dsn = shared.facts["superuser"]
    assert ask(dsn, "SELECT current_user") == "postgres"
    wrong = "postgres://postgres:wrong@" + dsn.rpartition("@")[2]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    assert ask(dsn, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0
    assert redis(shared.facts["redis"], "PING") == ["+OK", "+PONG"]
    nameless = "redis://:@" + shared.facts["redis"].rpartition("@")[2]
    assert redis(nameless, "PING")[0].startswith("-NOAUTH")


def test_both_listen_on_this_machine_only(shared):
    assert ask(shared.facts["superuser"], "SHOW listen_addresses") == "127.0.0.1"
    assert ask(shared.facts["superuser"], "SHOW unix_socket_directories") == ""
    assert listening(shared.servers()) == {"0100007F"}


def listening(pids: set[int]) -> set[str]:
    """The addresses, in the kernel's hexadecimal, on which these processes listen."""
    inodes = set()
    for pid in pids:
        with suppress(FileNotFoundError):  # a PostgreSQL process that has ended since it was listed
            inodes |= {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    rows += [row.split() for row in Path("/proc/net/tcp6").read_text().splitlines()[1:]]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes}


def test_japanese_has_trigrams_and_the_template_its_extensions(shared):
    template = shared.facts["superuser"].rpartition("/")[0] + "/consortium_template"
    assert len(ask(template, "SELECT show_trgm('前橋市')")) == 4
    assert ask(template, "SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'btree_gist')") == 2
    assert (
        ask(template, "SELECT datistemplate FROM pg_database WHERE datname = 'consortium_template'") is True
    )


def test_secrets_are_for_their_owner_only(shared):
    for name in ("secrets.json", "embedded.json"):
        assert stat.S_IMODE((shared.state / name).stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in shared.folders()} == {0o700}
    commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in shared.servers()]
    secret = json.loads((shared.state / "secrets.json").read_text())
    assert not [command for command in commands for word in secret.values() if word in command]


def test_root_runs_them_as_nobody(shared):
    expected = os.geteuid() or pwd.getpwnam("nobody").pw_uid
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in shared.servers()} == {expected}


def test_an_orderly_stop_leaves_no_process(holder):
    assert holder.servers()
    assert holder.stop() == ""
    assert holder.servers() == set()


def test_killing_the_starter_leaves_no_process(holder):
    assert holder.servers()
    holder.process.send_signal(signal.SIGKILL)
    holder.process.communicate()
    assert gone(holder)


def test_a_second_start_keeps_data_ports_and_passwords(holder):
    with psycopg.connect(holder.facts["superuser"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    holder.stop()
    again = Holder(holder.state)
    assert again.facts == holder.facts
    assert ask(again.facts["superuser"], "SELECT answer FROM kept") == 42
    assert again.stop() == ""


def test_a_taken_port_is_replaced(holder):
    holder.stop()
    port = int(json.loads((holder.state / "embedded.json").read_text())["postgres_port"])
    with socket.create_server(("127.0.0.1", port)):
        again = Holder(holder.state)
        assert f":{port}/" not in again.facts["superuser"]
        assert ask(again.facts["superuser"], "SELECT 1") == 1
        again.stop()


def test_a_second_starter_is_told_who_holds_state(shared):
    second = Holder(shared.state)
    assert second.facts == {}
    assert f"in use by process {shared.process.pid}" in second.complaint
    assert "Traceback" not in second.complaint
    assert ask(shared.facts["superuser"], "SELECT 1") == 1


def test_backends_of_a_killed_postmaster_are_ended_first(holder):
    data = holder.folders()[0]
    busy = psycopg.connect(holder.facts["superuser"])
    postmaster = int((data / "postmaster.pid").read_text().splitlines()[0])
    backend = busy.info.backend_pid
    os.kill(backend, signal.SIGSTOP)  # it cannot notice that its postmaster is gone
    os.kill(postmaster, signal.SIGKILL)
    holder.process.kill()
    holder.process.communicate()
    assert backend in working_in(data)
    again = Holder(holder.state)
    assert ask(again.facts["superuser"], "SELECT 1") == 1
    assert backend not in working_in(data)
    assert again.stop() == ""


def test_a_dead_postmaster_without_a_grave_does_not_hinder(holder):
    """Its pid is still there, as in a container whose first process waits for nobody."""
    holder.stop()
    with subprocess.Popen([sys.executable, "-c", ""]) as unburied:
        os.waitid(os.P_PID, unburied.pid, os.WEXITED | os.WNOWAIT)
        (holder.folders()[0] / "postmaster.pid").write_text(f"{unburied.pid}\n{holder.folders()[0]}\n")
        again = Holder(holder.state)
        assert again.complaint == ""
        assert ask(again.facts["superuser"], "SELECT 1") == 1
        again.stop()


def test_an_interrupted_first_start_is_begun_anew(state):
    first = Holder(state)
    data = first.folders()[0]
    first.stop()
    data.rename(data.with_name("unfinished"))
    again = Holder(state)
    assert ask(again.facts["dsn"]["portal"], "SELECT current_database()") == "consortium"
    assert again.stop() == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts them as someone else")
def test_root_in_a_closed_folder_keeps_data_apart_and_changes_no_permission(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = {path: path.stat().st_mode for path in (closed, *closed.parents)}
    held = Holder(closed / "state")
    home = Path(notes(closed / "state")["home"])
    assert home.parent == PRIVATE_ROOT
    assert stat.S_IMODE(home.stat().st_mode) & 0o007 == 0
    assert held.stop() == ""
    assert {path: path.stat().st_mode for path in before} == before
    again = Holder(closed / "state")
    assert notes(closed / "state")["home"] == str(home)
    assert again.stop() == ""
    command = [sys.executable, "-m", "consortium.embedded", "clean", str(closed / "state")]
    subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert not home.exists()


def test_databases_of_the_operator_replace_ours(state):
    theirs = "postgres://portal_login:p@db.example:6432/c"
    held = Holder(state, DATABASE_URL=theirs, REDIS_URL="rediss://:r@kv.example:1/0")
    assert held.facts["dsn"]["portal"] == theirs
    assert held.facts["dsn"]["migrate"].startswith("postgres://migrate_login:")
    assert held.facts["dsn"]["migrate"].endswith("@db.example:6432/c")
    assert held.facts["redis"] == "rediss://:r@kv.example:1/3"
    assert held.servers() == set()
    assert held.stop() == ""


def test_sql_for_the_operator_names_every_login(state):
    command = [sys.executable, "-m", "consortium.embedded", "sql", str(state)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    printed = subprocess.run(
        command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True
    ).stdout
    for login, password in json.loads((state / "secrets.json").read_text()).items():
        assert f"ALTER ROLE {login}_login" in printed
        assert password in printed
