"""Schema work runs as the owner role; the logins that may become it are `migrate` and `tests`."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import CommandError
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from . import context
from .context import Context
from .roles import OWNER


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Raises CommandError when the login may not become the owner."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"SET ROLE {OWNER}")
        except DatabaseError as error:
            login = connection.settings_dict["USER"]
            raise CommandError(f"Login {login} may not become {OWNER}: use the migrate login.") from error
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


@contextmanager
def owner_context(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """As the owner, in one transaction that audit rows can be written in. Raises CommandError."""
    with as_owner(connection), context.opened(Context(OWNER)):
        yield
