"""The frame of every write: permission first, then one transaction for the write and its audit row."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

from .actor import Actor, ActorKind

P = ParamSpec("P")
R = TypeVar("R")
ACTIONS: dict[str, str | None] = {}
"""Qualified name of every action -> the permission it asks for (None: open to whom its kind admits)."""


def action(
    permission: str | None = None, *, kinds: tuple[ActorKind, ...] = (), one_statement: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a verb function an action: `by=` is checked, the body is atomic.

    permission: that the actor's roles must hold. kinds: kinds of actor that need no permission (a resident
    acting on her own data, the system itself). A deputy acts on behalf of her principal, and the audit row
    says so. one_statement: all that the body writes is one statement, atomic by itself, which needs no
    savepoint in a caller's transaction. Raises PermissionDenied.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        ACTIONS[f"{function.__module__}.{function.__qualname__}"] = permission

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by: Any = kwargs["by"]
            _check(by, permission, kinds)
            kwargs["by"] = by.exercising(permission or "")
            with nullcontext() if one_statement and connection.in_atomic_block else transaction.atomic():
                return function(*args, **kwargs)

        return run

    return decorate


def _check(by: Actor, permission: str | None, kinds: tuple[ActorKind, ...]) -> None:
    if by.kind not in kinds:
        by.require(permission or "")
