"""Lists: order, filter, pages, totals, addresses; the same over query sets and over plain rows."""

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from django import forms
from django.db import connection
from django.template import engines
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from consortium.domain.text import kana_sort_key
from consortium.search import by_reading
from consortium.tenancy.models import Municipality
from consortium.ui import cells
from consortium.ui.forms import Form
from consortium.ui.tables import Column, Table, summed
from tests.ui.support import request


@dataclass
class Line:
    pk: int
    name: str
    amount: int | None


class NameFilter(Form):
    q = forms.CharField(required=False, max_length=5)


class Lines(Table[Line]):
    id = "lines"
    caption = "行"
    order = "-amount"
    per_page = 2
    filter_class = NameFilter

    def columns(self) -> Iterable[Column[Line]]:
        return (
            Column("name", "名称", lambda line: cells.link(line.name, "#"), head=True),
            Column(
                "amount",
                "額",
                lambda line: line.amount,
                sort=("amount",),
                number=True,
                total=lambda rows: sum(line.amount or 0 for line in rows),
            ),
        )

    def filtered(self, rows, chosen):
        return [line for line in rows if chosen["q"] in line.name]


ROWS = [Line(1, "<い>", 5), Line(2, "ろ", None), Line(3, "は", 30), Line(4, "に", 10)]


def lines(query: str = "") -> Lines:
    return Lines(request(f"/list/{query}"), ROWS)


def names(table: Table) -> list[str]:
    return [row.name for row, _cells in table.lines()]


def html_of(table: Table) -> str:
    source = engines["django"].from_string("{% load ui %}{% listing table %}")
    return source.render({"table": table}, table.request)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["は", "に"]),
        ("?sort=amount", ["<い>", "に"]),
        ("?sort=amount&page=2", ["は", "ろ"]),
        ("?sort=-amount&page=99", ["<い>", "ろ"]),
        ("?sort=name", ["は", "に"]),
        ("?sort=--&page=x", ["は", "に"]),
        ("?q=は", ["は"]),
        ("?q=123456", ["は", "に"]),
    ],
)
def test_order_pages_and_filter(query: str, shown: list[str]):
    assert names(lines(query)) == shown


def test_none_comes_last_going_up():
    assert [row.amount for row in lines("?sort=amount").rows] == [5, 10, 30, None]


def test_totals_count_what_the_filter_leaves_not_the_page():
    assert [str(cell.value) for cell in lines().totals()] == ["合計", "45"]
    assert [str(cell.value) for cell in lines("?q=に").totals()] == ["合計", "10"]


def test_headings_turn_the_order_round_and_keep_the_rest():
    table = lines("?q=い&tab=2&sort=amount&page=2")
    name, amount = table.headings()
    assert (name.url, name.direction) == ("", "")
    assert amount.direction == "ascending"
    assert amount.url == "?q=%E3%81%84&tab=2&sort=-amount"
    assert table.kept() == [("tab", "2")]
    assert table.unfiltered_url == "?tab=2&sort=amount"


def test_the_page_says_how_it_is_sorted_and_how_much_there_is():
    html = html_of(lines("?sort=amount"))
    assert html.count('aria-sort="ascending"') == 1
    assert "4件中 1–2件" in html
    assert "&lt;い&gt;" in html
    assert "<い>" not in html
    assert '<th scope="row">' in html
    assert "<tfoot>" in html
    with translation.override("en"):
        assert "1–2 of 4" in html_of(lines())


def test_a_filter_that_finds_nothing_offers_to_drop_it():
    table = lines("?q=ん")
    assert not table.is_empty
    assert "条件を消す" in html_of(table)
    assert "<table" not in html_of(table)


def test_a_wrong_filter_is_told():
    assert "error-summary" in html_of(lines("?q=123456"))


def test_nothing_to_list():
    table = Lines(request(), [])
    assert table.is_empty


class Places(Table[Municipality]):
    id = "places"
    caption = "自治体"
    order = "name"
    per_page = 5

    def columns(self) -> Iterable[Column[Municipality]]:
        return (
            Column("name", "自治体", lambda one: one.name, sort=by_reading("kana"), head=True),
            Column("prefecture", "都道府県", lambda one: one.prefecture.name),
            Column("id", "番号", lambda one: one.pk, sort=("id",), total=summed("id")),
        )


@pytest.mark.django_db
def test_names_are_ordered_by_their_reading():
    rows = Municipality.objects.filter(prefecture="10")
    found = [one.kana for one in Places(request(), rows).rows]
    assert len(found) == 35
    assert found == sorted(found, key=kana_sort_key)


@pytest.mark.django_db
def test_every_reading_of_the_registry_is_ordered_as_in_a_dictionary():
    found = [one.kana for one in Places(request(), Municipality.objects.all()).rows]
    keys = [kana_sort_key(kana) for kana in found]
    misplaced = [kana for kana, key, then in zip(found, keys, keys[1:], strict=False) if key > then]
    assert misplaced == []


@pytest.mark.django_db
def test_the_number_of_queries_does_not_grow():
    def queries(count: int) -> int:
        rows = Municipality.objects.select_related("prefecture").filter(code__startswith="1")
        table = Places(request(), rows)
        table.per_page = count
        with CaptureQueriesContext(
            connection,
        ) as seen:
            html_of(table)
        return len(seen)

    assert queries(2) == queries(50) == 3
