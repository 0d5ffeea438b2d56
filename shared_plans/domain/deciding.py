"""What a person decides where something comes in from elsewhere: a source's next revision, or a proposal.

Each place at which taking it in would change the own document, or at which both sides changed it, is a
question: theirs, ours, or words of one's own. Where only they changed something theirs is what is offered; a
conflict has to be decided.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from .compare import changes
from .document import Clause, Document, Row, Scalar, canonical_json, clause_to_json, value_to_json
from .kinds import Field, Type, field_of
from .merge import Merge, Reason, merge
from .paths import Held, Place, held, put


class Choice(StrEnum):
    """OWN: words of one's own, instead of either."""

    THEIRS = "theirs"
    OURS = "ours"
    OWN = "own"


EDITABLE: Final = frozenset(
    {Type.TEXT, Type.MARKDOWN, Type.DECIMAL, Type.INTEGER, Type.MONEY, Type.YEAR, Type.DATE, Type.CHOICE}
)
"""Fields that can be answered in words of one's own; what else there is, the editor changes afterwards."""


@dataclass(frozen=True, slots=True)
class Question:
    """reason: of the conflict; None where only they changed it. theirs: what would be taken."""

    place: Place
    reason: Reason | None
    base: Held
    ours: Held
    theirs: Held
    clause: Clause

    @property
    def field(self) -> Field | None:
        """Of the clause or of its rows; None where a whole clause or row is meant."""
        found = field_of(self.clause.kind, self.place.field)
        if found and self.place.row:
            return found.field(self.place.row_field)
        return found

    @property
    def is_editable(self) -> bool:
        return self.field is not None and self.field.type in EDITABLE

    @property
    def key(self) -> str:
        """Of the place; fit for names in forms."""
        return _digest(str(self.place))

    @property
    def seen(self) -> str:
        """Changes when either side does: an answer is to what its giver saw."""
        return _digest([_json(self.ours), _json(self.theirs)])


@dataclass(frozen=True, slots=True)
class Answer:
    """value: of OWN. reason: why, in the words of who decided. seen: of the question that was answered."""

    choice: Choice
    seen: str
    value: Scalar | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes in, against what is here. questions: in the order of the document."""

    merged: Merge
    questions: tuple[Question, ...]

    def undecided(self, answers: Mapping[str, Answer]) -> list[Question]:
        """Conflicts without an answer that still fits what both sides say."""
        return [one for one in self.questions if one.reason and answer_to(one, answers) is None]

    def result(self, answers: Mapping[str, Answer]) -> Document:
        """Return the own document with what was decided, conflicts without an answer as ours."""
        document = self.merged.document
        for one in self.questions:
            if answer := answer_to(one, answers):
                document = put(document, one.place, _chosen(one, answer))
        return document

    def taken(self, answers: Mapping[str, Answer]) -> list[Question]:
        """Those where theirs is taken as it is, asked for or not contradicted."""
        return [one for one in self.questions if choice_of(one, answers) is Choice.THEIRS]


def coming(base: Document, ours: Document, theirs: Document) -> Coming:
    """Unite what they changed since the base with what is here."""
    merged = merge(base, ours, theirs)
    found = [
        Question(
            one.place, one.reason, one.base, one.ours, one.theirs, _clause(one.place, ours, theirs, base)
        )
        for one in merged.conflicts
    ]
    taken = [one.place for one in merged.conflicts]
    for change in changes(ours, merged.document):
        if not any(place.holds(change.place) for place in taken):
            place = change.place
            clause = _clause(place, ours, theirs, base)
            found.append(Question(place, None, held(base, place), change.before, change.after, clause))
    position = {one.id: n for n, one in enumerate((*merged.document.clauses, *ours.clauses))}
    found.sort(key=lambda one: position.get(one.place.clause, len(position)))
    return Coming(merged, tuple(found))


def answer_to(question: Question, answers: Mapping[str, Answer]) -> Answer | None:
    """The one given, unless either side has changed since."""
    answer = answers.get(str(question.place))
    return answer if answer and answer.seen == question.seen else None


def choice_of(question: Question, answers: Mapping[str, Answer]) -> Choice | None:
    """None for a conflict that is not decided."""
    answer = answer_to(question, answers)
    if answer:
        return answer.choice
    return None if question.reason else Choice.THEIRS


def grouped(questions: Iterable[Question]) -> list[tuple[Clause, list[Question]]]:
    """By clause, in the order of appearance."""
    groups: dict[str, tuple[Clause, list[Question]]] = {}
    for one in questions:
        groups.setdefault(one.clause.id, (one.clause, []))[1].append(one)
    return list(groups.values())


def without(document: Document, hidden: Iterable[str], base: Document) -> Document:
    """Return theirs as if clauses of kinds that are not shown (any more) had stayed as in the base: what is
    kept from us is no change, least of all a deletion."""
    kinds = set(hidden)
    if not kinds:
        return document
    shown = tuple(one for one in document.clauses if one.kind not in kinds)
    return Document((*shown, *(one for one in base.clauses if one.kind in kinds)))


def answers_to_json(answers: Mapping[str, Answer]) -> dict[str, dict[str, Scalar | None]]:
    """By place, as rows keep them."""
    return {
        place: {"choice": one.choice.value, "seen": one.seen, "value": one.value, "reason": one.reason}
        for place, one in answers.items()
    }


def answers_from_json(data: Mapping[str, Mapping[str, Scalar | None]]) -> dict[str, Answer]:
    return {
        place: Answer(Choice(str(one["choice"])), str(one["seen"]), one["value"], str(one["reason"] or ""))
        for place, one in data.items()
    }


def _chosen(question: Question, answer: Answer) -> Held:
    if answer.choice is Choice.OWN:
        return answer.value
    return question.theirs if answer.choice is Choice.THEIRS else question.ours


def _clause(place: Place, *documents: Document) -> Clause:
    """As it stands in the first of the documents that has it."""
    return next(clause for one in documents if (clause := one.clause(place.clause)))


def _json(value: Held) -> object:
    if isinstance(value, Clause):
        return clause_to_json(value)
    if isinstance(value, Row):
        return {"id": value.id, **value.values}
    return None if value is None else value_to_json(value)


def _digest(data: object) -> str:
    return sha256(canonical_json(data).encode(errors="replace")).hexdigest()[:16]
