"""Japanese text on an English page says so."""

import pytest
from django.template import engines
from django.utils.translation import gettext_lazy, override

from consortium.ui import cells
from consortium.ui.parts import Fact

TITLE = "前橋市DX推進計画<b>"
MARKED = '<span lang="ja">前橋市DX推進計画&lt;b&gt;</span>'


def rendered(source: str, **values: object) -> str:
    return str(engines["django"].from_string("{% load ui %}" + source).render(values))


@pytest.mark.parametrize(
    ("language", "shown"), [("en", MARKED), ("ja", "前橋市DX推進計画&lt;b&gt;"), ("ja-easy", None)]
)
def test_is_marked_where_the_page_is_in_another_language(language: str, shown: str | None) -> None:
    with override(language):
        assert rendered("{{ text|stored }}", text=TITLE) == (shown or "前橋市DX推進計画&lt;b&gt;")


def test_nothing_else_is_marked() -> None:
    with override("en"):
        for text in ("Maebashi", 12, None, gettext_lazy("計画"), cells.tag("計画")):
            assert 'lang="' not in rendered("{{ text|stored }}<p{{ text|lang }}>", text=text)


def test_components_do_it_unasked() -> None:
    with override("en"):
        assert MARKED in cells.link(TITLE, "/")
        facts = '{% include "ui/components/facts.html" with facts=facts only %}'
        assert MARKED in rendered(facts, facts=[Fact("Title", TITLE)])
        assert '<h1 lang="ja">' in rendered("<h1{{ text|lang }}>", text=TITLE)
