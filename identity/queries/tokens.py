"""Codes and tokens by the hash of what was shown, each with its authorization, in one statement.

They read the identity surface's system tables: whoever asks speaks for nobody yet.
"""

from typing import Any, Final, Generic, TypeVar

from consortium.tenancy import context, statements
from consortium.tenancy.statements import Table
from identity.models import AccessToken, Authorization, AuthorizationCode, MachineToken, RefreshToken
from identity.models.oidc import Issued
from services.queries import STAMP

I = TypeVar("I", bound=Issued)  # noqa: E741
_AUTHORIZATION: Final = Table(Authorization)
# By its key alone: as a plain join of two large tables PostgreSQL may merge them, past every authorization.
_ITS: Final = f"JOIN {_AUTHORIZATION.name} a ON a.id = (SELECT authorization_id FROM t)"  # noqa: S608

_CLIENT: Final = """
    JOIN services_relyingparty p ON p.client_id = a.client_id
    JOIN services_component c ON c.id = p.component_id
"""


class _Held(Generic[I]):
    """Rows of one kind, found by a column."""

    def __init__(self, model: type[I], column: str) -> None:
        self._table: Final = Table(model)
        self._found: Final = f"""
            WITH t AS MATERIALIZED (SELECT * FROM {self._table.name} WHERE {column} = %s)
            SELECT {self._table.columns("t")}, {_AUTHORIZATION.columns("a")} FROM t {_ITS}
        """  # noqa: S608  # names of columns
        # With what its client is known by: who comes with a token and nothing else need not ask for it, nor
        # who takes the client for what it was.
        self._opened: Final = f"""
            WITH t AS MATERIALIZED (SELECT * FROM {self._table.name} WHERE {column} = %s)
            SELECT {self._table.columns("t")}, {_AUTHORIZATION.columns("a")}, {STAMP},
                {context.SPEAKING.format("a.citizen_id")}
            FROM t {_ITS} {_CLIENT}
        """  # noqa: S608
        # Locked first: the rows of a resident are opened by one that was found and holds still.
        self._locked: Final = f"""
            WITH t AS MATERIALIZED (SELECT * FROM {self._table.name} WHERE {column} = %s AND EXISTS (
                SELECT FROM {_AUTHORIZATION.name} a WHERE a.id = authorization_id AND a.client_id = %s)
                FOR UPDATE)
            SELECT {self._table.columns("t")}, {_AUTHORIZATION.columns("a")}, {STAMP},
                {context.SPEAKING.format("a.citizen_id")}
            FROM t {_ITS} {_CLIENT}
        """  # noqa: S608

    def find(self, digest: str) -> I | None:
        return self._made(self._found, [digest])

    def open(self, digest: str) -> I | None:
        """As `find`, with the client's stamp. The transaction speaks for the resident from here on
        (context.spoken_for): the caller sees to it that the token still holds."""
        return self._spoken_for(self._made(self._opened, [digest]))

    def lock(self, digest: str, client_id: str) -> I | None:
        """Of this client alone, with its stamp; locked until the transaction ends, which speaks for the
        resident from here on (context.spoken_for)."""
        return self._spoken_for(self._made(self._locked, [digest, client_id]))

    def _spoken_for(self, held: I | None) -> I | None:
        if held:
            context.spoken_for(held.authorization.citizen_id)
        return held

    def _made(self, sql: str, values: list[Any]) -> I | None:
        found = statements.first(sql, values)
        if found is None:
            return None
        row = self._table.row(found[: len(self._table)])
        end = len(self._table) + len(_AUTHORIZATION)
        row.authorization = _AUTHORIZATION.row(found[len(self._table) : end])
        if sql is not self._found:
            row.client_stamp = (found[end], found[end + 1])
        return row


codes: Final = _Held(AuthorizationCode, "code_hash")
access_tokens: Final = _Held(AccessToken, "token_hash")
refresh_tokens: Final = _Held(RefreshToken, "token_hash")

_MACHINE: Final = Table(MachineToken)
_LIVE: Final = f"SELECT {_MACHINE.columns('t')} FROM {_MACHINE.name} t WHERE jti = %s AND revoked_at IS NULL"  # noqa: S608


def machine_token(jti: str) -> MachineToken | None:
    """That was not revoked."""
    found = statements.first(_LIVE, [jti])
    return _MACHINE.row(found) if found else None
