"""Which clauses of a plan an adoption takes: all of them, or initiatives with what belongs to them."""

from collections.abc import Collection
from typing import Final

from .document import Clause, Document, made
from .kinds import Kind
from .paths import Place
from .scaling import Proposal, Size, proposals

BELONGING: Final = frozenset({Kind.KPI, Kind.BUDGET, Kind.PEOPLE, Kind.RISK})
"""Kinds whose clauses may belong to an initiative."""


class NoSuchInitiative(ValueError):
    """The argument is the id that names no initiative of the document."""


def part(document: Document, initiatives: Collection[str]) -> Document:
    """Return these initiatives with their KPIs, budget lines, people and risks; everything if none is named.

    Which 重点分野 an initiative serves is the strategy of who wrote it, and stays there. Initiatives that the
    document has no longer are left out.
    """
    if not initiatives:
        return document
    return Document(
        tuple(
            _alone(one)
            for one in document.clauses
            if (one.kind is Kind.INITIATIVE and one.id in initiatives)
            or (one.kind in BELONGING and one.text("initiative") in initiatives)
        )
    )


def chosen(document: Document, initiatives: Collection[str]) -> Document:
    """As `part`. Raises NoSuchInitiative."""
    known = {one.id for one in document.of(Kind.INITIATIVE)}
    for one in initiatives:
        if one not in known:
            raise NoSuchInitiative(one)
    return part(document, initiatives)


def joined(draft: Document, more: Document) -> Document:
    """Return the draft with these clauses behind its own. The ids must differ."""
    return Document((*draft.clauses, *more.clauses))


def met(one: Document, other: Document) -> list[str]:
    """Ids of clauses that both have."""
    return [clause_id for clause_id in other.by_id() if clause_id in one.by_id()]


def figures(base: Document, *, source: Size, own: Size) -> dict[Place, Proposal]:
    """What the rules propose for the source's figures, by place."""
    return {one.place: one for one in proposals(base, source=source, own=own)}


def _alone(clause: Clause) -> Clause:
    if clause.kind is not Kind.INITIATIVE:
        return clause
    return made(clause.id, clause.kind, {**clause.values, "priority": None})
