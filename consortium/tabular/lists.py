"""Lists to take along: a page's list as a file, with the filter and the order in force."""

from functools import cached_property
from html import unescape
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from consortium.ui.tables import Column, Table

from .actions import record_export
from .responses import OK, file_response, form_url, wanted_form
from .writer import Form, Sheet, Value

PARAMETER = "export"
LABELS = {Form.CSV: _("CSV(UTF-8)"), Form.CSV_CP932: _("CSV(Shift_JIS)"), Form.XLSX: _("Excel")}


class Exportable:
    """Goes before a view whose page shows one list: `?export=csv`, `csv_cp932` or `xlsx` gives it as a file.

    The view implements `make_table` and shows `self.table`, which then offers the three. All rows that the
    filter leaves are given, not only the page.
    """

    request: Any
    list_name: ClassVar[str]
    """In the audit log and, after its dot, in the file's name: "membership.staff"."""

    def make_table(self) -> Table[Any]:
        raise NotImplementedError

    @cached_property
    def table(self) -> Table[Any]:
        table = self.make_table()
        table.downloads = [(label, form_url(self.request, form, PARAMETER)) for form, label in LABELS.items()]
        return table

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = wanted_form(request, PARAMETER)
        if form is None:
            response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]  # the view's
            return response
        return self._file(form)

    def _file(self, form: Form) -> HttpResponse:
        sheet = as_sheet(self.table)
        stem = f"{self.list_name.partition('.')[2]}-{localdate():%Y%m%d}"
        response = file_response(self.request, form, stem, sheet, parameter=PARAMETER)
        if response.status_code == OK:
            record_export(by=self.request.actor, what=self.list_name, form=form, rows=len(sheet.rows))
        return response


def as_sheet(table: Table[Any]) -> Sheet:
    """Every row of the list; columns that hold deeds alone are left out."""
    columns = [column for column in table.shown_columns if column.export or column.cell]
    rows = [[_value(column, row) for column in columns] for row in table.rows]
    return Sheet(table.caption, [column.label for column in columns], rows)


def _value(column: Column[Any], row: Any) -> Value:
    if column.export:
        return column.export(row)  # type: ignore[return-value]  # what a sheet can hold, by its declaration
    shown = column.cell(row) if column.cell else None
    if isinstance(shown, SafeString):
        return unescape(strip_tags(shown)).strip()
    return shown if shown is None or isinstance(shown, int) else str(shown)
