"""Extraction of msgids and compilation of catalogues, without the system's gettext."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

KEYWORDS: Final = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SUFFIXES: Final = frozenset({".py", ".html", ".txt"})
SKIPPED: Final = frozenset({"migrations", "static"})
# Fixed, so that two branches that add texts differ only in those texts.
HEADER: Final = """\
# English texts; the msgids are the Japanese ones. Updated by `manage.py messages`.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

EASY_HEADER: Final = """\
# Easy Japanese for residents' pages (consortium.ui.easy). Updated by `manage.py messages`.
msgid ""
msgstr ""
"Language: ja\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
HEADERS: Final = {"en": HEADER, "ja": EASY_HEADER}


@dataclass(frozen=True, slots=True)
class Summary:
    total: int
    added: int
    dropped: int
    untranslated: int


def sources(folders: Iterable[Path]) -> Iterator[Path]:
    """Python and template files, migrations left out."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            skipped = SKIPPED.intersection(path.relative_to(folder).parts)
            if path.suffix in SUFFIXES and not skipped:
                yield path


def extracted(paths: Iterable[Path]) -> Catalog:
    catalog = Catalog(locale="en")
    for path in paths:
        for _line, ids, _comments, context in extract("python", BytesIO(_python(path)), keywords=KEYWORDS):
            if ids and any(ids):
                catalog.add(ids, context=context)
    return catalog


def _python(path: Path) -> bytes:
    """Templates become gettext calls; the parentheses make line breaks and indentation meaningless."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = f"(\n{templatize(text, origin=str(path))}\n)"
    return text.encode()


def update(po: Path, found: Catalog, locale: str = "en") -> Summary:
    """Rewrite the file: translations of texts that still exist are kept, the others go."""
    old = _read(po, locale)
    new = Catalog(locale=locale)
    for message in _messages(found):
        kept = old.get(message.id, message.context)
        fits = kept is not None and isinstance(kept.id, str) == isinstance(message.id, str)
        new.add(
            message.id,
            kept.string if kept and fits else None,
            flags=(kept.flags & {"fuzzy"}) | message.flags if kept else message.flags,
            user_comments=kept.user_comments if kept else (),
            context=message.context,
        )
    po.parent.mkdir(parents=True, exist_ok=True)
    po.write_bytes(HEADERS[locale].encode() + _written(new))
    return _summary(old, new)


def compile_newer(po: Path) -> bool:
    """Write the `.mo` beside a `.po` unless it is up to date; says whether it did."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        return False
    scratch = mo.with_name(f"{os.getpid()}.mo")  # two runs may compile at once
    with scratch.open("wb") as file:
        write_mo(file, _read(po))
    scratch.replace(mo)  # a process that starts meanwhile reads the old one or the new one
    return True


def _read(po: Path, locale: str | None = None) -> Catalog:
    locale = locale or po.parent.parent.name.partition("_")[0]
    if not po.exists():
        return Catalog(locale=locale)
    with po.open("rb") as file:
        return read_po(file, locale=locale, ignore_obsolete=True)


def _written(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_po(
        buffer, catalog, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True
    )
    return buffer.getvalue().strip(b"\n") + b"\n"


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _keys(catalog: Catalog) -> set[tuple[str, str | None]]:
    return {(str(message.id), message.context) for message in _messages(catalog)}


def _summary(old: Catalog, new: Catalog) -> Summary:
    before, after = _keys(old), _keys(new)
    missing = [message for message in _messages(new) if message.fuzzy or not _translated(message)]
    return Summary(len(after), len(after - before), len(before - after), len(missing))


def _translated(message: Message) -> bool:
    string = message.string or ""
    return bool(string) if isinstance(string, str) else all(string)
