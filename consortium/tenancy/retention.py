"""How long rows are kept: declared beside each model, held by the database, carried out by housekeeping.

What is declared becomes a policy too: the worker may remove a row only once its time is over.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from .policies import DELETE, SELECT, Rule
from .roles import WORKER


@dataclass(frozen=True)
class Retention:
    """Rows are removed once `keep` has passed since `column`; those where it is NULL stay.

    only: SQL over `only_columns` of the row, which narrows it to some rows.
    """

    column: str
    keep: timedelta
    only: str = "true"
    only_columns: tuple[str, ...] = ()

    @property
    def rows(self) -> str:
        """SQL: the rows whose time is over."""
        seconds = int(self.keep.total_seconds())
        return f"{self.column} < now() - interval '{seconds} seconds' AND {self.only}"

    def rule(self, key: str) -> Rule:
        """key: column of the primary key."""
        columns = (key, self.column, *self.only_columns)
        return Rule(WORKER, (SELECT, DELETE), self.rows, read_columns=columns)


FOREIGN_RETENTIONS: Final = (
    ("django_session", "session_key", Retention("expire_date", timedelta(days=1))),
    ("usersessions_usersession", "id", Retention("last_seen_at", timedelta(days=90))),
)
"""(table of a package, column of its primary key, how long its rows are kept)"""
