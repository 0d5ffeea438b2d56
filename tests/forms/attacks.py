"""What may be sent to a form: what nobody should type, and the form as it is meant with one entry spoilt."""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import strategies as st

from consortium.domain.my_number import check_digit
from deploy.demo.journey.html import Form, Node

Entry = str | bytes | SimpleUploadedFile
TYPED: Final = frozenset({"text", "textarea", "email", "search", "tel", "url", "number", "date"})
PLAUSIBLE: Final = {
    "email": "fuzz@staff.example", "number": "3", "date": "2026-04-01", "url": "https://a.example/",
    "tel": "3", "password": "とても長い合言葉です123",
}  # fmt: skip
PARTS: Final = {"_year": "2026", "_month": "4", "_day": "1"}
HOSTILE: Final = (
    "", " ", "　", "-1", "0", "1.5", "9" * 400, "1e400", "NaN", "Infinity", "²", "٣", "１", "true",
    "0000-01-01", "99999-01-01", "2026-02-30", "9999-12-31", "0年0月0日", "令和0年1月1日",
    "令和99999999年1月1日",
    "a\0b", "\0", "\x01\x1b[2J\x7f", "\r\n\t", "\u202e逆から読む", "\ufeff", "\u2028", "e\u0301" * 40,
    "😀" * 30,
    "x" * 100_000, "あ" * 5_000, b"\xed\xa0\x80", b"\xff\xfe", b"\x82\xa0",
    "{", '{"a": [{"b": null}]}', "[]", "null", '"', "[" * 3_000,
    "<script>alert(1)</script>", "' OR 1=1 --", "%s%n{0}{{ 7 }}", "../../etc/passwd",
    "http://a\r\nSet-Cookie: a=b",
    "javascript:alert(1)", "//evil.example", "http://[", "http://user:secret@127.0.0.1:1/",
    "a@b", "@", "a@" + "b" * 300 + ".jp",
    "00000000-0000-0000-0000-000000000000", "123456789018", "１２３４ ５６７８ ９０１８",
)  # fmt: skip
_TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
_FILES = st.builds(
    SimpleUploadedFile,
    st.sampled_from(["a.csv", "a\r\nb.png", "x" * 300 + ".xlsx", "../../a.pdf", "空.txt"]),
    st.sampled_from([b"", b"\0" * 10, b"PK\x03\x04", b"a,b\n1,2\n", b"\x8e\x81\x96\xbc,\n", b"\x89PNG\r\n"]),
    st.sampled_from(["text/csv", "image/png", "nonsense"]),
)  # fmt: skip
_ENTRIES = st.one_of(
    st.lists(_TEXTS, min_size=1, max_size=1),
    st.lists(_TEXTS, min_size=1, max_size=1),
    st.lists(_TEXTS, max_size=3),
    st.lists(_FILES, min_size=1, max_size=1),
)
_UNKNOWN = {"is_superuser": "on", "municipality": "1", "id": "1", "pk": "x", "__proto__": "{}"}


def _my_number(digits: str) -> str:
    return digits + check_digit(digits)


def _one_of(*values: Entry) -> st.SearchStrategy[list[Entry]]:
    return st.sampled_from(values).map(lambda one: [one])


_DIGITS = st.text("0123456789", min_size=11, max_size=11).map(_my_number)
_WIDE: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_SAID = st.sampled_from(["{}", "番号は{}です", "{} "])
CLASSES: Final[dict[str, st.SearchStrategy[list[Entry]]]] = {
    "too long": _one_of("x" * 100_000, "あ" * 50_000, "😀" * 30_000, "9" * 100_000),
    "nul": _one_of("a\0b", "\0", "試\0験"),
    "lone surrogate": _one_of(b"\xed\xa0\x80", b"a\xed\xbf\xbf", b"\xff", b"\x82\xa0"),
    "direction": _one_of("\u202e逆", "a\u200bb", "\u2066試験\u2069", "\ufeff名", "\u200f"),
    "overflow": _one_of(str(2**31), str(2**63), "-" + "9" * 30, "1e400", "NaN", "-0", "10000-01-01"),
    "wrong type": _one_of("true", "{}", "[1]", "null", "2026-02-30", "１．５", "0x1F", "元年"),
    "several for one": st.lists(st.sampled_from(["a", "1", "", "on", "試験"]), min_size=2, max_size=4),
    "my number": st.builds(lambda said, digits: [said.format(digits)], _SAID, _DIGITS),
    "my number, wide": st.builds(lambda digits: [digits.translate(_WIDE)], _DIGITS),
    "formula": _one_of('=HYPERLINK("http://a")', "+1+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1"),
    "script": _one_of(
        "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}{% now 'Y' %}"
    ),
    "sql": _one_of("' OR 1=1 --", "'; DROP TABLE audit_event; --", "%' ESCAPE '", "\\'", "$$;$$"),
}
"""Each sort of hostile value, and examples of it."""
NEVER_KEPT: Final = frozenset({"nul", "my number", "my number, wide"})
"""Sorts that no text may hold: nothing is done while one is in it."""
PLAUSIBLE_TEXT: Final = frozenset({"nul", "my number", "direction", "formula", "script", "sql"})
"""Sorts that a text field would take if nobody thought of it."""
_INNOCENT: Final = frozenset({"once", "csrfmiddlewaretoken"})
_FREE: Final = frozenset({"text", "textarea", "search"})


