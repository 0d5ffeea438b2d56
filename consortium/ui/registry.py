"""What products show on the portal without it knowing them; they register it in `<product>/portal.py`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from django.db.models import QuerySet
from django_stubs_ext import StrOrPromise

from consortium.tenancy.actor import Actor

Scope = Literal["tenant", "secretariat", "resident"]
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Summary:
    """A card's line on the home page: what there is and what waits, in figures."""

    text: StrOrPromise
    """With a %(name)s for each of the counts."""
    counts: Callable[[], Mapping[str, QuerySet[Any]]]
    """Called inside the context of the home page, which counts those of all cards in one statement."""


@dataclass(frozen=True, slots=True)
class NavEntry:
    label: StrOrPromise
    url_name: str
    permission: str | None
    """Who lacks it doesn't see the entry; None is for everybody of the scope."""
    scope: Scope = "tenant"
    order: int = 100
    summary: Summary | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One line of 対応が必要."""

    label: StrOrPromise
    url: str
    deadline: date | None = None
    kind: StrOrPromise = ""
    """What sort of thing it is about, in the user's language (共通計画, 加盟申請)."""


Row = dict[str, Any]
"""Values of a row by name, as JSON has them: keys and dates are text."""
Rows = Mapping[str, Sequence[Row]]
Asked = Mapping[str, QuerySet[Any, Any]]
"""By name; each ordered, cut, and by `values`."""


@dataclass(frozen=True, slots=True)
class TaskSource:
    tasks: Callable[..., Sequence[Task]]
    """Called with the actor, inside the actor's tenant context; and with the rows that it asks for."""
    personal: bool = True
    """Of somebody by name: has to be handed over when she leaves. Else whoever holds the role sees it."""
    asks: Callable[[Actor], Asked] | None = None
    """What the tasks are made of: the home page reads that of all sources in one statement
    (consortium.ui.waiting). A source without it reads for itself."""


class Registry(Generic[Entry]):
    """Keeps the order of registration; registering the same entry again changes nothing."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def register(self, entry: Entry) -> None:
        if entry not in self._entries:
            self._entries.append(entry)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)


navigation: Registry[NavEntry] = Registry()
tasks: Registry[TaskSource] = Registry()


def entries(scope: Scope) -> list[NavEntry]:
    """The navigation of a scope in display order."""
    return sorted((entry for entry in navigation if entry.scope == scope), key=lambda entry: entry.order)
