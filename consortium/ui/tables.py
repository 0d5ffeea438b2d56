"""Lists, declared once: columns, sort keys, filter, totals and pages. All of it is links and one GET form."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, ClassVar, Final, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import F, Func, QuerySet, Sum
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

Row = TypeVar("Row")
Rows = QuerySet[Any] | Sequence[Row]
DESCENDING: Final = "-"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column. Give `cell`, or a `template` that is rendered with `row` and `table`."""

    key: str
    """In `?sort=`, and in the HTML."""
    label: StrOrPromise
    cell: Callable[[Row], object] | None = None
    """Text, number or markup (consortium.ui.cells); None and "" are shown as a dash."""
    template: str = ""
    sort: tuple[str | Func, ...] = ()
    """Fields (of rows that are no query set: attributes) to order by; names are ordered by their reading."""
    head: bool = False
    """Names the row: `<th scope="row">`."""
    number: bool = False
    nowrap: bool = False
    total: Callable[[Any], object] | None = None
    """Of all rows that the filter leaves, not only of the page."""
    export: Callable[[Row], object] | None = None
    """Value in a file, where the cell shows more or less than it: a number, a date, a plain name."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What the template needs of a sortable column."""

    column: Column[Any]
    direction: str = ""
    """"ascending", "descending" or "" for `aria-sort`."""
    url: str = ""
    """Sorts by this column, or turns its order round."""


@dataclass(frozen=True, slots=True)
class Cell:
    column: Column[Any]
    value: object


def summed(field: str) -> Callable[[Any], Any]:
    """Total of a field over a query set, in the database."""
    return lambda rows: rows.aggregate(total=Sum(field))["total"]


