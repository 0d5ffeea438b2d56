"""What an older key of FIELD_KEYS sealed is sealed with the first, so that the old one can be dropped.

Walks each table by its key in short transactions. Done again it finds nothing to do; cut off, it goes on
where rows are left. A row that somebody changes meanwhile keeps the change, which the first key has sealed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connection
from django.db.models import Model

from consortium.audit.record import record
from consortium.crypto import is_current, key_fingerprint, reencrypt
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.models import FieldKeyCount
from identity.models.fields import EncryptedTextField

CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table with encrypted columns."""

    table: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """One step: rows looked at, those with something under an older key, where to go on (None: the end)."""

    rows: int
    stale: int
    last: Any


def sealed_tables() -> Iterator[Sealed]:
    for model in apps.get_models():
        columns = _columns(model)
        if columns:
            yield Sealed(model._meta.db_table, str(model._meta.pk.column), columns)


def _columns(model: type[Model]) -> tuple[str, ...]:
    fields = model._meta.local_concrete_fields
    return tuple(str(field.column) for field in fields if isinstance(field, EncryptedTextField))


@action(kinds=(ActorKind.SYSTEM,))
def reencrypt_rows(*, by: Actor, sealed: Sealed, after: Any, count_only: bool = False) -> Passed:
    """The next rows of a table. As the owner: no other role may read, or write, all of it.

    Raises cryptography's InvalidToken for what no key of the ring opens.
    """
    rows = _next(sealed, after)
    stale = [row for row in rows if any(token and not is_current(token) for token in row[1:])]
    if stale and not count_only:
        _write(sealed, stale)
        record(by=by, action="fields.reencrypted", detail={"table": sealed.table, "rows": len(stale)})
    return Passed(len(rows), len(stale), rows[-1][0] if len(rows) == CHUNK else None)


@action(kinds=(ActorKind.SYSTEM,))
def note_count(*, by: Actor, stale: int) -> FieldKeyCount:
    """What is left under older keys after a walk through all tables: for the doctor, who may not look."""
    FieldKeyCount.objects.all().delete()
    made = FieldKeyCount(key=key_fingerprint(), stale=stale)
    made.save(force_insert=True)
    record(by=by, action="fields.counted", detail={"stale": stale})
    return made


def _next(sealed: Sealed, after: Any) -> list[tuple[Any, ...]]:
    names = ", ".join(f'"{name}"' for name in (sealed.key, *sealed.columns))
    where = f'WHERE "{sealed.key}" > %s' if after else ""
    sql = f'SELECT {names} FROM "{sealed.table}" {where} ORDER BY "{sealed.key}" LIMIT {CHUNK}'  # noqa: S608  # names of models
    with connection.cursor() as cursor:
        cursor.execute(sql, [after] if after else [])
        return list(cursor.fetchall())


def _write(sealed: Sealed, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        for at, column in enumerate(sealed.columns, start=1):
            sql = f'UPDATE "{sealed.table}" SET "{column}" = %s WHERE "{sealed.key}" = %s AND "{column}" = %s'  # noqa: S608
            changed = [(reencrypt(row[at]), row[0], row[at]) for row in rows if row[at]]
            cursor.executemany(sql, changed)
