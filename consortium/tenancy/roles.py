"""Database roles: what a superuser prepares once, before the first migration.

Logins are processes; roles are what a process may become inside one transaction (`SET LOCAL ROLE`).
A login inherits its surface's base role (system tables only) and may assume, not inherit, its working roles.
Importable without Django settings.
"""

from collections.abc import Mapping, Sequence

OWNER = "owner"
APP, SECRETARIAT, CITIZEN, WORKER, REPORT = "app", "secretariat", "citizen", "worker", "report"
PORTAL_BASE, IDENTITY_BASE, WORKER_BASE, REPORT_BASE = (
    "portal_base",
    "identity_base",
    "worker_base",
    "report_base",
)

WORKING_ROLES = (APP, SECRETARIAT, CITIZEN, WORKER, REPORT)
BASE_ROLES = (PORTAL_BASE, IDENTITY_BASE, WORKER_BASE, REPORT_BASE)
ROLES = (*WORKING_ROLES, *BASE_ROLES)

BASE_OF = {
    APP: PORTAL_BASE,
    SECRETARIAT: PORTAL_BASE,
    CITIZEN: IDENTITY_BASE,
    WORKER: WORKER_BASE,
    REPORT: REPORT_BASE,
}
# login -> (base roles it inherits, roles it may assume). "report" as a login and as a role would collide.
LOGIN_GRANTS: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "migrate": ((), (OWNER,)),
    "portal": ((PORTAL_BASE,), (APP, SECRETARIAT)),
    "identity": ((IDENTITY_BASE,), (CITIZEN,)),
    "worker": ((WORKER_BASE,), (WORKER,)),
    "report": ((REPORT_BASE,), (REPORT,)),
    "tests": (BASE_ROLES, (OWNER, *WORKING_ROLES)),
}
LOGINS = tuple(LOGIN_GRANTS)

EXTENSIONS = ("pg_trgm", "btree_gist")
LEAKPROOF = ("arraycontains(anyarray, anyarray)", "jsonb_contains(jsonb, jsonb)")
"""What `@>` calls. Row-level security lets a condition use an index only where it can reveal nothing of rows
that its policies hide; these two raise no error that names a value (docs/adr/0009-search-keys.md)."""


def login_name(kind: str) -> str:
    """PostgreSQL keeps logins and roles in one namespace, so the report login is not called `report`."""
    return f"{kind}_login"


def bootstrap_sql(passwords: Mapping[str, str]) -> list[str]:
    """Idempotent statements for a superuser: roles, and a login per kind (kind -> password)."""
    statements = [_create_role(role, "NOLOGIN") for role in (OWNER, *ROLES)]
    statements += [f"GRANT {base} TO {role} WITH INHERIT TRUE, SET FALSE" for role, base in BASE_OF.items()]
    for kind, password in passwords.items():
        statements += _login_sql(kind, password)
    return statements


def database_sql() -> list[str]:
    """Idempotent statements for a superuser inside each database of the platform."""
    return [
        *(f"CREATE EXTENSION IF NOT EXISTS {name}" for name in EXTENSIONS),
        *(f"ALTER FUNCTION pg_catalog.{name} LEAKPROOF" for name in LEAKPROOF),
        f"ALTER SCHEMA public OWNER TO {OWNER}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ]


def _create_role(name: str, options: str) -> str:
    return (
        f"DO $$ BEGIN CREATE ROLE {name} {options}; "
        "EXCEPTION WHEN duplicate_object THEN NULL; WHEN unique_violation THEN NULL; END $$"
    )


def _login_sql(kind: str, password: str) -> list[str]:
    login = login_name(kind)
    bases, roles = LOGIN_GRANTS[kind]
    options = "CREATEDB" if kind == "tests" else "NOCREATEDB"
    quoted = password.replace("'", "''")
    return [
        _create_role(login, "LOGIN"),
        f"ALTER ROLE {login} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {options} PASSWORD '{quoted}'",
        *(f"GRANT {base} TO {login} WITH INHERIT TRUE, SET FALSE" for base in bases),
        *(f"GRANT {role} TO {login} WITH INHERIT FALSE, SET TRUE" for role in roles),
    ]