class Table(Generic[Row]):
    """Subclasses name `id` and `caption` and implement `columns`; a filter: `filter_class` and `filtered`.

    Parameters of the address: `sort` (a column's key, "-" before it for descending), `page`, and the filter's
    fields. Any other parameter is kept. Unknown keys and pages are read as none. Two lists on one page need
    a `prefix` each.
    """

    id: ClassVar[str]
    caption: ClassVar[StrOrPromise]
    prefix: ClassVar[str] = ""
    hide_caption: ClassVar[bool] = True
    dense: ClassVar[bool] = False
    note: StrOrPromise = ""
    order: ClassVar[str] = ""
    """Key of the column the list is sorted by unless asked otherwise; "" leaves the rows as they come."""
    tie: ClassVar[str] = "pk"
    """Makes the order of query sets total, or rows could appear on two pages."""
    per_page: ClassVar[int] = 50
    filter_class: ClassVar[type[BaseForm] | None] = None
    total_label: ClassVar[StrOrPromise] = _("合計")
    downloads: Sequence[tuple[StrOrPromise, str]] = ()
    """Label and address of each format the list can be had in (consortium.tabular.lists)."""

    def __init__(self, request: HttpRequest, rows: Rows[Row]) -> None:
        self.request = request
        self.all_rows: Any = rows

    def columns(self) -> Iterable[Column[Row]]:
        raise NotImplementedError

    def filtered(self, rows: Any, chosen: dict[str, Any]) -> Any:
        """The rows that answer the filter's cleaned values."""
        raise NotImplementedError

    @cached_property
    def shown_columns(self) -> list[Column[Row]]:
        return list(self.columns())

    # --- Filter ---
    @cached_property
    def form(self) -> BaseForm | None:
        if self.filter_class is None:
            return None
        names = self.filter_class.base_fields  # type: ignore[attr-defined]  # of declarative forms
        asked = any(name in self.request.GET for name in names)
        return self.make_form(self.request.GET if asked else None)

    def make_form(self, data: Any) -> BaseForm:
        """For filters whose choices depend on the page."""
        assert self.filter_class is not None  # noqa: S101  # asked for before
        return self.filter_class(data)

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """Values of the filter that narrow; a wrong value narrows nothing and is told in the form."""
        if self.form is None or not self.form.is_bound or not self.form.is_valid():
            return {}
        return {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "", [])}

    @cached_property
    def rows(self) -> Any:
        found = self.filtered(self.all_rows, self.chosen) if self.chosen else self.all_rows
        return self._ordered(found)

    @property
    def is_filtered(self) -> bool:
        return bool(self.chosen)

    @property
    def is_empty(self) -> bool:
        """There is nothing to list, whatever the filter."""
        return not self.is_filtered and not self.page.paginator.count

    # --- Order ---
    @cached_property
    def sort(self) -> str:
        """The order in force, as in the address."""
        asked = self.request.GET.get(self.sort_name, "")
        known = {column.key for column in self.shown_columns if column.sort}
        return asked if asked.removeprefix(DESCENDING) in known else self.order

    def _ordered(self, rows: Any) -> Any:
        key, down = self.sort.removeprefix(DESCENDING), self.sort.startswith(DESCENDING)
        fields = next((column.sort for column in self.shown_columns if column.key == key), ())
        if not fields:
            return rows
        if not isinstance(rows, QuerySet):
            return sorted(rows, key=_attributes(fields, down), reverse=down)
        terms = [F(field) if isinstance(field, str) else field for field in fields]
        ordered = [term.desc(nulls_last=True) if down else term.asc(nulls_last=True) for term in terms]
        return rows.order_by(*ordered, self.tie)

    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.shown_columns]

    def _heading(self, column: Column[Row]) -> Heading:
        if not column.sort:
            return Heading(column)
        down = f"{DESCENDING}{column.key}"
        direction = {column.key: "ascending", down: "descending"}.get(self.sort, "")
        return Heading(column, direction, self.url(down if direction == "ascending" else column.key))

    def orders(self) -> list[tuple[str, StrOrPromise, str]]:
        """(value, column, direction): the choices of the select that takes the headings' place on a phone."""
        return [
            (f"{sign}{column.key}", column.label, direction)
            for column in self.shown_columns
            if column.sort
            for sign, direction in (("", "ascending"), (DESCENDING, "descending"))
        ]

    # --- Pages and totals ---
    @cached_property
    def page(self) -> Page[Any]:
        return Paginator(self.rows, self.per_page).get_page(self.request.GET.get(self.page_name))

    def lines(self) -> list[tuple[Row, list[Cell]]]:
        return [(row, [_cell(column, row) for column in self.shown_columns]) for row in self.page]

    def totals(self) -> list[Cell]:
        """One cell per column; empty where no column has a total."""
        if not any(column.total for column in self.shown_columns):
            return []
        return [
            Cell(column, column.total(self.rows) if column.total else self.total_label if column.head else "")
            for column in self.shown_columns
        ]

    # --- Addresses ---
    @property
    def sort_name(self) -> str:
        return f"{self.prefix}sort"

    @property
    def page_name(self) -> str:
        return f"{self.prefix}page"

    def url(self, sort: str) -> str:
        """This list in another order, from its first page on."""
        query = self._without(self.page_name)
        query[self.sort_name] = sort
        return f"?{query.urlencode()}"

    @property
    def unfiltered_url(self) -> str:
        return f"?{self._without(self.page_name, *self._filter_names()).urlencode()}"

    def kept(self) -> list[tuple[str, str]]:
        """Parameters that the form must carry along."""
        query = self._without(self.page_name, self.sort_name, *self._filter_names())
        return [(name, value) for name, values in query.lists() for value in values]

    def _without(self, *names: str) -> QueryDict:
        query = self.request.GET.copy()
        for name in names:
            query.pop(name, None)
        return query

    def _filter_names(self) -> Iterable[str]:
        return self.form.fields if self.form else ()


def _cell(column: Column[Row], row: Row) -> Cell:
    value = column.cell(row) if column.cell else ""
    return Cell(column, "—" if value in (None, "") and not column.template else value)


def _attributes(names: Iterable[Any], down: bool) -> Callable[[Any], list[tuple[bool, Any]]]:
    """A sort key by which None comes last in either direction."""
    get = [attrgetter(name) for name in names]

    def key(row: Any) -> list[tuple[bool, Any]]:
        values = [one(row) for one in get]
        return [((value is None) != down, 0 if value is None else value) for value in values]

    return key
