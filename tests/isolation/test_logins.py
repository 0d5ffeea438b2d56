"""Each process's own login, connected for real: it may become its own roles and nothing else."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection
from psycopg.errors import InsufficientPrivilege

from consortium.membership.models import User, UserKind
from consortium.tenancy.roles import BASE_OF, LOGIN_GRANTS, OWNER, WORKING_ROLES
from consortium.tenancy.sync import tables
from tests.isolation.rows import as_owner

KINDS = ("portal", "identity", "worker", "report")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("LOGINS" not in os.environ, reason="no DSN for each login: run by make test"),
]


@contextmanager
def connected(kind: str) -> Iterator[psycopg.Connection]:
    dsn = urlsplit(json.loads(os.environ["LOGINS"])[kind])
    name = connection.settings_dict["NAME"]
    with psycopg.connect(dsn._replace(path=f"/{name}").geturl(), autocommit=True) as opened:
        yield opened


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", [OWNER, *WORKING_ROLES])
def test_a_login_becomes_its_own_roles_only(kind: str, role: str) -> None:
    with connected(kind) as session:
        if role in LOGIN_GRANTS[kind][1]:
            session.execute(f"SET ROLE {role}")
            assert session.execute("SELECT current_user").fetchone() == (role,)
        else:
            with pytest.raises(InsufficientPrivilege):
                session.execute(f"SET ROLE {role}")


@pytest.mark.parametrize("kind", KINDS)
def test_before_it_speaks_for_somebody_it_reads_what_its_base_may(kind: str) -> None:
    """Not one table more: every table of the database is tried."""
    bases = LOGIN_GRANTS[kind][0]
    with connected(kind) as session:
        for table in tables():
            granted = re.compile(rf'GRANT SELECT( \(.+\))? ON "{table.name}" TO ({"|".join(bases)})')
            assert _can_read(session, table.name) is any(map(granted.fullmatch, table.statements)), table.name


def test_the_report_role_reaches_no_table_of_residents() -> None:
    names = [table.name for table in tables() if table.name.startswith("identity_")]
    assert names
    with connected("report") as session:
        session.execute("SET ROLE report")
        assert not [name for name in names if _can_read(session, name)]


def test_accounts_are_limited_by_kind() -> None:
    with as_owner():
        User.objects.create(kind=UserKind.STAFF, email="kind@example.jp", name="職員")
    assert _kinds_seen("portal") == {"staff"}
    assert _kinds_seen("identity") == set()


def test_staff_sessions_and_second_factors_are_out_of_the_internets_reach() -> None:
    with connected("identity") as session:
        for table in (
            "django_session",
            "mfa_authenticator",
            "account_emailaddress",
            "usersessions_usersession",
        ):
            assert not _can_read(session, table)


def test_every_working_role_stands_on_a_base() -> None:
    assert set(BASE_OF) == set(WORKING_ROLES)


def _kinds_seen(kind: str) -> set[str]:
    with connected(kind) as session:
        return {row[0] for row in session.execute("SELECT kind FROM membership_user").fetchall()}


def _can_read(session: psycopg.Connection, table: str) -> bool:
    try:
        session.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
    except InsufficientPrivilege:
        return False
    return True
