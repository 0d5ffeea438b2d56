"""Search keys and readings in the database, under the restricted roles."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet, Value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consortium.domain.text import kana_sort_key
from consortium.search import ReadingKey, SearchKey, match, search
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.tenancy.roles import OWNER
from services.models import Component
from shared_plans.models import Plan, PlanRevision
from shared_plans.queries.library import LibraryFilter, library
from tests.isolation.rows import parties

pytestmark = pytest.mark.django_db
in_one_transaction = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def sql(expression: str, *values: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {expression}", values)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＤＸ推進", "dx推進"),
        ("マエバシ", "まえばし"),
        ("ﾏｴﾊﾞｼ", "まえばし"),
        ("鰺ヶ沢", "鰺ケ沢"),
        ("前橋　花子", "前橋花子"),
        ("葛\U000e0100城", "葛城"),
        ("髙橋", "高橋"),
        ("ＰＦＩ−１", "pfi-1"),
        ("㍿", "株式会社"),
    ],
)
def test_keys_agree(one: str, other: str) -> None:
    assert sql("search_key(%s) = search_key(%s)", one, other)


@pytest.mark.parametrize(("one", "other"), [("はは", "ばば"), ("前\n橋", "前橋"), ("渡辺", "渡部")])
def test_keys_differ(one: str, other: str) -> None:
    assert not sql("search_key(%s) = search_key(%s)", one, other)


plain = st.text("あアがガー前橋市aA1- %_\\", max_size=12)


@given(plain, plain, plain)
@in_one_transaction
def test_a_word_is_found_in_every_text_that_holds_it(db: None, before: str, word: str, after: str) -> None:
    word = "".join(word.split()) or "x"
    found = "search_grams(search_key(%s)) @> search_terms(%s) AND strpos(search_key(%s), search_key(%s)) > 0"
    text = before + word + after
    assert sql(found, text, word, text, word)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("前橋", ["前橋市"]),
        ("ﾏｴﾊﾞｼ", ["前橋市"]),
        ("Maebashi", ["前橋市"]),
        ("102016", ["前橋市"]),
        ("前橋 102016", ["前橋市"]),
        ("橋前", []),
        ("市群", []),
        ("%", []),
        ("_", []),
        ("榛", ["榛東村"]),
        ("\ufe0f", ["前橋市", "榛東村"]),
        ("", ["前橋市", "榛東村"]),
    ],
)
def test_municipalities_are_found(text: str, found: list[str]) -> None:
    rows = Municipality.objects.filter(code__in=["102016", "103446"])
    assert [one.name for one in search(rows, text)] == found
    assert [one.name for one in match(rows, text, "name", "kana", "romaji", "code")] == found


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@in_one_transaction
def test_any_text_can_be_searched(db: None, text: str) -> None:
    search(Municipality.objects.all(), text).exists()
    assert sql("search_key(search_key(%s)) = search_key(%s)", text, text) in {True, False}


def test_keys_are_not_read_back(maebashi: Municipality) -> None:
    assert (maebashi.search_key, maebashi.search_grams) == (None, None)
    stored = Municipality.objects.annotate(key=SearchKey(F("kana"))).get(pk=maebashi.pk)
    assert stored.key == "まえばしし"


def plan_of(rows: "QuerySet[object]") -> str:
    return str(rows.order_by().explain())


@pytest.fixture
def many(maebashi: Municipality, takasaki: Municipality) -> None:
    """So many plans and components that reading all of them would cost more than an index."""
    pair = parties(maebashi.pk, takasaki.pk)
    for model in (Plan, PlanRevision, Component):
        pair(model)
    with context.opened(context.Context(OWNER)), connection.cursor() as cursor:
        multiply(cursor, Plan, id="md5(id::text || n)::uuid")
        multiply(cursor, PlanRevision, id="md5(id::text || n)::uuid", plan_id="md5(plan_id::text || n)::uuid")
        multiply(cursor, Component, id="md5(id::text || n)::uuid", code="code || n")


def multiply(cursor: Any, model: Any, **changed: str) -> None:
    columns = [field.column for field in model._meta.local_concrete_fields if not field.generated]
    values = [changed.get(column, column) for column in columns]
    table = model._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)})"
        f" SELECT {', '.join(values)} FROM {table}, generate_series(1, 700) AS n"
    )
    cursor.execute(f"ANALYZE {table}")


@pytest.mark.usefixtures("many")
def test_words_and_items_use_the_index_under_row_level_security(maebashi: Municipality) -> None:
    with context.tenant(maebashi.pk):
        for word in ("推進", "橋", "推進計画"):
            assert "plan_revision_search" in plan_of(library(LibraryFilter(q=word), maebashi))
            assert "component_search" in plan_of(search(Component.objects.all(), word))
            assert "municipality_search" in plan_of(search(Municipality.objects.all(), word))
        assert "plan_revision_items" in plan_of(library(LibraryFilter(item="telework"), maebashi))


def test_another_tenants_private_text_stays_unfound(maebashi: Municipality, takasaki: Municipality) -> None:
    mine, theirs = parties(maebashi.pk, takasaki.pk)(PlanRevision)
    for side in (mine, theirs):
        with context.opened(context.Context(OWNER, municipality_id=side.municipality_id)):
            PlanRevision.visible.filter(pk=side.rows[PlanRevision].pk).update(
                visibility="private", search_text="庁内の計画"
            )
    with context.tenant(maebashi.pk):
        found = search(PlanRevision.visible.all(), "庁内")
        assert [one.pk for one in found] == [mine.rows[PlanRevision].pk]


@pytest.mark.parametrize("kana", ["かー", "カード", "ぎゃー", "ヴぁーる", "ーあ", "っつ", "ﾎﾟｯﾌﾟ", "をん"])
def test_readings_are_folded_as_in_the_domain(kana: str) -> None:
    assert sql("reading_key(%s)", kana) == kana_sort_key(kana)[0]


def test_every_reading_of_the_registry_is_folded_as_in_the_domain() -> None:
    rows = Municipality.objects.annotate(key=ReadingKey(F("kana"))).values_list("kana", "key")
    assert [kana for kana, key in rows if key != kana_sort_key(kana)[0]] == []


def test_order_by_reading_is_that_of_the_domain() -> None:
    names = ["かあ", "カー", "かき", "ガキ", "がっき", "がつき", "はは", "ばば", "ぱぱ", "ひ", "んだ"]
    keys = [Municipality.objects.values_list(ReadingKey(Value(name)), flat=True)[0] for name in names]
    assert keys == sorted(keys)
