"""Statements that one connection prepares once and runs with as little as libpq needs.

psycopg's cursor does the same for any statement: it reads it anew each time, and waits in Python. Values and
rows are adapted by psycopg as ever.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import psycopg
from psycopg import errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]
_DONE: Final = frozenset({ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK})
_MARK: Final = re.compile(r"%(?:\((\w+)\))?s|%%")


class Prepared:
    """All of one connection's. It begins a transaction where Django has asked for one."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection, self._libpq = connection, connection.pgconn
        self._adapting: Final = Transformer(connection)
        self._names: Final[dict[tuple[str, tuple[int, ...]], bytes]] = {}

    def execute(self, sql: str, values: Values, many: bool, context: Any) -> tuple[list[Row], int]:
        """Its rows, and how many it wrote or found; called as Django's wrappers call (many, context).
        Raises psycopg.Error."""
        query, names = _read(sql)
        given = [values[name] for name in names] if isinstance(values, Mapping) else values
        adapting = self._adapting
        dumped = adapting.dump_sequence(given, [PyFormat.AUTO] * len(given))
        if not self._connection.autocommit and self._libpq.transaction_status == TransactionStatus.IDLE:
            self._checked(self._libpq.exec_(b"BEGIN"))
        types = adapting.types or ()
        name = self._names.get((sql, types))
        if name is None:
            name = f"consortium_{len(self._names)}".encode()
            self._checked(self._libpq.prepare(name, query, types))
            self._names[sql, types] = name
        result = self._checked(self._libpq.exec_prepared(name, dumped, adapting.formats))  # type: ignore[arg-type]  # None is NULL
        adapting.set_pgresult(result)
        return adapting.load_rows(0, result.ntuples, tuple), result.command_tuples or 0

    def _checked(self, result: PGresult) -> PGresult:
        if result.status in _DONE:
            return result
        if self._libpq.status == ConnStatus.BAD:
            raise errors.OperationalError(result.get_error_message())
        raise errors.error_from_result(result)


@cache
def _read(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """As PostgreSQL numbers what psycopg marks, and the names by their numbers."""
    names: list[str] = []
    count = 0

    def numbered(mark: re.Match[str]) -> str:
        nonlocal count
        name = mark[1]
        if mark[0] == "%%":
            return "%"
        if name is None:
            count += 1
            return f"${count}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _MARK.sub(numbered, sql).encode(), tuple(names)
