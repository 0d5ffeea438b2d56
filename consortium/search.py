"""Searching and sorting Japanese text in the database; the functions are made by tenancy's migration 0002.

A model declares `search_key = key_of("name", "kana")`, `search_grams = grams_of("name", "kana")` and
`search_index("…")`; `search(queryset, text)` then uses the index. Stored values stay as they were entered.
"""

from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.functions import Collate

AnyRows = TypeVar("AnyRows", bound="QuerySet[Any]")
CODE_POINTS = "C"
"""Collation in which reading keys stand in 五十音順, whatever the database's own."""


class Lines(Func):
    """Texts below one another: no word is found across two of them."""

    template = "(%(expressions)s)"
    arg_joiner = " || E'\\n' || "
    output_field = models.TextField()


class SearchKey(Func):
    """NFKC, lower case, katakana as hiragana, common 異体字 as one; no spaces, no variation selectors."""

    function = "public.search_key"
    output_field = models.TextField()


class SearchGrams(Func):
    """The characters and pairs of neighbouring characters of a key, per line."""

    function = "public.search_grams"
    output_field = ArrayField(models.TextField())


class SearchTerms(Func):
    """What a word needs among the grams of a text that holds it: its pairs, or its only character."""

    function = "public.search_terms"
    output_field = ArrayField(models.TextField())


class ReadingKey(Func):
    """五十音順: without voiced marks and small kana, ー as the vowel that it prolongs."""

    function = "public.reading_key"
    output_field = models.TextField()


class _Unread:
    """Selected as NULL: the column is for conditions and orders alone, rows stay small."""

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, tuple[()]]:
        return "NULL", ()


class UnreadText(_Unread, models.TextField):  # type: ignore[type-arg]  # not subscriptable when run
    pass


class UnreadTexts(_Unread, ArrayField):  # type: ignore[type-arg]  # not subscriptable when run
    pass


class StoredKey(models.GeneratedField):
    db_returning = False  # type: ignore[assignment]  # the stubs know it as True alone


def key_of(*fields: str) -> StoredKey:
    """Column with the search key of fields that are never null."""
    return StoredKey(expression=SearchKey(Lines(*map(F, fields))), output_field=UnreadText(), db_persist=True)


def grams_of(*fields: str) -> StoredKey:
    grams = SearchGrams(SearchKey(Lines(*map(F, fields))))
    return StoredKey(expression=grams, output_field=UnreadTexts(models.TextField()), db_persist=True)


def search_index(name: str, **options: Any) -> GinIndex:
    """Without a list of pending entries, which every search would have to read: texts are searched more
    often than written."""
    return GinIndex(fields=["search_grams"], name=name, fastupdate=False, **options)


def search(rows: AnyRows, text: str, *, of: str = "") -> AnyRows:
    """Rows that hold every word of the text, by the index.

    of: relation to the model that declares the key ("municipality__").
    """
    for word in text.split():
        # The index finds what has all pairs, the key whether they stand in this order.
        has_pairs = Q(**{f"{of}search_grams__contains": SearchTerms(Value(word))})
        rows = rows.filter(has_pairs, **{f"{of}search_key__contains": SearchKey(Value(word))})
    return rows


def match(rows: AnyRows, text: str, *fields: str) -> AnyRows:
    """As `search` over fields without a stored key, row by row: for lists of hundreds, not more."""
    rows = rows.alias(**{f"_key_{name}": SearchKey(F(name)) for name in fields})
    for word in text.split():
        wanted = Q()
        for name in fields:
            wanted |= Q(**{f"_key_{name}__contains": SearchKey(Value(word))})
        rows = rows.filter(wanted)
    return rows


def by_reading(field: str) -> tuple[Func, Func]:
    """Order of a field of kana: 五十音順, where voiced marks and small kana decide last."""
    return Collate(ReadingKey(F(field)), CODE_POINTS), Collate(F(field), CODE_POINTS)
