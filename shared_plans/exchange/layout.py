"""How a plan lies in a workbook.

There is a sheet for the head, one for each kind of clause and one for each field of rows. A sheet's first row
holds its keys (hidden), the second what people call them. The first column holds the id of a clause or row,
empty for one that a person added. A cell that names another clause holds its title, or
its id where two have the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from shared_plans.domain.kinds import SCHEMA, Field, Kind, Type
from shared_plans.labels import KINDS, label, row_label

HEAD: Final = "plan"
TOTALS: Final = "totals"
ID: Final = "id"
PARENT: Final = "of"
HEAD_FIELDS: Final = ("title", "edition", "year_from", "year_to")
FIRST_ROW: Final = 3
"""Of the values, as a person counts rows."""


@dataclass(frozen=True)
class SheetOf:
    """rows: the field whose rows the sheet holds, None for clauses themselves."""

    kind: Kind
    rows: Field | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}.{self.rows.key}" if self.rows else self.kind.value

    @property
    def title(self) -> str:
        """What Excel shows on the tab; without the characters it forbids there."""
        title = str(KINDS[self.kind])
        if self.rows:
            title = _("%(kind)sの%(rows)s") % {"kind": title, "rows": label(self.kind, self.rows)}
        return "".join(one for one in title if one not in "[]:*?/\\'")[:31]

    @property
    def fields(self) -> tuple[Field, ...]:
        own = self.rows.fields if self.rows else SCHEMA[self.kind]
        return tuple(field for field in own if field.type is not Type.ROWS)

    @property
    def keys(self) -> list[str]:
        return [ID, *([PARENT] if self.rows else []), *(field.key for field in self.fields)]

    @property
    def headings(self) -> list[str]:
        names = [row_label(self.rows, one) if self.rows else label(self.kind, one) for one in self.fields]
        return [
            _("番号(変えないでください)"),
            *([str(KINDS[self.kind])] if self.rows else []),
            *map(str, names),
        ]


def every_sheet() -> Iterator[SheetOf]:
    """In the order of the tabs."""
    for kind in Kind:
        yield SheetOf(kind)
        yield from (SheetOf(kind, field) for field in SCHEMA[kind] if field.type is Type.ROWS)
