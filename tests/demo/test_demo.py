"""`make demo` as a whole: once, then again to look at it, to kill a worker, and to stop it."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from consortium.embedded.place import clean, free_port, is_free
from deploy.demo.facts import MAEBASHI, MEMBERS
from deploy.demo.journey import STEPS, founding, reporting, residents, sectors
from deploy.demo.journey.browser import Browser
from deploy.demo.journey.people import account_of, signed_in
from deploy.demo.state import DemoState
from deploy.throwaway import ROOT, fernet_key

pytestmark = pytest.mark.slow
OURS = {"DATABASE_URL", "REDIS_URL", "LOGINS", "SURFACE", "SECRET_KEY", "FIELD_KEYS", "BLIND_INDEX_KEY"}
WHOLE, STARTED, RECOVERED = 400, 120, 60  # seconds
PROCESSES = {"cards", "portal", "identity", "worker", "report", "beat", "relying_party"}
FAILING = """
import sys
from deploy.demo import __main__ as demo, journey
from deploy.demo.state import Step
def fail(state):
    raise LookupError("made to fail")
journey.STEPS.append(Step("試験 a step made to fail", fail))
sys.exit(demo.main())
"""


class Demo:
    """One STATE and its ports. Its environment is a person's, not that of the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_ports(3)
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = {**kept, "STATE": str(folder), "PORT": str(self.port)}

    def once(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            check=False,
            cwd=ROOT,
            env={**self.environment, "ONCE": "1"},
            capture_output=True,
            text=True,
            timeout=WHOLE,
        )

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.demo"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said = read_until(process, "Ctrl-C")
            assert process.poll() is None, said
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)

    @property
    def published(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
        return found

    def state(self) -> DemoState:
        """For a script that signs in with what demo.json says, and nothing else."""
        told = self.published
        return DemoState(self.folder, self.port, told["databases"], "", "", told["accounts"], told["clients"])


def read_until(process: subprocess.Popen[str], mark: str) -> str:
    """What it prints up to the line with the mark, or to its end."""
    said = ""
    for line in process.stdout or ():
        said += line
        if mark in line:
            break
    return said


def free_ports(count: int) -> int:
    """The first of as many free ones in a row."""
    while True:
        first = free_port()
        if first + count < 65535 and all(is_free(first + number) for number in range(count)):
            return first


def of_state(folder: Path) -> list[int]:
    """Processes that carry this STATE in their environment or their command."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in told and int(process.name) != os.getpid():
            found.append(int(process.name))
    return found


def until(condition: Callable[[], bool], seconds: float, what: str) -> float:
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"{what} took longer than {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - started


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Played once."""
    demo = Demo(tmp_path_factory.mktemp("demo") / "state")
    try:
        done = demo.once("-m", "deploy.demo")
        assert done.returncode == 0, done.stdout + done.stderr
        assert all(f"✓ {step.name}" in done.stdout for step in STEPS)
        assert demo.folder.exists()
        assert of_state(demo.folder) == []
        yield demo
    finally:
        clean(demo.folder)


@pytest.fixture(scope="module")
def running(demo: Demo) -> Iterator[Demo]:
    with demo.up():
        yield demo
    assert of_state(demo.folder) == [], "Ctrl-C leaves no process"


def test_demo_json_is_complete_and_private(demo: Demo) -> None:
    told = demo.published
    assert stat.S_IMODE((demo.folder / "demo.json").stat().st_mode) == 0o600
    assert told["base_url"] == f"http://localhost:{demo.port}"
    assert told["issuer"] == f"http://localhost:{demo.port + 1}"
    assert set(told["databases"]) == {"migrate", "portal", "identity", "worker", "report"}
    assert set(told["pids"]) == PROCESSES
    transport, medical, administrative = told["clients"]
    sectors = [client["sector"] for client in told["clients"]]
    assert sectors == ["transport", "medical", "administrative"]
    assert transport["client_id"] and transport["client_secret"]
    assert transport["redirect_uris"] == [f"http://localhost:{demo.port + 2}/callback"]
    assert medical["redirect_uris"] == [f"http://localhost:{demo.port + 2}/medical/callback"]
    assert (medical["private_jwk"]["alg"], administrative["private_jwk"]["alg"]) == ("ES256", "PS256")


def test_demo_json_lets_everybody_sign_in(demo: Demo) -> None:
    accounts = demo.published["accounts"]
    roles = {(account["kind"], account["role"]) for account in accounts}
    staff = {("staff", role) for role in ("administrator", "editor", "approver", "counter", "attester")}
    assert roles == {("secretariat", "secretary"), ("resident", "resident"), *staff}
    administrators = {one["municipality"] for one in accounts if one["role"] == "administrator"}
    assert administrators == {member.code for member in MEMBERS}
    for account in accounts:
        assert {"kind", "municipality", "role", "email", "password", "name"} <= set(account)
        strong = account.get("totp_secret") or account.get("passkey") or account.get("enrolment_code")
        assert strong or account["role"] in {"editor", "approver"}
        if passkey := account.get("passkey"):
            assert "PRIVATE KEY" in passkey["passkeys"][0]["private_key"]


def test_a_failing_step_is_named_and_ends_the_demo(demo: Demo) -> None:
    done = demo.once("-c", FAILING)
    assert done.returncode == 1
    assert "failed step: 試験 a step made to fail" in done.stderr
    assert "made to fail" in done.stderr
    assert of_state(demo.folder) == []


def test_a_second_start_plays_nothing_again(running: Demo) -> None:
    assert set(running.published["pids"]) == PROCESSES
    page = Browser(running.state().base_url).open("/")
    assert page.status == 200
    state = running.state()
    members = signed_in(state, founding.FIRST.email).open("/secretariat/members/")
    assert all(member.name in members.main for member in MEMBERS)


def test_the_printed_password_and_code_open_the_portal(running: Demo) -> None:
    """As somebody without the software authenticator would: second secretary, Maebashi's administrator."""
    state = running.state()
    for email in (founding.SECOND.email, founding.administrator_email(MAEBASHI)):
        account = account_of(state, email)
        assert account and account["totp_secret"]
        signed_in(state, email).open("/").says("対応が必要")


def test_a_code_on_paper_is_left_for_whoever_tries_the_demo(running: Demo) -> None:
    state = running.state()
    account = residents.record_of(state, residents.MIDORI)
    assert account
    browser = Browser(state.issuer)
    page = browser.submit(browser.open("/enrol/"), code=str(account["enrolment_code"]))
    page.find_form("credential", "name")


def test_the_pages_that_the_journey_leaves_behind(running: Demo) -> None:
    state = running.state()
    page = residents.browser_of(state, residents.HANAKO).open("/me/consents/")
    page.says("有効な同意はありません").says("撤回または更新した同意")
    residents.browser_of(state, residents.TARO).open("/me/consents/").says("同意中")


def test_three_sectors_know_a_resident_by_names_of_their_own(running: Demo) -> None:
    """Signed in anew: at each use in the medical sector, else as long as the consent holds."""
    state = running.state()
    hospital, city = (sectors.visit(state, offer) for offer in sectors.OFFERS)
    assert hospital != city
    page = residents.browser_of(state, sectors.PERSON).open("/me/consents/")
    page.says(sectors.HOSPITAL.name).says(sectors.CITY.name)


def test_a_report_survives_kill_9_of_worker_and_child(
    running: Demo, record_property: Callable[[str, object], None]
) -> None:
    state = running.state()
    browser = signed_in(state, founding.FIRST.email)
    undisturbed = reporting.finished(state, browser, ask(browser))
    with psycopg.connect(state.databases["migrate"]) as holder:
        holder.execute("SET ROLE owner")
        holder.execute("LOCK TABLE reporting_observation IN ACCESS EXCLUSIVE MODE")
        address = start_by_api(browser)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        until(lambda: holder.execute(waiting).fetchone() != (0,), 30, "reaching the figures")
        killed = running.published["pids"]["report"]
        os.killpg(killed, signal.SIGKILL)
        holder.rollback()
    took = until(lambda: job(browser, address)["state"] == "done", RECOVERED, "recovery")
    record_property("recovered_in_seconds", round(took, 1))
    assert running.published["pids"]["report"] != killed
    again = browser.fetch("GET", address)
    assert json.loads(again.text)["job"]["attempts"] == 2
    assert json.loads(again.text)["result"] == result(browser, undisturbed.url)


def ask(browser: Browser) -> Any:
    return reporting.start(browser, reporting.POPULATION, reporting.CENSUS_YEAR)


def start_by_api(browser: Browser) -> str:
    body = {"indicator": reporting.POPULATION, "fiscal_year": reporting.CENSUS_YEAR}
    started = browser.fetch("POST", "/api/v1/secretariat/reports/", body, expect=202)
    return started.headers["location"]


def job(browser: Browser, address: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(browser.fetch("GET", address).text)["job"]
    return found


def result(browser: Browser, page: str) -> Any:
    run = page.rstrip("/").rsplit("/", 1)[1]
    return json.loads(browser.fetch("GET", f"/api/v1/secretariat/reports/{run}/").text)["result"]


def test_the_audit_log_verifies_afterwards(running: Demo) -> None:
    environment = {
        **running.environment,
        "SURFACE": "worker",
        "DJANGO_SETTINGS_MODULE": "consortium.settings",
        "DATABASE_URL": running.state().databases["worker"],
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "not needed, for nothing is signed",
        "FIELD_KEYS": fernet_key(),
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_audit"],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "seals verified" in done.stdout
