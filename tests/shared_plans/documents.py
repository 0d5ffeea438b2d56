"""Hypothesis strategies for plan documents, and edits of them."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from shared_plans.domain.document import Clause, Document, Row, Value, made, row
from shared_plans.domain.kinds import SCHEMA, Field, Kind, Type

IDS = ("a", "b", "c", "d", "e", "f")
KEYS = ("front_yard", "security", "telework")
texts = st.text(alphabet="市町村DX 窓口ab1", max_size=6).map(str.strip)
numbers = st.integers(0, 5)


_BY_TYPE: dict[Type, st.SearchStrategy[str | int]] = {
    Type.DECIMAL: numbers.map(lambda n: str(Decimal(n) / 2)),
    Type.DATE: numbers.map(lambda n: date(2026, 4, 1 + n).isoformat()),
    Type.YEAR: numbers.map(lambda n: 2026 + n),
    Type.REF: st.sampled_from(IDS),
}


def scalars(field: Field) -> st.SearchStrategy[str | int]:
    if field.type in {Type.INTEGER, Type.MONEY}:
        return st.integers(field.minimum, min(field.minimum + 5, field.maximum))
    return st.sampled_from(field.choices) if field.choices else _BY_TYPE.get(field.type, texts)


def rows(field: Field) -> st.SearchStrategy[tuple[Row, ...]]:
    values = st.fixed_dictionaries({one.key: st.none() | scalars(one) for one in field.fields})
    one = st.builds(row, st.sampled_from(IDS), values)
    return st.lists(one, max_size=3, unique_by=lambda each: each.id).map(tuple)


def values_of(field: Field) -> st.SearchStrategy[Value]:
    if field.type is Type.ROWS:
        return rows(field)
    if field.type in {Type.KEYS, Type.ITEMS}:
        return st.lists(st.sampled_from(KEYS), max_size=3, unique=True).map(tuple)
    return scalars(field)


def clauses(clause_id: str) -> st.SearchStrategy[Clause]:
    """Of one kind for each id, as ids of clauses are never used for another kind by people's edits."""
    kind = list(Kind)[IDS.index(clause_id) % 3 + 2]
    fields = {field.key: st.none() | values_of(field) for field in SCHEMA[kind]}
    return st.fixed_dictionaries(fields).map(lambda values: made(clause_id, kind, values))


@st.composite
def documents(draw: st.DrawFn, ids: tuple[str, ...] = IDS) -> Document:
    chosen = draw(st.lists(st.sampled_from(ids), max_size=4, unique=True))
    return Document(tuple(draw(clauses(clause_id)) for clause_id in chosen))


@st.composite
def edited(draw: st.DrawFn, base: Document, ids: tuple[str, ...] = IDS) -> Document:
    """Some clauses of the base changed in some fields, taken away or added; in any order."""
    result = []
    for old in base.clauses:
        clause = old
        fate = draw(st.sampled_from(("keep", "keep", "change", "drop") if clause.id in ids else ("keep",)))
        if fate == "change":
            other = draw(clauses(clause.id))
            keys = draw(st.sets(st.sampled_from([field.key for field in SCHEMA[clause.kind]]), max_size=3))
            values = {**clause.values, **{key: other.values.get(key) for key in keys}}
            clause = made(clause.id, clause.kind, values)
        if fate != "drop":
            result.append(clause)
    present = {clause.id for clause in base.clauses}
    for clause_id in draw(st.sets(st.sampled_from(ids), max_size=2)) - present:
        result.append(draw(clauses(clause_id)))
    return Document(tuple(draw(st.permutations(result))))
