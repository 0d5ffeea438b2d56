"""The doctor finds what is wrong, says what to do, and is silent about what is not."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection

from consortium.operations.doctor import EXAMINATIONS, Grade, database, examine, surroundings, web
from consortium.operations.doctor.finding import Finding, good
from consortium.tenancy.sync import tables
from tests.isolation.rows import as_owner

pytestmark = pytest.mark.django_db


def found(examination: Any) -> list[tuple[str, str]]:
    """(grade, what is told) of all that is not good; each has a cure."""
    findings = [finding for finding in examination() if finding.grade != Grade.GOOD]
    assert all(finding.cure for finding in findings)
    return [(finding.grade.value, finding.told) for finding in findings]


def test_nothing_breaks_and_every_finding_has_its_cure() -> None:
    findings = list(examine(EXAMINATIONS))
    assert len({finding.about for finding in findings}) > 10
    for finding in findings:
        assert bool(finding.cure) is (finding.grade != Grade.GOOD), finding
        assert "could not be examined" not in finding.told


def test_one_that_breaks_is_a_finding() -> None:
    def broken() -> Iterator[Finding]:
        raise ZeroDivisionError("password=hunter2")

    first, second = examine((broken, lambda: [good("more", "still asked")]))
    assert (first.grade, first.told) == (Grade.WRONG, "could not be examined: ZeroDivisionError")
    assert second.grade == Grade.GOOD


@pytest.mark.parametrize(
    "kind", ["login", "powers", "grants", "extensions", "migrations", "policies", "clocks"]
)
def test_a_fresh_installation_is_sound(kind: str) -> None:
    assert found(getattr(database, kind)) == []


@pytest.mark.parametrize(
    ("statement", "kind", "told"),
    [
        ("COMMENT ON TABLE audit_event IS 'older'", "policies", "audit_event has not the policies"),
        (
            "ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY",
            "policies",
            "audit_event is not under forced",
        ),
        (
            "DELETE FROM django_migrations WHERE app = 'audit' AND name = '0002_streams'",
            "migrations",
            "audit.0002_streams is not applied",
        ),
    ],
)
def test_what_is_wrong_in_the_database_is_found(
    statement: str, kind: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    monkeypatch.setattr(database, "applied_migrations", lambda: applied)
    assert any(grade == "wrong" and told in text for grade, text in found(getattr(database, kind)))


def test_a_login_of_another_surface_is_found(settings: LazySettings) -> None:
    settings.SURFACE = "portal"
    assert found(database.login) == [("wrong", "tests_login instead of portal_login")]


def test_powers_and_grants_beyond_the_design_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles belong to the cluster: what it answers is changed here, not the cluster under other tests."""
    answers = {database._POWERS: [("portal_login",)]}
    ask = database.query
    monkeypatch.setattr(database, "query", lambda sql, *given: answers.get(sql) or ask(sql, *given))
    assert ("wrong", "portal_login can step over policies") in found(database.powers)
    right = ask(database._MEMBERSHIPS, ["portal_login"])
    answers[database._MEMBERSHIPS] = [*right[1:], ("identity_login", "app", False, True)]
    told = [text for _grade, text in found(database.grants)]
    assert "identity_login must not be a member of app like this" in told
    assert f"portal_login lacks {right[0][1]}" in told


def test_the_policies_that_migrate_left_are_those_of_the_models() -> None:
    assert len({table.name for table in tables()}) > 30


def test_settings_that_do_not_fit_together(settings: LazySettings) -> None:
    settings.PORTAL_URL = settings.IDENTITY_URL = "http://portal.example.jp"
    settings.DEBUG, settings.ALLOWED_HOSTS = True, ["*"]
    told = {text for examination in (web.origins, web.modes) for _grade, text in found(examination)}
    assert told >= {
        "PORTAL_URL is not HTTPS",
        "both surfaces have one origin",
        "DEBUG is on",
        "ALLOWED_HOSTS holds *",
    }


def test_misspelt_variables_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_HOUR", "8")
    monkeypatch.delenv("SESSION_HOURS", raising=False)
    assert ("warning", "SESSION_HOUR is unknown; is SESSION_HOURS meant?") in found(web.spelling)


def test_mail_that_nobody_takes(settings: LazySettings) -> None:
    settings.EMAIL_FILE_PATH, settings.EMAIL_HOST, settings.EMAIL_PORT = "", "127.0.0.1", 1
    settings.DEFAULT_FROM_EMAIL = "no-reply@city.example.jp"
    assert found(surroundings.mail) == [("wrong", "the mail server cannot be reached")]


def test_private_files_below_served_ones(settings: LazySettings, tmp_path: Path) -> None:
    settings.STATIC_ROOT, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    assert found(surroundings.private_files) == [("wrong", "private files lie where static files are served")]
    settings.STATIC_ROOT = tmp_path / "static"
    assert found(surroundings.private_files) == [("wrong", "MEDIA_ROOT cannot be written")]
    settings.MEDIA_ROOT.mkdir()
    assert found(surroundings.private_files) == []


def test_an_identity_surface_without_signing_key(settings: LazySettings) -> None:
    settings.SURFACE = "identity"
    assert found(surroundings.signing_keys) == [("wrong", "none signs with ES256, EdDSA, PS256, RS256")]
    call_command("create_signing_key", "--algorithm", "ES256", verbosity=0)
    assert ("warning", "none signs with EdDSA, PS256, RS256") in found(surroundings.signing_keys)
    settings.SIGNING_KEY_DAYS = -3
    late = [told for grade, told in found(surroundings.signing_keys) if grade == "warning"]
    assert len(late) == 2 and late[1].startswith("ES256 signs since")


def test_one_secret_for_two_purposes(settings: LazySettings) -> None:
    settings.BLIND_INDEX_KEY = settings.SECRET_KEY
    assert ("wrong", "one secret serves two purposes") in found(surroundings.field_keys)


def test_the_command_tells_people_and_machines(settings: LazySettings) -> None:
    settings.DEBUG = True
    for_people, for_machines = StringIO(), StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("doctor", stdout=for_people)
    with pytest.raises(SystemExit, match="1"):
        call_command("doctor", "--json", stdout=for_machines)
    assert "✗ mode: DEBUG is on\n    → unset DEBUG" in for_people.getvalue()
    told = json.loads(for_machines.getvalue())
    assert {"about": "mode", "grade": "wrong", "told": "DEBUG is on"}.items() <= next(
        one.items() for one in told if one["told"] == "DEBUG is on"
    )
    assert settings.SECRET_KEY not in for_people.getvalue() + for_machines.getvalue()
