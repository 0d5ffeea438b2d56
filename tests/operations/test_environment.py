"""Wrong settings: all named at once, each with its cure, none with its value; no traceback."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from consortium.environment import CURES, REQUIRED, VARIABLES, hints, problems
from deploy.check import ENVIRONMENT
from deploy.throwaway import ROOT

GOOD = {name: value for name, value in ENVIRONMENT.items() if name in VARIABLES}
SECRET = "s3cr3t" * 8
FERNET_KEY, OTHER_KEY = (base64.urlsafe_b64encode(bytes([part]) * 32).decode() for part in (1, 2))


def problem(name: str, value: str) -> str:
    (found,) = problems(GOOD | {name: value}) or [""]
    return found


def test_what_checks_run_with_is_right() -> None:
    assert problems(GOOD) == []


def test_every_required_variable_has_its_cure() -> None:
    assert set(CURES) == set(REQUIRED)


def test_all_that_is_missing_is_named_at_once() -> None:
    assert [line.split(" is missing; ")[0] for line in problems({})] == list(REQUIRED)


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("SURFACE", "Portal", "identity"),
        ("DATABASE_URL", "mysql://a:b@c/d", "postgres://portal_login:p@db:5432/consortium"),
        ("DATABASE_URL", "postgres://portal_login:p@db:5432/", "postgresql://u@h/n"),
        ("DATABASE_URL", "postgres://u:p@db:port/n", "postgres://u:p@[::1]:5432/n"),
        ("REDIS_URL", "localhost:6379", "rediss://:p@queue:6379/0"),
        ("SECRET_KEY", "short", SECRET),
        ("SECRET_KEY_FALLBACKS", f"{SECRET},short", f"{SECRET},{SECRET}"),
        ("FIELD_KEYS", SECRET, f"{FERNET_KEY},{OTHER_KEY}"),
        ("FIELD_KEYS", f"{FERNET_KEY},", OTHER_KEY),
        ("BLIND_INDEX_KEY", "short", ""),
        ("PORTAL_URL", "https://portal.example.jp/app", "https://portal.example.jp"),
        ("IDENTITY_URL", "id.example.jp", "http://localhost:8001"),
        ("BEHIND_PROXY", "ja", "true"),
        ("SESSION_HOURS", "0", "8"),
        ("SESSION_HOURS", "８", "8"),
        ("INVITATION_DAYS", "seven", "7"),
        ("JOB_LEASE_SECONDS", "", "15"),
        ("EMAIL_URL", "http://mail", "smtps://u:p@mail:465"),
        ("DEFAULT_FROM_EMAIL", "consortium", "共同体 <no-reply@example.jp>"),
        ("LOG_LEVEL", "info", "INFO"),
        ("FILES_URL", "https://s3/bucket", "s3://key:se%2Fcret@s3.example.jp/bucket?region=tokyo"),
        ("FILES_URL", "s3://s3.example.jp", "s3+http://key:secret@127.0.0.1:9000/bucket"),
        ("FILE_LIMITS_MB", "logo", "plan_attachment=10,logo=0.5"),
        ("OIDC_LIMITS", "client=0", "client=6000,address=3000"),
        ("CLAMD_URL", "localhost:3310", "tcp://localhost:3310"),
        ("CLAMD_URL", "unix://clamd.ctl", "unix:///run/clamav/clamd.ctl"),
        ("OPERATIONS_NETWORKS", "10.0.0.1/8", "10.0.0.0/8, ::1/128"),
        ("PROMETHEUS_MULTIPROC_DIR", "/no/such/folder", "/"),
    ],
)
def test_wrong_and_right(name: str, wrong: str, right: str) -> None:
    assert problem(name, wrong).startswith(f"{name} ")
    assert problem(name, right) == ""


def test_a_file_stands_for_its_variable(tmp_path: Path) -> None:
    file = tmp_path / "key"
    without = {name: value for name, value in GOOD.items() if name != "SECRET_KEY"}
    given = without | {"SECRET_KEY_FILE": str(file)}
    assert problems(given) == ["SECRET_KEY cannot be read: SECRET_KEY_FILE names no readable text file"]
    file.write_text(SECRET + "\n")
    assert problems(given) == []
    assert problems(GOOD | {"SECRET_KEY": SECRET + " "}) == [
        "SECRET_KEY begins or ends with white space; remove it"
    ]


def test_misspelt_variables_are_hinted_at() -> None:
    given = {"DATABSE_URL": "x", "SESSION_HOUR": "8", "HOME": "/", "PATH": "/bin", "LANG": "ja"}
    assert hints(given) == [
        "DATABSE_URL is unknown; is DATABASE_URL meant?",
        "SESSION_HOUR is unknown; is SESSION_HOURS meant?",
    ]
    assert hints({"DEBUG": "1", "DEBUG_": "1"}) == []


def test_the_process_says_it_without_traceback_and_value() -> None:
    wrong = {"DATABASE_URL": "mysql://u:hunter2@h/n", "FIELD_KEYS": "", "SITENAME": "x"}
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        check=False,
        cwd=ROOT,
        env=kept | GOOD | wrong,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    for told in ("DATABASE_URL is not like postgres://", "FIELD_KEYS is missing", "SITENAME is unknown"):
        assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr
