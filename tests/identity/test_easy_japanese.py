"""やさしい日本語: a third choice of language on residents' pages, with a variant of every text."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from consortium.ui import catalogue
from consortium.ui.easy import CODE, LOCALE, resident_sources
from identity.resident_forms import EnrolForm, PasskeyForm

ROOT = Path(settings.BASE_DIR)
PO = Path(settings.LOCALE_PATHS[0]) / LOCALE / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
HARD = ("撤回", "提供", "当該", "及び", "にて", "ご利用", "恐れ入り", "お問い合わせ")
LONGEST = 60


def strings(value: object) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else [str(value or "")]


def variants() -> list[tuple[str, str]]:
    with PO.open("rb") as file:
        found = read_po(file, locale="ja")
    return [(strings(one.id)[0], strings(one.string)[0]) for one in found if one.id]


def test_every_text_of_residents_has_a_variant(tmp_path: Path):
    copy = tmp_path / "django.po"
    copy.write_bytes(PO.read_bytes())
    summary = catalogue.update(copy, catalogue.extracted(resident_sources(ROOT)), "ja")
    assert (summary.added, summary.dropped, summary.untranslated) == (0, 0, 0), "run `make messages`"


def test_hints_of_residents_forms_and_the_sessions_page_count():
    texts = {text for text, _easy in variants()}
    hints = {
        str(field.help_text)
        for form in (EnrolForm(), PasskeyForm())
        for field in form.fields.values()
        if field.help_text
    }
    assert len(hints) == 2
    assert (hints | {"サインイン中の端末", "最後の操作"}) - texts == set()


def marks(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_placeholders_agree():
    differing = [easy for text, easy in variants() if marks(text) != marks(easy)]
    assert differing == []


def test_words_are_easy_and_sentences_short():
    hard = [easy for _text, easy in variants() if any(word in easy for word in HARD)]
    long = [
        sentence
        for _text, easy in variants()
        for sentence in re.sub(r"<[^>]*>|%\(\w+\)s|\s", "", easy).split("。")
        if len(sentence) > LONGEST
    ]
    assert (hard, long) == ([], [])


def test_what_has_no_variant_is_shown_in_japanese():
    with translation.override(CODE):
        assert gettext("同意を撤回する") == "同意を やめる"
        assert gettext("横断集計") == "横断集計"


@pytest.mark.usefixtures("identity_surface")
@pytest.mark.django_db
def test_residents_may_choose_it():
    client = Client()
    assert client.post("/i18n/setlang/", {"language": CODE, "next": "/"}).status_code == 302
    html = client.get("/sign-in/").content.decode()
    assert '<html lang="ja">' in html
    assert "あなただと 確かめます" in html
    assert re.search(r'value="ja-easy" aria-pressed="true"><span lang="ja">やさしい日本語', html)


@pytest.mark.django_db
def test_staff_are_not_offered_it(client: Client):
    client.post("/i18n/setlang/", {"language": CODE, "next": "/"})
    html = client.get("/accounts/login/").content.decode()
    assert "やさしい日本語" not in html
    assert '<html lang="ja">' in html
