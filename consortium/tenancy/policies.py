"""From a table's class to its grants, row-level-security policies and foreign keys.

A rule says which rows a role may touch by which commands. What no rule names is refused: a table
without rules can be read by its owner alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .roles import APP, BASE_ROLES, CITIZEN, PORTAL_BASE, SECRETARIAT, WORKER

SELECT, INSERT, UPDATE, DELETE = "SELECT", "INSERT", "UPDATE", "DELETE"
READ = (SELECT,)
APPEND = (SELECT, INSERT)
WRITE = (SELECT, INSERT, UPDATE, DELETE)


class TableClass(StrEnum):
    """Whose rows a table holds."""

    TENANT = "tenant"
    SUBJECT = "subject"
    CONSORTIUM = "consortium"
    SYSTEM = "system"
    LOG = "log"


@dataclass(frozen=True)
class Rule:
    """rows: SQL condition over the table's columns, for reading and for what is written alike.

    columns narrows UPDATE to those columns, read_columns SELECT. written: what a row has to be once it is
    written, where that is not `rows`.
    """

    role: str
    commands: tuple[str, ...]
    rows: str = "true"
    columns: tuple[str, ...] = ()
    read_columns: tuple[str, ...] = ()
    written: str = ""


def setting(name: str, cast: str) -> str:
    """SQL for a value of the open context; NULL, hence no row, when it is not set."""
    return f"NULLIF(current_setting('app.{name}', true), '')::{cast}"


OWN_MUNICIPALITY = f"municipality_id = {setting('municipality', 'integer')}"
_IN_PERSON = f"{setting('delegation', 'uuid')} IS NULL"
OWN_CITIZEN = f"citizen_id = {setting('citizen', 'uuid')} AND {_IN_PERSON}"
"""By the resident herself. Whoever acts in her name sees what rules of their own open to delegates."""
REPRESENTED = f"citizen_id = {setting('citizen', 'uuid')}"
OWN_USER = f"user_id = {setting('user', 'uuid')}"

CLASS_RULES: dict[TableClass, tuple[Rule, ...]] = {
    TableClass.TENANT: (Rule(APP, WRITE, OWN_MUNICIPALITY), Rule(WORKER, WRITE, OWN_MUNICIPALITY)),
    TableClass.SUBJECT: (Rule(CITIZEN, WRITE, OWN_CITIZEN),),
    TableClass.CONSORTIUM: (Rule(APP, READ), Rule(WORKER, READ), Rule(SECRETARIAT, WRITE)),
    TableClass.SYSTEM: (),
    TableClass.LOG: (),
}

_PORTAL = (Rule(PORTAL_BASE, WRITE),)
_NONE: tuple[Rule, ...] = ()
FOREIGN_TABLES: dict[str, tuple[TableClass, tuple[Rule, ...]]] = {
    "account_emailaddress": (TableClass.SYSTEM, _PORTAL),
    "account_emailconfirmation": (TableClass.SYSTEM, _PORTAL),
    "auth_group": (TableClass.SYSTEM, _NONE),
    "auth_group_permissions": (TableClass.SYSTEM, _NONE),
    "auth_permission": (TableClass.SYSTEM, _NONE),
    "django_content_type": (TableClass.SYSTEM, _NONE),
    "django_migrations": (TableClass.SYSTEM, tuple(Rule(role, READ) for role in BASE_ROLES)),
    "django_session": (TableClass.SYSTEM, _PORTAL),
    "mfa_authenticator": (TableClass.SYSTEM, _PORTAL),
    "usersessions_usersession": (TableClass.SYSTEM, _PORTAL),
}
"""Tables of packages: they cannot declare a class themselves."""


def policy_sql(table: str, rules: Iterable[Rule]) -> list[str]:
    """Statements that create the policies and grants of a table that has none."""
    statements = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY owner_all ON "{table}" TO owner USING (true) WITH CHECK (true)',
    ]
    for number, rule in enumerate(rules):
        for command in rule.commands:
            statements += _rule_sql(table, rule, command, f"{rule.role}_{command.lower()}_{number}")
    return statements


def _rule_sql(table: str, rule: Rule, command: str, name: str) -> list[str]:
    using = f"USING ({rule.rows})" if command != INSERT else ""
    check = f"WITH CHECK ({rule.written or rule.rows})" if command in {INSERT, UPDATE} else ""
    narrowed = {UPDATE: rule.columns, SELECT: rule.read_columns}.get(command)
    columns = f" ({', '.join(narrowed)})" if narrowed else ""
    return [
        f'CREATE POLICY {name} ON "{table}" FOR {command} TO {rule.role} {using} {check}'.rstrip(),
        f'GRANT {command}{columns} ON "{table}" TO {rule.role}',
    ]
