"""The English catalogue is complete and fresh, and no Japanese text escapes it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.template.base import Lexer, Token, TokenType

from consortium.ui import catalogue
from consortium.ui.management.commands.messages import own_folders

ROOT: Final = Path(settings.BASE_DIR)
PO: Final = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
JAPANESE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff01-\uff5e、。「」]")
PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|%%")
MARKED: Final = re.compile(r"""_\((?:"[^"]*"|'[^']*')\)""")
TRANSLATING: Final = ("translate", "trans", "blocktranslate", "blocktrans", "comment")

# What English readers are to see in Japanese: the examples are what they would type into the field.
JAPANESE_IN_ENGLISH: Final = ("昭和30年4月1日", "まえばし はなこ")
# A language is named in itself, whatever the language of the page.
UNMARKED: Final = {"日本語"}


def folders() -> list[Path]:
    return own_folders(PO.parents[2].parent)


def read() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def texts(value: object) -> list[str]:
    """Singular and plural alike."""
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value or "")]


def entries() -> list[Message]:
    return [message for message in read() if message.id]


def test_every_text_has_an_english_one():
    missing = [message.id for message in entries() if message.fuzzy or not all(texts(message.string))]
    assert missing == []


def test_the_catalogue_is_fresh(tmp_path: Path):
    copy = tmp_path / "django.po"
    copy.write_bytes(PO.read_bytes())
    summary = catalogue.update(copy, catalogue.extracted(catalogue.sources(folders())))
    assert (summary.added, summary.dropped, summary.untranslated) == (0, 0, 0), "run `make messages`"
    assert copy.read_bytes() == PO.read_bytes()


def test_english_is_english():
    assert [text for message in entries() for text in texts(message.string) if japanese_left(text)] == []


def japanese_left(text: str) -> bool:
    for allowed in JAPANESE_IN_ENGLISH:
        text = text.replace(allowed, "")
    return bool(JAPANESE.search(text))


def test_placeholders_agree():
    differing = [
        text
        for message in entries()
        for text in texts(message.string)
        if placeholders(text) != placeholders(texts(message.id)[0])
    ]
    assert differing == []


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_templates_mark_every_japanese_text():
    unmarked = {
        f"{path.relative_to(ROOT)}:{token.lineno}"
        for path in catalogue.sources(folders())
        if path.suffix != ".py"
        for token in outside_translation(path.read_text(encoding="utf-8"))
        if JAPANESE.search(untranslated(token))
    }
    assert unmarked == set()


def outside_translation(template: str) -> Iterator[Token]:
    """Texts, variables and tags, but neither comments nor what stands in a translated block."""
    inside = False
    for token in Lexer(template).tokenize():
        tag = token.contents.split(maxsplit=1)[0] if token.token_type is TokenType.BLOCK else ""
        if tag.removeprefix("end") in {"blocktranslate", "blocktrans", "comment"}:
            inside = not tag.startswith("end")
        elif not inside and tag not in TRANSLATING and token.token_type is not TokenType.COMMENT:
            yield token


def untranslated(token: Token) -> str:
    text = MARKED.sub("", token.contents)
    for allowed in UNMARKED:
        text = text.replace(allowed, "")
    return text


@pytest.mark.parametrize(
    ("template", "marked"),
    [
        ('{% translate "保存" %}{% button _("保存") %}{{ x|default:_("なし") }}', True),
        ("{% blocktranslate %}{{ n }}件{% endblocktranslate %}{# 注釈 #}", True),
        ("{% comment %}保存{% endcomment %}", True),
        ("<p>保存</p>", False),
        ('{% blocktranslate %}{{ n }}件{% endblocktranslate %}{% button "保存" %}', False),
        ('{{ x|default:"なし" }}', False),
    ],
)
def test_the_search_for_unmarked_texts(template: str, marked: bool):
    found = any(JAPANESE.search(untranslated(token)) for token in outside_translation(template))
    assert found is not marked


def test_no_function_of_gettext_is_renamed():
    """Extraction knows the functions by name; only `_` is another name for one."""
    renamed = {
        f"{path.relative_to(ROOT)}: {alias.asname}"
        for path in catalogue.sources(folders())
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and alias.asname not in {None, "_"}
    }
    assert renamed == set()


# Japanese that is data or what a reader types, not a text for the reader.
NOT_FOR_READERS: Final = {
    "/api": "summaries and examples of the schema",
    "serializers.py": "examples of the schema",
    "apps.py": "names of packages, shown nowhere",
    "shared_plans/domain/scaling.py": "units as plans write them",
    "consortium/domain/": "pure, without gettext: calendars, kana",
    "consortium/environment.py": "said in both languages at once, before Django is up",
    "imports.py": "headings and words that a file may hold, examples of them",
    "consortium/audit/labels.py": "particles that follow the actor in a sentence",
    "consortium/reporting/indicators.py": "data with an English text beside each",
    "consortium/settings.py": "the site's default name, a language named in itself",
    "consortium/tabular/columns.py": "marks beside a heading",
    "consortium/tabular/parsers.py": "words that a file may hold",
    "consortium/tenancy/registry/": "data",
    "consortium/ui/context_processors.py": "the default name that English readers see translated",
    "consortium/ui/errors.py": "the page of last resort speaks both languages",
    "consortium/ui/fields.py": "marks between the parts of a date",
    "consortium/ui/samples.py": "the gallery's invented municipalities",
    "identity/domain/": "pure, without gettext: codes, dates",
    "identity/attestation_files.py": "headings that a file may hold",
    "identity/person_fields.py": "the kana that a reading may hold",
    "management/commands/": "data that an operator loads",
    "services/domain/": "pure, without gettext: sectors",
    "shared_plans/actions/adopting.py": "stored as the source's attribution",
    "shared_plans/actions/proposing.py": "stored as the attribution of what is taken over",
    "shared_plans/actions/printing.py": "the name of a Japanese paper",
}
GETTEXT: Final = re.compile(r"(?:.*\.)?(?:_|n?p?gettext(?:_lazy|_noop)?)")
WORDS: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def test_code_marks_every_japanese_text():
    unmarked = {
        f"{name}:{line}"
        for path in catalogue.sources(folders())
        if path.suffix == ".py" and not any(part in (name := relative(path)) for part in NOT_FOR_READERS)
        for line in literals(path.read_text(encoding="utf-8"))
    }
    assert unmarked == set()


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def literals(source: str) -> set[int]:
    """Lines with Japanese literals outside gettext's functions; docstrings don't count."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    marked = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and GETTEXT.fullmatch(ast.unparse(node.func))
        for argument in node.args
        for inner in ast.walk(argument)
    }
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORDS.search(node.value)
        if id(node) not in docstrings | marked
    }


def test_the_search_for_unmarked_literals():
    assert literals('"""説明"""\nx = _("保存")\ny = translation.pgettext("state", "承認")') == set()
    assert literals('x = "保存"\ny = f"{n}件"') == {1, 2}


def test_what_is_excused_is_there():
    names = [relative(path) for path in catalogue.sources(folders())]
    assert [part for part in NOT_FOR_READERS if not any(part in name for name in names)] == []


MACHINE: Final = re.compile(r'\|date:"(?!c"|Y-m"|Y-m-d"|H:i")')


def test_templates_show_dates_by_the_calendars_filters():
    """`calendar_date`, `calendar_time` and `formal_date` know 和暦; `date` is for attributes."""
    adhoc = {
        relative(path) for path in catalogue.sources(folders()) if MACHINE.search(path.read_text("utf-8"))
    }
    assert adhoc == set()
