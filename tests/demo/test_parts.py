"""Small parts of the demo: letters, codes, facts, summary, steps that fail and go on."""

import csv
import os
import signal
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from consortium.domain.codes import MunicipalityCode
from consortium.embedded import Embedded
from deploy.demo import __main__ as demo
from deploy.demo.codes import totp
from deploy.demo.facts import MEMBERS
from deploy.demo.journey import STEPS
from deploy.demo.journey.post import invitation_for
from deploy.demo.relying_party.app import make_app
from deploy.demo.relying_party.fares import fares_for
from deploy.demo.relying_party.settings import Registration, Settings
from deploy.demo.state import DemoState, Step, StepError
from deploy.demo.summary import summary

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared" / "data") / "municipalities.csv"


@pytest.fixture
def state(tmp_path: Path) -> DemoState:
    (tmp_path / "logs").mkdir()
    return DemoState(tmp_path, 8000, {}, "", "cluster")


def letter(folder: Path, name: str, to: str, *links: str) -> None:
    text = ""
    for link in links:
        message = EmailMessage()
        message["To"], message["Subject"] = to, "招待"
        message.set_content(f"架空のデモデータです\n\n{link}\n")
        text += message.as_string() + "\n" + "-" * 79 + "\n"
    (folder / name).write_text(text)


def test_the_newest_invitation_counts(tmp_path: Path) -> None:
    letter(tmp_path, "1.log", "a@x.example", "http://localhost/m/102016/invitations/old/")
    letter(tmp_path, "2.log", "b@x.example", "http://localhost/m/102016/invitations/other/")
    letter(
        tmp_path, "3.log", "a@x.example", "http://localhost/a/", "http://localhost/m/102016/invitations/new/"
    )
    for number in (1, 2, 3):
        os.utime(tmp_path / f"{number}.log", (number, number))
    assert invitation_for(tmp_path, "a@x.example").endswith("/new/")
    with pytest.raises(StepError, match=r"c@x\.example"):
        invitation_for(tmp_path, "c@x.example", patience=0)


def test_codes_are_those_of_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [totp(secret, at) for at in (59, 1111111109, 1234567890)] == ["287082", "081804", "005924"]


def test_there_are_24_members_with_valid_codes() -> None:
    assert len({member.code for member in MEMBERS}) == len({member.key for member in MEMBERS}) == 24
    for member in MEMBERS:
        MunicipalityCode(member.code)


@pytest.mark.skipif(not SHARED.exists(), reason=f"not there to compare with: {SHARED}")
def test_the_populations_are_those_of_the_census() -> None:
    with SHARED.open(encoding="utf-8") as file:
        census = {row["code6"]: (row["name_ja"], row["population_2020"]) for row in csv.DictReader(file)}
    for member in MEMBERS:
        assert census[member.code] == (member.name, str(member.population))


def test_the_populations_loaded_are_the_members() -> None:
    with (ROOT / "deploy/demo/populations.csv").open(encoding="utf-8") as file:
        loaded = {row["code"]: int(row["population"]) for row in csv.DictReader(file)}
    assert loaded == {member.code: member.population for member in MEMBERS}


def test_of_several_discounts_the_largest_counts() -> None:
    told = {"resident_of": "102016", "age_over_65": True, "subsidised_fare": True}
    assert [
        fares_for({name: told[name] for name in names}).price
        for names in (
            ("resident_of",),
            ("resident_of", "age_over_65"),
            tuple(told),
        )
    ] == [176, 110, 66]
    assert fares_for({"subsidised_fare": "true"}).price == 220, "a word is no attestation"


def test_steps_have_names_of_their_own_in_both_languages() -> None:
    names = [step.name for step in STEPS]
    assert len(set(names)) == len(names)
    assert all(not name.isascii() and any(part.isascii() for part in name.split()) for name in names)


