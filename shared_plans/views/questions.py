"""How questions of taking something in are shown: both sides next to each other, with what each changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from consortium.domain.diff import Piece, compare
from shared_plans.domain.deciding import Question
from shared_plans.domain.document import Clause, Row
from shared_plans.domain.kinds import Kind, field_of
from shared_plans.domain.merge import Reason
from shared_plans.domain.paths import Held
from shared_plans.labels import KINDS, row_label
from shared_plans.question_forms import Asked, QuestionsForm
from shared_plans.showing import Words, shown

from .clauses import place_name


@dataclass(frozen=True)
class Side:
    """What one side says, in pieces against the state that both began with."""

    text: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ShownQuestion:
    asked: Asked
    name: str
    conflict: str
    theirs: Side
    ours: Side


@dataclass(frozen=True)
class ShownClause:
    id: str
    kind: str
    title: str
    questions: list[ShownQuestion]


def shown_clauses(form: QuestionsForm, words: Words) -> Iterator[ShownClause]:
    for clause_id, asked in form.asked():
        clause = asked[0].question.clause
        yield ShownClause(
            clause_id,
            str(KINDS[clause.kind]),
            words.title(clause),
            [_question(one, words) for one in asked],
        )


def _question(asked: Asked, words: Words) -> ShownQuestion:
    one = asked.question
    base = side_text(one, one.base, words) if one.base is not None else ""
    theirs, ours = (side_text(one, value, words) for value in (one.theirs, one.ours))
    return ShownQuestion(
        asked,
        question_name(one),
        conflict_text(one),
        Side(theirs, compare(base, theirs) if base and one.theirs is not None else ()),
        Side(ours, compare(base, ours) if base and one.ours is not None and one.reason else ()),
    )


def question_name(one: Question) -> str:
    if not one.place.field:
        return _("項目全体")
    field = field_of(one.clause.kind, one.place.field)
    if one.place.row and not one.place.row_field and field:
        return _("%(field)sの1行") % {"field": place_name(one.clause.kind, one.place)}
    return place_name(one.clause.kind, one.place)


def conflict_text(one: Question) -> str:
    match one.reason:
        case Reason.BOTH:
            return _("両方で変わっています。どちらにするか決めてください。")
        case Reason.TAKEN_AWAY:
            return _("一方が削除し、もう一方が変えています。残すかどうか決めてください。")
        case Reason.NEEDED:
            return _("一方が削除しましたが、もう一方の項目が使っています。残すかどうか決めてください。")
        case _:
            return ""


def side_text(one: Question, value: Held, words: Words) -> str:
    if value is None:
        return _("(なし)")
    if isinstance(value, Clause):
        return clause_text(value, words)
    if isinstance(value, Row):
        return row_text(one.clause.kind, one.place.field, value, words)
    if isinstance(value, tuple):
        return words.keys([each for each in value if isinstance(each, str)])
    return words.scalar(one.field, value) if one.field else str(value)


def clause_text(clause: Clause, words: Words) -> str:
    """Title and all values, one a line."""
    all_of_it = shown(clause, words)
    facts = [f"{fact.label}: {fact.value}" for fact in all_of_it.facts]
    texts = [f"{label}: {text}" for label, text in all_of_it.texts]
    rows = [f"{lines.label}: {' / '.join(row)}" for lines in all_of_it.lines for row in lines.rows]
    return "\n".join([all_of_it.title, *facts, *texts, *rows])


def row_text(kind: Kind, key: str, row: Row, words: Words) -> str:
    field = field_of(kind, key)
    if field is None:
        return ""
    return "\n".join(
        f"{row_label(field, one)}: {words.scalar(one, row.values[one.key])}"
        for one in field.fields
        if one.key in row.values
    )
