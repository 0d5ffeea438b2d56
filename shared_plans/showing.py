"""A document as pages and papers show it: sections by kind, clauses with labelled values."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from consortium.dates import calendar_date
from consortium.domain.calendar import FiscalYear
from consortium.language import in_language
from consortium.ui.parts import Fact

from .domain.document import Clause, Document, Row, Scalar
from .domain.kinds import Field, Kind, Type, fields_of
from .labels import CHOICES, KINDS, STEPS, label, row_label
from .models import NationalItem


@dataclass(frozen=True)
class Lines:
    """A field of rows, as a table."""

    label: str
    head: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Shown:
    """One clause. texts: label and Markdown."""

    id: str
    kind: str
    title: str
    facts: list[Fact]
    texts: list[tuple[str, str]]
    lines: list[Lines]


@dataclass(frozen=True)
class Section:
    """Clauses of a kind; initiatives stand under their national items, hence `groups`.

    withheld: kept private by the plan's municipality; it may have clauses or none.
    """

    kind: str
    title: str
    groups: list[tuple[str, list[Shown]]]
    withheld: bool = False


class Words:
    """Says values in the language of the thread; knows the titles of what clauses refer to.

    withheld: kinds of clauses that the document lacks because they are private.
    """

    def __init__(
        self,
        document: Document,
        items: Iterable[NationalItem],
        day: Callable[[date], str] = calendar_date,
        withheld: Collection[str] = (),
    ) -> None:
        self.clauses = document.by_id()
        self.withheld = withheld
        self.day = day
        self.items = {item.key: item.title for item in items}

    def title(self, clause: Clause) -> str:
        """What a clause is called where it has no title of its own."""
        question, role = clause.text("question"), clause.text("role")
        if clause.kind is Kind.COMMITMENT:
            return str(KINDS[clause.kind])
        own = clause.text("title") or str(CHOICES.get(question or role, ""))
        return own or _("(名称未入力)")

    def scalar(self, field: Field, value: Scalar) -> str:
        """One value as text; one that is not valid (yet) as it stands."""
        match field.type:
            case Type.CHOICE:
                text: object = CHOICES.get(str(value), value)
            case Type.REF:
                text = self.referred(field, str(value))
            case Type.YEAR:
                text = year_text(int(value))
            case Type.DATE:
                text = self.day_text(str(value))
            case Type.MONEY:
                text = _("%(amount)s円") % {"amount": number_format(value, force_grouping=True)}
            case _:
                text = STEPS.get(int(value), value) if field.key == "step" else value
        return str(text)

    def referred(self, field: Field, clause_id: str) -> str:
        """The title of the clause that a field names."""
        if target := self.clauses.get(clause_id):
            return self.title(target)
        return _("(非公開)") if field.target in self.withheld else clause_id

    def day_text(self, text: str) -> str:
        try:
            return self.day(date.fromisoformat(text))
        except ValueError:
            return text

    def keys(self, keys: Iterable[str]) -> str:
        return _("、").join(self.items.get(key, key) for key in keys)


def year_text(year: int) -> str:
    """令和8年度(2026), or FY2026."""
    try:
        return in_language(f"{FiscalYear(year).wareki}({year})", f"FY{year}")
    except ValueError:
        return str(year)


def sections(
    document: Document,
    items: list[NationalItem],
    day: Callable[[date], str] = calendar_date,
    withheld: Collection[str] = (),
) -> list[Section]:
    """Those kinds that the document has or withholds, in the order in which a plan is read.

    day: how days are written.
    """
    words = Words(document, items, day, withheld)
    found = [(kind, document.of(kind)) for kind in Kind]
    return [
        Section(
            kind.value,
            str(KINDS[kind]),
            _groups(kind, clauses, words, items) if clauses else [],
            withheld=kind in withheld,
        )
        for kind, clauses in found
        if clauses or kind in withheld
    ]


def _groups(
    kind: Kind, clauses: tuple[Clause, ...], words: Words, items: list[NationalItem]
) -> list[tuple[str, list[Shown]]]:
    if kind is not Kind.INITIATIVE:
        return [("", [shown(clause, words) for clause in clauses])]
    groups: list[tuple[str, list[Shown]]] = []
    for item in items:
        under = [shown(clause, words) for clause in clauses if clause.keys("items")[:1] == (item.key,)]
        groups.append((f"{item.number}. {item.title}", under))
    known = {item.key for item in items}
    groups.append(
        ("", [shown(one, words) for one in clauses if not known.intersection(one.keys("items")[:1])])
    )
    return [group for group in groups if group[1]]


def shown(clause: Clause, words: Words) -> Shown:
    one = Shown(clause.id, clause.kind.value, words.title(clause), [], [], [])
    for field in fields_of(clause.kind):
        name = str(label(clause.kind, field))
        if field.type is Type.ROWS:
            if rows := clause.rows(field.key):
                one.lines.append(_lines(name, field, rows, words))
        elif field.type is Type.MARKDOWN:
            if text := clause.text(field.key):
                one.texts.append((name, text))
        elif field.key not in {"title", "question", "role"} and field.key in clause.values:
            one.facts.append(Fact(name, _value(field, clause, words)))
    return one


def _value(field: Field, clause: Clause, words: Words) -> str:
    value = clause.values[field.key]
    return words.keys(clause.keys(field.key)) if isinstance(value, tuple) else words.scalar(field, value)


def _lines(name: str, field: Field, rows: Iterable[Row], words: Words) -> Lines:
    used = [one for one in field.fields if any(one.key in row.values for row in rows)]
    cells = [
        [words.scalar(one, row.values.get(one.key, "")) if one.key in row.values else "" for one in used]
        for row in rows
    ]
    return Lines(name, [str(row_label(field, one)) for one in used], cells)


def texts_of(document: Document, items: list[NationalItem]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Clause id → title and whole text, a value a line: for comparison word by word."""
    words = Words(document, items)
    for clause in document.clauses:
        one = shown(clause, words)
        facts = [f"{fact.label}: {fact.value}" for fact in one.facts]
        rows = [f"{line.label}: {' / '.join(row)}" for line in one.lines for row in line.rows]
        yield clause.id, (one.title, "\n".join([*facts, *(text for _label, text in one.texts), *rows]))