@dataclass(frozen=True)
class Target:
    """One form: where it goes, and its fields as the page shows them: type, values, what is offered."""

    name: str
    action: str
    kinds: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    offers: dict[str, set[str]] = field(default_factory=dict)
    is_multipart: bool = False

    @classmethod
    def of(cls, name: str, action: str, form: Form) -> "Target":
        controls = [one for one in form.node if "name" in one.attributes]
        kinds = {one.attributes["name"]: _kind(one) for one in controls}
        is_multipart = form.node.attributes.get("enctype", "").startswith("multipart")
        return cls(name, action, kinds, form.values, form.offers, is_multipart)

    def filled(self) -> dict[str, list[Entry]]:
        """As somebody would send it who means well."""
        return {
            name: list(values) if any(values) else self._plausible(name)
            for name, values in self.values.items()
        }

    def _plausible(self, name: str) -> list[Entry]:
        kind = self.kinds.get(name, "text")
        if name in self.offers:
            return sorted(filter(None, self.offers[name]))[:1] if kind != "submit" else []
        part = next((value for end, value in PARTS.items() if name.endswith(end)), "")
        return [part or PLAUSIBLE.get(kind, "試験")]


@dataclass(frozen=True)
class Sent:
    entries: dict[str, list[Entry]]
    is_multipart: bool

    def body(self) -> tuple[bytes, str]:
        """And its content type."""
        if self.is_multipart or any(isinstance(one, SimpleUploadedFile) for one in self.all()):
            return encode_multipart(BOUNDARY, self.entries), MULTIPART_CONTENT
        return urlencode(self.entries, doseq=True).encode(), "application/x-www-form-urlencoded"

    def all(self) -> list[Entry]:
        return [one for entries in self.entries.values() for one in entries]

    def __repr__(self) -> str:
        return repr({name: [str(one)[:60] for one in entries] for name, entries in self.entries.items()})


def _kind(control: Node) -> str:
    if "readonly" in control.attributes or "hidden" in control.attributes:
        return "hidden"
    if control.tag != "input":
        return {"button": "submit"}.get(control.tag, control.tag)
    return control.attributes.get("type", "text")


@st.composite
def attacks(draw: st.DrawFn, target: Target) -> Sent:
    names = sorted(target.values)
    entries: dict[str, list[Any]] = target.filled()
    if names and draw(st.booleans()):
        entries[draw(st.sampled_from(names))] = draw(_ENTRIES)
    else:
        entries = {name: draw(_ENTRIES) for name in names}
        entries |= {name: [value] for name, value in _UNKNOWN.items() if draw(st.booleans())}
        if "once" in names and draw(st.booleans()):
            entries["once"] = list(target.values["once"])
    return Sent(entries, target.is_multipart)


@st.composite
def sweeps(draw: st.DrawFn, target: Target) -> list[tuple[str, Sent, bool]]:
    """By sort: a hostile value in every field at once, each of which refuses it by itself; and in the texts
    alone, the rest as it is meant, which lets it through to the action. True: nothing may be done then.
    """
    meant = target.filled()
    every = [name for name in target.values if name not in _INNOCENT]
    texts = [name for name in every if target.kinds.get(name, "text") in _FREE]
    found = []
    for sort, values in CLASSES.items():
        for names in [every, texts] if sort in PLAUSIBLE_TEXT and texts != every else [every]:
            if names:
                spoilt = {name: draw(values) for name in names}
                is_kept_out = sort in NEVER_KEPT and bool(texts)
                found.append((sort, Sent({**meant, **spoilt}, target.is_multipart), is_kept_out))
    return found
