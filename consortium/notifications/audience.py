"""To whom something is announced. The worker finds the people: the actor need not see them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured

Directory = Callable[[int | None, str], Collection[UUID]]
"""(municipality or None for the secretariat, permission or "" for any post) -> accounts of today."""
Register = Callable[[], Collection[int]]
"""() -> municipalities that belong to the consortium today."""
Closings = Callable[[date, date], Mapping[int, frozenset[date]]]
"""(first day, last day) -> municipality -> days on which it is closed besides those of the law."""
_directories: list[tuple[Directory, Register, Closings]] = []


@dataclass(frozen=True)
class Audience:
    """users: account ids; permission: all who hold it; topic: the municipalities that watch it.

    elsewhere: another municipality than the open context's, or None for the secretariat.
    """

    users: tuple[str, ...] = ()
    permission: str = ""
    topic: str = ""
    elsewhere: tuple[int | None] | None = None


def people(*users: UUID | str) -> Audience:
    """These accounts, while they serve where the notice comes from; what is none (a command) is left out."""
    return Audience(users=tuple(str(user) for user in users if _is_account(user)))


def _is_account(identifier: UUID | str) -> bool:
    try:
        return bool(UUID(str(identifier)))
    except ValueError:
        return False


def account(user: UUID | str) -> Audience:
    """One account as such: told wherever its holder works, even after she has left."""
    return Audience(users=people(user).users, elsewhere=(None,))


def holders(permission: str) -> Audience:
    """Whoever may do this in the open context's municipality, or in the secretariat."""
    return Audience(permission=str(permission))


def holders_in(municipality_id: int, permission: str) -> Audience:
    return Audience(permission=str(permission), elsewhere=(municipality_id,))


def secretaries(permission: str) -> Audience:
    return Audience(permission=str(permission), elsewhere=(None,))


def watchers(topic: str) -> Audience:
    """Every municipality that called `watch(topic)`, each told in its own context."""
    return Audience(topic=topic)


def serve(directory: Directory, register: Register, closings: Closings) -> None:
    """Called by the package that knows posts and members, which lies above this one."""
    _directories[:] = [(directory, register, closings)]


def holders_of(municipality_id: int | None, permission: str) -> Collection[UUID]:
    """Raises ImproperlyConfigured while no directory is served."""
    return _served()[0](municipality_id, permission)


def belonging() -> Collection[int]:
    """Raises ImproperlyConfigured while no directory is served."""
    return _served()[1]()


def closings(first: date, last: date) -> Mapping[int, frozenset[date]]:
    """Raises ImproperlyConfigured while no directory is served."""
    return _served()[2](first, last)


def _served() -> tuple[Directory, Register, Closings]:
    if not _directories:
        raise ImproperlyConfigured("No directory of posts: call audience.serve().")
    return _directories[0]
