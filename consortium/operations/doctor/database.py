"""PostgreSQL: reachable as the right login, roles without powers, schema and policies of this version."""

import time
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.db import connection

from consortium.operations.health import applied_migrations, known_migrations
from consortium.tenancy.roles import (
    BASE_OF,
    EXTENSIONS,
    LOGIN_GRANTS,
    OWNER,
    ROLES,
    login_name,
)
from consortium.tenancy.sync import stale_tables

from .finding import Examination, Finding, good, warning, wrong

LEAST_VERSION: Final = 160_000
SKEW_WARNING, SKEW_WRONG = 2.0, 30.0  # seconds
PREPARE: Final = "run as a superuser what `python -m consortium.embedded sql` prints"
MIGRATE: Final = "run `manage.py migrate` with the migrate login"
_POWERS: Final = (
    "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND (rolsuper OR rolbypassrls OR rolcreaterole)"
)
_MEMBERSHIPS: Final = (
    "SELECT m.rolname, r.rolname, a.inherit_option, a.set_option FROM pg_auth_members a"
    " JOIN pg_roles m ON m.oid = a.member JOIN pg_roles r ON r.oid = a.roleid WHERE m.rolname = ANY (%s)"
)
_UNFORCED: Final = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    " AND NOT (relrowsecurity AND relforcerowsecurity)"
)
_RUNNING: Final = [kind for kind in LOGIN_GRANTS if kind != "tests"]


def query(sql: str, *parameters: str | list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters) or None)
        return list(cursor.fetchall())


def server() -> Iterator[Finding]:
    ((version, encoding),) = query("SELECT current_setting('server_version_num')::int, getdatabaseencoding()")
    if version < LEAST_VERSION:
        yield wrong("PostgreSQL", f"version {version // 10_000}", "use version 16 or newer")
    elif encoding != "UTF8":
        yield wrong("PostgreSQL", f"the database is in {encoding}", "create it with ENCODING 'UTF8'")
    else:
        yield good("PostgreSQL", f"version {version // 10_000}, reachable")


def clocks() -> Iterator[Finding]:
    before = time.time()
    ((there,),) = query("SELECT extract(epoch FROM clock_timestamp())::float8")
    skew = abs(there - (before + time.time()) / 2)
    told = f"database and this machine differ by {skew:.1f} s"
    cure = "let NTP set both clocks: leases and codes live by them"
    if skew > SKEW_WRONG:
        yield wrong("clocks", told, cure)
    elif skew > SKEW_WARNING:
        yield warning("clocks", told, cure)
    else:
        yield good("clocks", told)


def login() -> Iterator[Finding]:
    ((mine,),) = query("SELECT session_user::text")
    expected = login_name(settings.SURFACE)
    if mine == expected:
        yield good("login", mine)
    else:
        told = f"{mine} instead of {expected}"
        yield wrong("login", told, f"give SURFACE={settings.SURFACE} the DATABASE_URL of {expected}")


def powers() -> Iterator[Finding]:
    """Who is a superuser, or has BYPASSRLS, steps over every policy."""
    names = [OWNER, *ROLES, *(login_name(kind) for kind in LOGIN_GRANTS)]
    for (name,) in query(_POWERS, names):
        cure = f"ALTER ROLE {name} NOSUPERUSER NOBYPASSRLS NOCREATEROLE"
        yield wrong("powers", f"{name} can step over policies", cure)
    missing = {OWNER, *ROLES, *map(login_name, _RUNNING)} - {
        n for (n,) in query("SELECT rolname FROM pg_roles")
    }
    if missing:
        yield wrong("powers", f"no role {', '.join(sorted(missing))}", PREPARE)
    else:
        yield good("powers", "no login and no role can step over policies")


def grants() -> Iterator[Finding]:
    """Each login inherits its base roles and may assume its working roles; no more, no less."""
    found = set(query(_MEMBERSHIPS, [*map(login_name, LOGIN_GRANTS), *BASE_OF]))
    expected = {(role, base, True, False) for role, base in BASE_OF.items()}
    for kind, (bases, roles) in LOGIN_GRANTS.items():
        expected |= {(login_name(kind), base, True, False) for base in bases}
        expected |= {(login_name(kind), role, False, True) for role in roles}
    for member, role, *_options in sorted(found - expected):
        yield wrong(
            "grants", f"{member} must not be a member of {role} like this", f"REVOKE {role} FROM {member}"
        )
    for member, role, *_options in sorted(expected - found):
        if member != login_name("tests"):
            yield wrong("grants", f"{member} lacks {role}", PREPARE)
    if found <= expected and not {each for each in expected - found if each[0] != login_name("tests")}:
        yield good("grants", "every login may become what it needs, and nothing else")


def test_login() -> Iterator[Finding]:
    if (
        query("SELECT FROM pg_roles WHERE rolname = %s AND rolcanlogin", login_name("tests"))
        and not settings.DEMO
    ):
        told = "the tests' login exists: it may become every role"
        yield warning("tests' login", told, f"DROP ROLE {login_name('tests')} where there is real data")


def extensions() -> Iterator[Finding]:
    missing = set(EXTENSIONS) - {name for (name,) in query("SELECT extname FROM pg_extension")}
    if missing:
        yield wrong("extensions", f"{', '.join(sorted(missing))} missing", PREPARE)
    else:
        yield good("extensions", ", ".join(EXTENSIONS))


def migrations() -> Iterator[Finding]:
    known, applied = known_migrations(), applied_migrations()
    for app, name in sorted(known - applied):
        yield wrong("migrations", f"{app}.{name} is not applied", MIGRATE)
    ours = {app for app, _name in known}
    for app, name in sorted(each for each in applied - known if each[0] in ours):
        yield warning(
            "migrations", f"{app}.{name} is of another version", "is an older version running here?"
        )
    if known <= applied:
        yield good("migrations", f"all {len(known)} applied")


def policies() -> Iterator[Finding]:
    stale = [table.name for table in stale_tables(connection)]
    unforced = [name for (name,) in query(_UNFORCED)]
    for name in stale:
        yield wrong("policies", f"{name} has not the policies of this version", MIGRATE)
    for name in unforced:
        yield wrong("policies", f"{name} is not under forced row-level security", MIGRATE)
    if not stale and not unforced:
        yield good("policies", "every table as its model declares it")


DATABASE: Final[tuple[Examination, ...]] = (
    server, clocks, login, powers, grants, test_login, extensions, migrations, policies,
)  # fmt: skip
