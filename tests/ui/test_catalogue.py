"""Extraction and compilation of texts without the system's gettext."""

import os
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext, trans_real

from consortium.ui import catalogue

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, npgettext_lazy, pgettext
A = _("保存")
B = gettext_lazy(
    "二つの"
    "部分"
)
C = pgettext("button", "採用")
D = ngettext("%(n)s件", "%(n)s件", 2)
E = npgettext_lazy("people", "%(n)s人", "%(n)s人", "n")
F = _(A)
"""
TEMPLATE = """{% load i18n ui %}
<p title='it"s (odd'>{% translate "題名" %} {% translate "開く" context "verb" %}</p>
   {% blocktranslate trimmed count n=rows|length with who=name %}
     {{ who }}の{{ n }}件
   {% plural %}
     {{ who }}の{{ n }}件
   {% endblocktranslate %}
{% button _("送信") kind="primary" %}
{% component "card" title=_("カード") %}本文{% endcomponent %}
{{ value|default:_("なし") }}{# 注釈 #}{% comment %}{% translate "隠れた" %}{% endcomment %}
{% blocktranslate context "noun" %}割合 100%{% endblocktranslate %}
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    (folder / "templates").mkdir(parents=True)
    (folder / "migrations").mkdir()
    (folder / "a.py").write_text(PYTHON, encoding="utf-8")
    (folder / "templates" / "a.html").write_text(TEMPLATE, encoding="utf-8")
    (folder / "migrations" / "0001.py").write_text('_("移行")', encoding="utf-8")
    return folder


@pytest.fixture
def po(tmp_path: Path) -> Path:
    return tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po"


def refresh(folder: Path, po: Path) -> catalogue.Summary:
    return catalogue.update(po, catalogue.extracted(catalogue.sources([folder])))


def test_finds_texts_of_python_and_templates(sources: Path, po: Path):
    refresh(sources, po)
    found = {(m.id, m.context) for m in catalogue._read(po) if m.id}
    assert found == {
        ("保存", None),
        ("二つの部分", None),
        ("採用", "button"),
        (("%(n)s件", "%(n)s件"), None),
        (("%(n)s人", "%(n)s人"), "people"),
        ("題名", None),
        ("開く", "verb"),
        (("%(who)sの%(n)s件", "%(who)sの%(n)s件"), None),
        ("送信", None),
        ("カード", None),
        ("なし", None),
        ("割合 100%%", "noun"),
    }


def test_keeps_translations_drops_obsolete_and_changes_nothing_else(sources: Path, po: Path):
    refresh(sources, po)
    po.write_text(po.read_text().replace('msgid "保存"\nmsgstr ""', 'msgid "保存"\nmsgstr "Save"'))
    before = po.read_bytes()
    refresh(sources, po)
    assert po.read_bytes() == before
    (sources / "templates" / "a.html").write_text("")
    summary = refresh(sources, po)
    assert 'msgstr "Save"' in po.read_text()
    assert "題名" not in po.read_text()
    assert summary.dropped == 7
    assert summary.added == 0


def test_file_has_no_line_numbers_or_dates(sources: Path, po: Path):
    refresh(sources, po)
    text = po.read_text()
    assert "#:" not in text
    assert "Date" not in text
    msgids = [line for line in text.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
    assert msgids == sorted(msgids)


def test_compiles_only_what_is_newer(sources: Path, po: Path):
    refresh(sources, po)
    assert catalogue.compile_newer(po)
    assert not catalogue.compile_newer(po)
    later = po.with_suffix(".mo").stat().st_mtime + 5
    os.utime(po, (later, later))
    assert catalogue.compile_newer(po)


@pytest.fixture
def english(po: Path, settings: LazySettings):
    """The project's languages with a small catalogue of our own: Japanese source, English catalogue only."""
    po.parent.mkdir(parents=True)
    po.write_text(
        catalogue.HEADER
        + 'msgid "保存"\nmsgstr "Save"\n\nmsgctxt "verb"\nmsgid "開く"\nmsgstr "Open"\n\n'
        + 'msgid "%(n)s件"\nmsgid_plural "%(n)s件"\nmsgstr[0] "%(n)s item"\nmsgstr[1] "%(n)s items"\n'
    )
    settings.LOCALE_PATHS = [po.parents[2]]
    call_command("compile_translations")
    trans_real._translations.clear()
    yield
    trans_real._translations.clear()


def test_django_takes_an_english_catalogue_over_japanese_source(english: None):
    with translation.override("en"):
        assert gettext("保存") == "Save"
        assert pgettext("verb", "開く") == "Open"
        assert [ngettext("%(n)s件", "%(n)s件", n) % {"n": n} for n in (1, 2)] == ["1 item", "2 items"]
        assert gettext("This field is required.") == "This field is required."
    with translation.override("ja"):
        assert gettext("保存") == "保存"
        assert ngettext("%(n)s件", "%(n)s件", 1) % {"n": 1} == "1件"
        assert "必須" in gettext("This field is required.")
