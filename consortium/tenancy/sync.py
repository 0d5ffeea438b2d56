"""Bring the database's policies, grants and foreign keys in line with the models, as owner after migrating.

Each table carries the digest of its statements as a comment, so that an unchanged table costs nothing.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.apps import apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from .models import Classed, Reference
from .policies import CLASS_RULES, FOREIGN_TABLES, Rule, TableClass, policy_sql
from .retention import FOREIGN_RETENTIONS, Retention
from .roles import ROLES, SECRETARIAT

_PREFIX = "policies:"
_KEY_COLUMNS = {TableClass.TENANT: "municipality_id", TableClass.SUBJECT: "citizen_id"}
_STATE = """
    SELECT c.relname, coalesce(obj_description(c.oid, 'pg_class'), '')
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""


@dataclass(frozen=True)
class Table:
    name: str
    table_class: TableClass
    statements: tuple[str, ...]
    keys: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        text = "\n".join((*self.keys, *self.statements, *self.references))
        return _PREFIX + hashlib.sha256(text.encode()).hexdigest()


def classed_models() -> list[type[Classed]]:
    return [model for model in apps.get_models() if issubclass(model, Classed)]


def tables() -> Iterator[Table]:
    """Every table of the installed apps that has a class."""
    targets = {field.related_model for model in classed_models() for field in references(model)}
    for model in classed_models():
        name = model._meta.db_table
        rules = (*class_rules(model), *model.rules, *_retention_rules(model))
        keys = _unique_key(model) if model in targets else ()
        foreign_keys = tuple(_foreign_key(model, field) for field in references(model))
        yield Table(name, model.table_class, tuple(policy_sql(name, rules)), keys, foreign_keys)
    for name, (table_class, rules) in FOREIGN_TABLES.items():
        kept = [retention.rule(key) for table, key, retention in FOREIGN_RETENTIONS if table == name]
        yield Table(name, table_class, tuple(policy_sql(name, (*rules, *kept))))


def class_rules(model: type[Classed]) -> tuple[Rule, ...]:
    rules = tuple(
        replace(rule, commands=tuple(c for c in rule.commands if c in model.keeps))
        for rule in CLASS_RULES[model.table_class]
    )
    if model.table_class is TableClass.CONSORTIUM and not model.members_read:
        return tuple(rule for rule in rules if rule.role == SECRETARIAT)
    return rules


def _retention_rules(model: type[Classed]) -> tuple[Rule, ...]:
    return (model.retention.rule(str(model._meta.pk.column)),) if model.retention else ()


def retentions() -> list[tuple[str, str, Retention]]:
    """(table, column of its primary key, retention) of every table whose rows are kept for a time.

    A model that refers to another is defined after it, and comes before it here: its rows have to go first.
    """
    ours = [
        (model._meta.db_table, str(model._meta.pk.column), model.retention)
        for model in reversed(classed_models())
        if model.retention
    ]
    return [*ours, *FOREIGN_RETENTIONS]


def references(model: type[Classed]) -> list[Reference]:
    return [field for field in model._meta.local_fields if isinstance(field, Reference)]


def stale_tables(connection: BaseDatabaseWrapper) -> list[Table]:
    """Those whose policies, grants and keys in the database are not what the models say."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE)
        state = dict(cursor.fetchall())
    return [table for table in tables() if table.name in state and state[table.name] != table.digest]


def sync(connection: BaseDatabaseWrapper) -> list[str]:
    """Apply what differs, in one transaction; returns the names of the tables it touched."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        stale = stale_tables(connection)
        for table in stale:
            for statement in (*table.keys, *_reset(table.name), *table.statements):
                cursor.execute(statement)
        for table in stale:
            for statement in (*table.references, f"COMMENT ON TABLE \"{table.name}\" IS '{table.digest}'"):
                cursor.execute(statement)
    return [table.name for table in stale]


def _reset(table: str) -> Iterator[str]:
    # S608: the name comes from the models, and DO takes no parameters.
    yield f"""
        DO $$ DECLARE r record; BEGIN
          FOR r IN SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = '{table}'
          LOOP EXECUTE format('DROP POLICY %I ON public."{table}"', r.policyname); END LOOP;
        END $$"""  # noqa: S608
    yield f'REVOKE ALL ON "{table}" FROM PUBLIC, {", ".join(ROLES)}'


def _foreign_key(model: type[Classed], field: Reference) -> str:
    target = field.related_model
    shared = [column for column in [tenant_column(target)] if column]
    source, goal = [*shared, str(field.column)], [*shared, str(target._meta.pk.column)]
    table, other = model._meta.db_table, target._meta.db_table
    return _add_constraint(
        table,
        f"{table}_{field.column}_fk",
        f'FOREIGN KEY ({", ".join(source)}) REFERENCES "{other}" ({", ".join(goal)}) NOT DEFERRABLE',
    )


def tenant_column(model: type[models.Model]) -> str | None:
    """The column that a reference to this model must share with it, if any."""
    table_class = getattr(model, "table_class", TableClass.SYSTEM)
    column = _KEY_COLUMNS.get(table_class)
    return None if column == model._meta.pk.column else column


def _unique_key(model: type[Classed]) -> tuple[str, ...]:
    """A composite foreign key needs a unique key of the same columns on its target."""
    column, table = tenant_column(model), model._meta.db_table
    return (_add_constraint(table, f"{table}_{column}_key", f"UNIQUE ({column}, id)"),) if column else ()


def _add_constraint(table: str, name: str, definition: str) -> str:
    return f"""
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name[:63]}'
                         AND conrelid = '"{table}"'::regclass)
          THEN ALTER TABLE "{table}" ADD CONSTRAINT "{name[:63]}" {definition}; END IF;
        END $$"""
