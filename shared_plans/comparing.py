"""Plans side by side, by kind and item, a cell for each plan: what differs and what only one has."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from .domain.document import Clause, Document
from .domain.figures import budget, needs
from .domain.kinds import Cost, Funding, Kind, Question, Role
from .labels import CHOICES, KINDS
from .models import NationalItem
from .showing import Words, year_text

EXCERPT: Final = 160
"""Characters of a long text: what a reader compares at a glance; the plan itself has the rest."""
MOST: Final = 12
"""Lines of one cell."""


@dataclass(frozen=True)
class Cell:
    """only: nobody else has anything here. withheld: its municipality keeps this kind to itself."""

    lines: list[str]
    more: int = 0
    only: bool = False
    withheld: bool = False


@dataclass(frozen=True)
class Line:
    label: str
    cells: list[Cell]
    differs: bool


@dataclass(frozen=True)
class Group:
    key: str
    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Compared:
    """One of the plans. withheld: kinds of clauses that we may not read."""

    document: Document
    withheld: Collection[str] = ()


Side = tuple[Document, Words]
Lines = Callable[[Side], list[str]]


def groups(plans: Sequence[Compared], items: list[NationalItem]) -> list[Group]:
    """Kinds and lines that none of the plans has are left out."""
    sides = [(one.document, Words(one.document, items)) for one in plans]
    asked: list[tuple[Kind, list[tuple[str, Lines]]]] = [
        (Kind.COMMITMENT, _commitment()),
        (Kind.ANALYSIS, [(str(CHOICES[one]), _answers(one)) for one in Question]),
        (Kind.PRIORITY, [(_("順位と配分"), _priorities)]),
        (Kind.INITIATIVE, _initiatives(items)),
        (Kind.KPI, [(_("現状と目標"), _indicators)]),
        (Kind.BUDGET, _budget()),
        (Kind.PEOPLE, [(str(CHOICES[one]), _people(one)) for one in Role]),
        (Kind.RISK, [(_("リスクの内容"), _risks)]),
    ]
    found = [
        Group(kind.value, str(KINDS[kind]), _lines(lines, sides, [kind in one.withheld for one in plans]))
        for kind, lines in asked
    ]
    return [group for group in found if group.lines]


def _lines(asked: Iterable[tuple[str, Lines]], sides: Sequence[Side], withheld: Sequence[bool]) -> list[Line]:
    found = (_line(label, [lines_of(side) for side in sides], withheld) for label, lines_of in asked)
    return [line for line in found if line]


def _line(label: str, texts: list[list[str]], withheld: Sequence[bool]) -> Line | None:
    filled = sum(bool(one) for one in texts)
    if not filled:
        return None
    alone = filled == 1 and not any(withheld)
    cells = [
        Cell(one[:MOST], max(0, len(one) - MOST), bool(one) and alone, hidden)
        for one, hidden in zip(texts, withheld, strict=True)
    ]
    known = [one for one, hidden in zip(texts, withheld, strict=True) if not hidden]
    return Line(label, cells, any(one != known[0] for one in known))


def _commitment() -> list[tuple[str, Lines]]:
    return [
        (
            _("約束の内容"),
            lambda side: _texts(side, Kind.COMMITMENT, lambda one: _excerpt(one.text("statement"))),
        ),
        (_("判断までの日数"), lambda side: _texts(side, Kind.COMMITMENT, _decision_days)),
    ]


def _decision_days(clause: Clause) -> str:
    days = clause.number("decision_days")
    return _("%(days)s日") % {"days": days} if days else ""


def _answers(question: Question) -> Lines:
    def lines(side: Side) -> list[str]:
        return _texts(
            side,
            Kind.ANALYSIS,
            lambda one: _excerpt(one.text("answer")) if one.text("question") == question else "",
        )

    return lines


def _priorities(side: Side) -> list[str]:
    ordered = sorted(side[0].of(Kind.PRIORITY), key=lambda one: one.number("rank") or 0)
    return [
        _("%(rank)s位 %(title)s") % {"rank": one.number("rank") or "-", "title": one.text("title")}
        + (f" {share}%" if (share := one.text("share")) else "")
        for one in ordered
    ]


def _initiatives(items: list[NationalItem]) -> list[tuple[str, Lines]]:
    under: list[tuple[str, Lines]] = [(item.title, _under(item.key)) for item in items]
    known = {item.key for item in items}
    return [
        *under,
        (_("そのほか"), lambda side: _titles(side, lambda one: not known.intersection(one.keys("items")))),
    ]


def _under(item: str) -> Lines:
    return lambda side: _titles(side, lambda one: item in one.keys("items"))


def _titles(side: Side, wanted: Callable[[Clause], bool]) -> list[str]:
    return [side[1].title(one) for one in side[0].of(Kind.INITIATIVE) if wanted(one)]


def _indicators(side: Side) -> list[str]:
    return [_indicator(one) for one in side[0].of(Kind.KPI)]


def _indicator(clause: Clause) -> str:
    targets = sorted(clause.rows("targets"), key=lambda row: int(row.values.get("year", 0)))
    way = [clause.text("baseline") or "?"]
    if targets:
        way.append(str(targets[-1].values.get("value", "?")))
    return f"{clause.text('title')}: {' → '.join(way)}{clause.text('measure')}"


def _budget() -> list[tuple[str, Lines]]:
    return [
        (_("合計"), lambda side: [_yen(total)] if (total := budget(side[0]).total) else []),
        (
            _("年度"),
            lambda side: [f"{year_text(one)}: {_yen(yen)}" for one, yen in budget(side[0]).by_year.items()],
        ),
        (_("財源"), lambda side: _shares(budget(side[0]).by_funding, Funding)),
        (_("費用区分"), lambda side: _shares(budget(side[0]).by_cost, Cost)),
    ]


def _shares(amounts: Mapping[str, int], keys: Iterable[str]) -> list[str]:
    return [f"{CHOICES[key]}: {_yen(amounts[key])}" for key in keys if key in amounts]


def _yen(amount: int) -> str:
    return _("%(amount)s円") % {"amount": number_format(amount, force_grouping=True)}


def _people(role: Role) -> Lines:
    def lines(side: Side) -> list[str]:
        return [
            (f"{year_text(one.year)}: " if one.year else "")
            + _("必要 %(needed)s人・確保 %(staffed)s人")
            % {"needed": f"{one.needed.normalize():f}", "staffed": f"{one.staffed.normalize():f}"}
            for one in needs(side[0])
            if one.role == role
        ]

    return lines


def _risks(side: Side) -> list[str]:
    return [one.text("title") for one in side[0].of(Kind.RISK)]


def _texts(side: Side, kind: Kind, text_of: Callable[[Clause], str]) -> list[str]:
    return [text for one in side[0].of(kind) if (text := text_of(one))]


def _excerpt(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(EXCERPT)
