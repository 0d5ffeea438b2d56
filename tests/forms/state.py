"""All that the database holds, as one number per table; and a way back to how it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.apps import apps
from django.db import connection, transaction

from tests.isolation.rows import as_owner

VISITS: Final = frozenset(
    {"django_session", "identity_residentsession", "usersessions_usersession", "membership_staffsession"}
)
"""Written by every visit, whatever it asks for."""
State = dict[str, tuple[int, int]]
"""Table -> how many rows, and a sum over what they hold."""


def tables() -> list[str]:
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted({model._meta.db_table for model in models} - VISITS)


def let_the_owner_see() -> None:
    """The owner of the tables sees every row to the end of the transaction; nobody else does."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables():
            cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')


def taken() -> State:
    """Constraints are checked on the way, as COMMIT would. Raises IntegrityError."""
    parts = (
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM \"{table}\" t"
        for table in tables()
        if not table.startswith("tenancy_")
    )
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {name: (count, int(digest)) for name, count, digest in cursor.fetchall()}


def writes() -> int:
    """How many rows this transaction has written so far, undone ones included. Cheap beside `taken`."""
    counters = "+".join(f"pg_stat_get_xact_tuples_{what}(oid)" for what in ("inserted", "updated", "deleted"))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"SELECT sum({counters}) FROM pg_class WHERE relname = ANY(%s)", [tables()])
        return int(cursor.fetchone()[0])


@contextmanager
def undone() -> Iterator[None]:
    """The block leaves nothing behind."""
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)