def test_a_failing_step_is_named_and_the_next_start_goes_on_with_it(
    state: DemoState, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[str] = []

    def second(state: DemoState) -> None:
        state.once("part", lambda: calls.append("part"))
        calls.append("second")
        if calls.count("second") == 1:
            raise ValueError("no such thing")

    steps = [Step("一 first", lambda state: calls.append("first")), Step("二 second", second)]
    with pytest.raises(demo.FailedStep, match="二 second") as failure:
        for step in steps:
            demo.play(state, step)
    assert "no such thing" in str(failure.value.__cause__)
    assert "✗ 二 second" in capsys.readouterr().out
    for step in steps:
        demo.play(state, step)
    assert calls == ["first", "part", "second", "second"]
    assert state.done == ["一 first", "part", "二 second"]


def test_the_summary_says_where_and_as_whom(state: DemoState) -> None:
    def account(**more: Any) -> dict[str, object]:
        return {"kind": "staff", "municipality": "102016", "name": "n", "password": "pass-word", **more}

    state.accounts = [
        account(kind="secretariat", role="secretary", email="s@x.example", totp_secret="GEZDGNBVGY3TQOJQ"),
        account(role="editor", email="e@x.example"),
        account(role="counter", email="c@x.example", passkey={}),
        account(kind="resident", role="resident", email="", name="架空 みどり", enrolment_code="ABCD"),
    ]
    text = summary(state)
    for said in (state.base_url, state.issuer, state.relying_party_url, "e@x.example  password: pass-word"):
        assert said in text
    assert "otpauth://totp/s%40x.example?secret=GEZDGNBVGY3TQOJQ" in text
    assert f"ABCD → {state.issuer}/enrol/" in text
    assert "Ctrl-C" in text
    assert "Ctrl-C" not in summary(state, once=True)


@pytest.mark.parametrize("port", ["８６００", "80", "65534", "no", "86.0"])
def test_what_is_no_port_is_refused_by_name(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(demo.FailedStep, match="settings") as failure:
        demo.chosen_port()
    assert f"PORT={port} is no port" in str(failure.value.__cause__)


@pytest.mark.parametrize(
    ("taken", "told"), [({8601}, "Port 8601 is in use"), ({8600, 8602}, "Ports 8600, 8602 are in use")]
)
def test_ports_in_use_are_named(taken: set[int], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "is_free", lambda number: number not in taken)
    with pytest.raises(StepError, match=told):
        demo.check_ports(8600)


def test_a_dead_database_ends_the_demo_by_name(state: DemoState) -> None:
    state.ended = lambda: ["Valkey"]
    with pytest.raises(demo.FailedStep, match="databases") as failure:
        demo.wait_for_the_end(state)
    assert "Valkey ended although nobody stopped it" in str(failure.value.__cause__)


def test_a_dead_server_is_noticed(tmp_path: Path) -> None:
    embedded = Embedded(tmp_path / "state")
    embedded._servers = {
        "PostgreSQL": subprocess.Popen(["sleep", "60"]),
        "Valkey": subprocess.Popen(["true"]),
    }
    try:
        embedded._servers["Valkey"].wait()
        assert embedded.ended() == ["Valkey"]
    finally:
        embedded._servers["PostgreSQL"].kill()
        embedded._servers["PostgreSQL"].wait()


@pytest.mark.parametrize(
    ("ignored", "number", "ends"),
    [
        ("SIGINT", signal.SIGINT, True),  # as a shell starts what it sends to the background
        ("SIGHUP", signal.SIGHUP, False),  # as nohup does
        ("SIGUSR1", signal.SIGHUP, True),
        ("SIGUSR1", signal.SIGTERM, True),
    ],
)
def test_signals_that_end_the_demo(ignored: str, number: signal.Signals, ends: bool) -> None:
    program = "import time, deploy.demo.__main__ as d\nd.heed_signals(); print(flush=True); time.sleep(9)"
    ignore = getattr(signal, ignored)
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(ignore, signal.SIG_IGN),  # noqa: PLW1509 (no threads yet)
    )
    assert process.stdout
    try:
        process.stdout.readline()
        process.send_signal(number)
        if ends:
            assert process.wait(5) != 0
        else:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.5)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("error=access_denied&state=x", "情報を受け取りませんでした"),
        ("code=x&state=y", "この画面は古くなっています"),
        ("error=server_error&state=x", "サインインできませんでした"),
    ],
)
def test_the_service_says_in_its_own_words_why_nobody_is_signed_in(query: str, said: str) -> None:
    """Whatever Authlib or the provider say in English stays out of sight."""
    known = Registration("http://localhost:1", "client", "secret")
    settings = Settings(port=8002, session_secret="s" * 32, known=known)
    page = make_app(settings).test_client().get(f"/callback?{query}").get_data(as_text=True)
    assert said in page
    assert "CSRF" not in page
