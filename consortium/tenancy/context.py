"""Who the database is speaking for: a role and its subject, for the length of one transaction.

`SET LOCAL ROLE` and the settings that policies read are set in one round trip and end with the transaction.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from . import statements
from .exceptions import ContextConflict, ContextMissing
from .roles import APP, CITIZEN, REPORT, SECRETARIAT, WORKER


@dataclass(frozen=True)
class Context:
    """role: a working role, or "none" for the login itself; the ids feed `app.*` settings.

    delegation_id: by which somebody acts in the resident's name; user_id is then hers who acts.
    """

    role: str
    municipality_id: int | None = None
    citizen_id: UUID | None = None
    user_id: UUID | None = None
    delegation_id: UUID | None = None


_current: ContextVar[Context | None] = ContextVar("tenancy_context", default=None)
_SET = (
    "SELECT set_config('role', %s, true), set_config('app.municipality', %s, true),"
    " set_config('app.citizen', %s, true), set_config('app.user', %s, true),"
    " set_config('app.delegation', %s, true)"
)
_LOGIN_ITSELF = Context(role="none")
Opened = AbstractContextManager[Context]


def current() -> Context | None:
    return _current.get()


def require() -> Context:
    """The open context. Raises ContextMissing."""
    context = _current.get()
    if context is None:
        raise ContextMissing("Open tenant(), secretariat(), citizen(), worker() or report() first.")
    return context


def require_municipality() -> int:
    """Key of the municipality the open context speaks for. Raises ContextMissing."""
    municipality_id = require().municipality_id
    if municipality_id is None:
        raise ContextMissing("The open context speaks for no municipality.")
    return municipality_id


@contextmanager
def opened(context: Context) -> Iterator[Context]:
    """Run the block in one transaction as `context`.

    The same context may be opened again inside itself; anything else raises ContextConflict, so that
    no code path can change sides half-way.
    """
    outer = _current.get()
    if outer == context:
        with transaction.atomic():
            yield context
        return
    if outer is not None:
        raise ContextConflict(f"{context} inside {outer}")
    nested = connection.in_atomic_block
    with transaction.atomic():
        if context != _LOGIN_ITSELF:  # who acts in any transaction in which nothing else was said
            _apply(context)
        token = _current.set(context)
        try:
            yield context
        finally:
            last = _current.get()
            _current.reset(token)
        # A role survives RELEASE SAVEPOINT; COMMIT and every ROLLBACK restore it by themselves.
        if nested and last != _LOGIN_ITSELF and not connection.needs_rollback:
            _apply(_LOGIN_ITSELF)


def _apply(context: Context) -> None:
    values = (context.municipality_id, context.citizen_id, context.user_id, context.delegation_id)
    statements.run(_SET, [context.role, *("" if value is None else str(value) for value in values)])


def tenant(municipality_id: int, *, user_id: UUID | None = None) -> Opened:
    """Staff of one municipality."""
    return opened(Context(APP, municipality_id=municipality_id, user_id=user_id))


def secretariat(*, user_id: UUID | None = None) -> Opened:
    return opened(Context(SECRETARIAT, user_id=user_id))


def person(user_id: UUID | None) -> Opened:
    """The login itself, on behalf of one account: sees system tables and that account's own posts."""
    return opened(Context("none", user_id=user_id))


@contextmanager
def each_alone() -> Iterator[Context]:
    """The login itself, each statement in a transaction of its own: for what writes one row at most."""
    outer = _current.get()
    if outer is not None:
        raise ContextConflict(f"statements alone inside {outer}")
    token = _current.set(_LOGIN_ITSELF)
    try:
        yield _LOGIN_ITSELF
    finally:
        _current.reset(token)


def identified(user_id: UUID) -> Opened:
    """Inside `person(None)`: the visitor has just proved whose account is hers, and its own rows are asked
    about for the length of the block. Anywhere else raises ContextConflict."""
    return _within(_LOGIN_ITSELF, Context("none", user_id=user_id))


def speaking_for(citizen_id: UUID) -> Opened:
    """Inside `person(None)`: a token has just told for whom it stands, and her rows are open for the length
    of the block; they stay open after `spoken_for`. Anywhere else raises ContextConflict."""
    return _within(_LOGIN_ITSELF, Context(CITIZEN, citizen_id=citizen_id))


def representing(citizen_id: UUID, delegation_id: UUID) -> Opened:
    """Inside a resident's own context: she acts in another's name for the length of the block. What the
    database opens to her it opens by the delegation's row, and as long as that is in force."""
    outer = require()
    if outer.role != CITIZEN or outer.citizen_id is None or outer.delegation_id:
        raise ContextConflict(f"{citizen_id} inside {outer}")
    inner = Context(CITIZEN, citizen_id=citizen_id, user_id=outer.citizen_id, delegation_id=delegation_id)
    return _within(outer, inner)


SPEAKING: Final = "set_config('role', 'citizen', true), set_config('app.citizen', {}::text, true)"
"""Columns of a statement after which the database speaks for the resident whose id they name."""


def spoken_for(citizen_id: UUID) -> None:
    """Inside `person(None)`: SPEAKING of a statement has opened her rows, until the end of that block. Once
    more for the same resident changes nothing. Anywhere else raises ContextConflict."""
    outer, inner = require(), Context(CITIZEN, citizen_id=citizen_id)
    if outer not in {_LOGIN_ITSELF, inner} or not connection.in_atomic_block:
        raise ContextConflict(f"{inner} inside {outer}")
    _current.set(inner)


def nobody() -> Opened:
    """After `spoken_for`: speaks for nobody again, for the length of the block."""
    return _within(require(), _LOGIN_ITSELF)


def asking_about(citizen_id: UUID) -> Opened:
    """Inside a resident's own context: whether somebody in whose name she acts may be acted for at all, which
    is not hers to read. For that one question."""
    outer = require()
    if outer.role != CITIZEN or outer.citizen_id is None or outer.delegation_id:
        raise ContextConflict(f"{citizen_id} inside {outer}")
    return _within(outer, Context(CITIZEN, citizen_id=citizen_id))


def settle(municipality_id: int) -> None:
    """Inside `speaking_for`: where she lives is known by now, and holds until the end of that block."""
    outer = require()
    if outer != Context(CITIZEN, citizen_id=outer.citizen_id):
        raise ContextConflict(f"{municipality_id} inside {outer}")
    inner = replace(outer, municipality_id=municipality_id)
    _apply(inner)
    _current.set(inner)


@contextmanager
def _within(expected: Context, inner: Context) -> Iterator[Context]:
    """Change sides inside the open transaction, and back: not after a database error, which ends it."""
    outer = require()
    if outer == inner:
        yield inner
        return
    if outer != expected or not connection.in_atomic_block:
        raise ContextConflict(f"{inner} inside {outer}")
    _apply(inner)
    token, usable = _current.set(inner), True
    try:
        yield inner
    except DatabaseError:
        usable = False
        raise
    finally:
        _current.reset(token)
        if usable:
            _apply(outer)


def citizen(citizen_id: UUID, *, municipality_id: int | None = None) -> Opened:
    """One resident; `municipality_id` is where she lives now, when known."""
    return opened(Context(CITIZEN, citizen_id=citizen_id, municipality_id=municipality_id))


def worker(municipality_id: int | None = None) -> Opened:
    """A background job, for one municipality or for the consortium's housekeeping."""
    return opened(Context(WORKER, municipality_id=municipality_id))


def report() -> Opened:
    """Reads indicator tables of all municipalities and nothing else."""
    return opened(Context(REPORT))
