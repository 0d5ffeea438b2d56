"""The inbox."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from consortium.ui import cells
from consortium.ui.tables import Column, Table

from . import reading
from .forms import FilterForm
from .models import Notice
from .reading import Item


class InboxTable(Table[Item]):
    """Rows are notices, worded once they are on a page."""

    id = "notices"
    caption = _("お知らせ")
    per_page = 20
    filter_class = FilterForm

    def __init__(self, request: HttpRequest, rows: Any, *, url: Callable[[Item], str]) -> None:
        super().__init__(request, rows)
        self.url_of = url

    def columns(self) -> Iterable[Column[Item]]:
        return (
            Column("when", _("日時"), lambda one: cells.moment(one.when), nowrap=True),
            Column("text", _("内容"), self._said),
            Column("state", _("状態"), template="notifications/parts/read.html", nowrap=True),
        )

    def filtered(self, rows: QuerySet[Notice], chosen: dict[str, Any]) -> QuerySet[Notice]:
        return rows.filter(category=chosen["category"])

    @cached_property
    def page(self) -> Page[Any]:
        page = super().page
        page.object_list = reading.items(list(page.object_list))
        return page

    def _said(self, one: Item) -> object:
        text = cells.link(one.text, self.url_of(one)) if one.path else one.text
        return format_html('{}<br><span class="small soft">{}</span>', text, one.category)
