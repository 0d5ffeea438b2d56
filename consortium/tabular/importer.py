"""What a package declares to have its files imported; `views` and `actions` do the rest."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from consortium.tenancy.actor import Actor
from consortium.ui.parts import Crumb

from .columns import Column, Problem, Row, Table, read_table
from .grid import Grid, Reading, read_grid
from .uploads import Upload
from .writer import Value


class Effect(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


class Importer:
    """One kind of file, read in the open context by one person.

    Its `check` and `effect` are asked before anything is written; `apply` calls the action that writes, with
    all rows at once, inside the transaction of the import.
    """

    kind: ClassVar[str]
    """"reporting.observations": in the log and in the cache."""
    permission: ClassVar[str]
    dangerous: ClassVar[bool] = False
    """Whether confirming asks for a recent proof of who is there (consortium.membership.reauthentication)."""
    title: ClassVar[StrOrPromise]
    lead: ClassVar[StrOrPromise] = ""
    columns: ClassVar[Sequence[Column]]

    def __init__(self, by: Actor) -> None:
        self.by = by

    def check(self, rows: Sequence[Row]) -> Iterable[Problem]:
        """What is wrong with rows that can be read: unknown keys, rows that contradict one another."""
        return ()

    def effect(self, row: Row) -> Effect:
        return Effect.NEW

    def apply(self, rows: Sequence[Row]) -> None:
        """Raises ValidationError, with nothing written."""
        raise NotImplementedError

    def sample(self) -> Sequence[Sequence[Value]]:
        """Rows of the form to fill in, in the order of the columns."""
        return [[column.example or None for column in self.columns]]

    def crumbs(self, **path: Any) -> list[Crumb]:
        """Where the pages belong; the last is where an import leads back to. path: the URL's parameters."""
        raise NotImplementedError

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass
class DryRun:
    """What a file would do. effects: one per row that could be read."""

    upload: Upload
    grid: Grid
    table: Table
    problems: list[Problem] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.problems and bool(self.table.rows)

    @property
    def faulty_rows(self) -> int:
        return len({problem.row for problem in self.problems})

    def count(self, effect: Effect) -> int:
        return self.effects.count(effect)


def dry_run(importer: Importer, upload: Upload, how: Reading) -> DryRun:
    """Read and check everything, write nothing. Raises UnreadableFile."""
    grid = read_grid(upload.data, how, name=upload.name)
    table = read_table(grid.rows, importer.columns)
    problems = sorted([*table.problems, *importer.check(table.rows)], key=lambda problem: problem.row)
    faulty = {problem.row for problem in problems}
    effects = [importer.effect(row) for row in table.rows if row.number not in faulty]
    return DryRun(upload, grid, table, problems, effects)


def repeated(rows: Sequence[Row], key: Callable[[Row], Hashable], column: Column) -> Iterable[Problem]:
    """A problem for every row whose key stands in an earlier row too."""
    first: dict[Hashable, int] = {}
    for row in rows:
        earlier = first.setdefault(key(row), row.number)
        if earlier != row.number:
            message = _("%(row)s行目と同じ内容の行です。どちらかを削除してください。") % {"row": earlier}
            yield row.problem(column, message)
