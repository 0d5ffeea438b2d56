"""Data into papers: accessible, the same each time, and never markup."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from consortium.documents import typesetting
from consortium.documents.glyphs import GETA, has_glyph, printable
from consortium.documents.paper import Paper
from consortium.documents.typesetting import pictures, render

from .reading import read

LETTER = Path(typesetting.__file__).with_name("letter.typ")
WHEN = datetime(2026, 6, 30, 3, 0, tzinfo=UTC)
HOSTILE = [
    '#panic("x") #read("/pyproject.toml") #import "@preview/x:1.0.0": *',
    "$x^2$ *b* _i_ `r` @ref <label> = h \\ // /* ~ -- ... [ ] { } #{1+1}",
    '"}, {"title": "x", \\u0022 \\" \'',
    "😀 ไทย \ue000 \x07 \u202e \ud800 \ufffe",
    "葛󠄀飾区 𠮷野家 髙﨑 ㍿ ①",
]


def letter(**changes: Any) -> dict[str, Any]:
    body = changes.pop("body", ["下記のとおり承認しましたので通知します。"])
    facts = {
        "title": "参画の承認について(通知)",
        "issuer": "事務局",
        "issued_on": date(2026, 6, 30),
        "number": "令和8年度第3号",
        "addressee": "前橋市長 様",
        "contact": "会員担当",
        "facts": [("団体", "前橋市")],
        **changes,
    }
    return Paper(**facts).data(body=body, after=[])


def test_an_accessible_paper_in_japanese() -> None:
    found = read(render(LETTER, letter(), made_at=WHEN))
    assert (found.title, found.language, found.pages) == ("参画の承認について(通知)", "ja", 1)
    assert (found.standard, found.tagged, found.all_embedded) == ("ua-1", True, True)
    assert found.fonts == {"NotoSansCJKjp-Regular"}
    for text in ("令和8年6月30日", "令和8年度第3号", "前橋市長 様", "記", "以上", "担当", "1/1"):
        assert text in found.text.replace(" / ", "/")


def test_in_english() -> None:
    with translation.override("en"):
        found = read(render(LETTER, letter(title="Notice of admission"), made_at=WHEN))
    assert found.language == "en"
    assert "June 30, 2026" in found.text


def test_the_same_data_give_the_same_bytes() -> None:
    assert render(LETTER, letter(), made_at=WHEN) == render(LETTER, letter(), made_at=WHEN)
    assert render(LETTER, letter(number="4"), made_at=WHEN) != render(LETTER, letter(), made_at=WHEN)


def test_invented_data_are_marked(settings: LazySettings) -> None:
    assert "架空のデモデータ" not in read(render(LETTER, letter(), made_at=WHEN)).text
    settings.DEMO = True
    assert "架空のデモデータ" in read(render(LETTER, letter(), made_at=WHEN)).text


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_was_written_is_shown_and_not_obeyed(text: str) -> None:
    data = letter(title=text, body=[text], facts=[(text, text)], addressee=text)
    found = read(render(LETTER, data, made_at=WHEN))
    shown = "".join(printable(text).split())
    plain = "".join(found.text.split())
    assert sum(char in plain for char in shown) >= len(shown) * 0.9
    assert ("表せない文字" in found.text) is (GETA in shown)


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_text_stops_the_press(text: str) -> None:
    assert render(LETTER, letter(title=text.strip() or "x", body=[text]), made_at=WHEN).startswith(b"%PDF")


def test_what_the_font_lacks_is_told() -> None:
    assert has_glyph(ord("橋"))
    assert not has_glyph(0x1F600)
    assert printable("前橋😀\u202e\x07\u2028市") == "前橋〓 市"
    assert GETA not in read(render(LETTER, letter(), made_at=WHEN)).text
    given = read(render(LETTER, letter(body=["〓は活字の記号です。"]), made_at=WHEN))
    assert "表せない文字" not in given.text, "the writer's own sign is no missing glyph"


def test_a_template_reads_nothing_outside_the_project(tmp_path: Path) -> None:
    outside = tmp_path / "outside.typ"
    outside.write_text('#read("/etc/hostname")')
    with pytest.raises(RuntimeError, match="project root"):
        render(outside, letter(), made_at=WHEN)


def test_pages_can_be_looked_at() -> None:
    (page,) = pictures(LETTER, letter())
    assert page.startswith(b"\x89PNG")
