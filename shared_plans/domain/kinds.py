"""What a plan is made of: the kinds of clauses and their fields, as data.

Forms, validation, comparison, merging, the JSON Schema, spreadsheets and papers are all driven by it. The
anatomy is 内部環境分析 → 戦略 → 計画 → 実行. 阻害要因 are no part of it: nothing of them may ever be shared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MAX_TITLE: Final = 120
MAX_LINE: Final = 300
MAX_TEXT: Final = 10_000
MAX_ROWS: Final = 60
MAX_KEYS: Final = 30


class Kind(StrEnum):
    """Of a clause, in the order in which a plan is read."""

    COMMITMENT = "commitment"
    ANALYSIS = "analysis"
    PRIORITY = "priority"
    INITIATIVE = "initiative"
    KPI = "kpi"
    BUDGET = "budget"
    PEOPLE = "people"
    RISK = "risk"


class Type(StrEnum):
    """How a field's value looks in JSON.

    TEXT and MARKDOWN: a string. CHOICE: one of `choices`. REF: id of a clause of kind `target`. DECIMAL: a
    string such as "12.5". INTEGER, MONEY (yen), YEAR (年度): a number. DATE: ISO 8601. KEYS: a list of keys
    without order; ITEMS: the same, keys of national items. ROWS: a list of objects with an `id` and `fields`.
    """

    TEXT = "text"
    MARKDOWN = "markdown"
    CHOICE = "choice"
    REF = "ref"
    DECIMAL = "decimal"
    INTEGER = "integer"
    MONEY = "money"
    YEAR = "year"
    DATE = "date"
    KEYS = "keys"
    ITEMS = "items"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Field:
    """required: before the plan can be decided on; a draft may lack it. limit: characters, keys or rows.

    minimum, maximum: of numbers, both included. figure: scaled when a plan is adopted (see scaling).
    """

    key: str
    type: Type
    required: bool = False
    limit: int = MAX_LINE
    choices: tuple[str, ...] = ()
    target: Kind | None = None
    minimum: int = 0
    maximum: int = 10**15
    fields: tuple["Field", ...] = ()
    figure: bool = False

    def field(self, key: str) -> "Field | None":
        """Of its rows."""
        return next((field for field in self.fields if field.key == key), None)


class Role(StrEnum):
    """六つの役割 of those who carry DX."""

    RESEARCH_ANALYSIS = "research_analysis"
    STRATEGY_XTECH_DESIGN = "strategy_xtech_design"
    PROJECT_AGILE_MANAGEMENT = "project_agile_management"
    NEGOTIATION = "negotiation"
    EXECUTION_DRIVE = "execution_drive"
    RISK_PROBLEM_SOLVING = "risk_problem_solving"


class Staffing(StrEnum):
    """Where a person comes from: own staff, a secondee, a contractor, the prefecture's pool."""

    OWN = "own"
    SECONDEE = "secondee"
    CONTRACTOR = "contractor"
    PREFECTURE_POOL = "prefecture_pool"


class Cost(StrEnum):
    """費用区分 of a shared platform, and what is none of it."""

    OPERATION = "operation"
    DATA_PREPARATION = "data_preparation"
    DATA_LINKAGE = "data_linkage"
    EXTERNAL_SERVICES = "external_services"
    DEVELOPMENT = "development"
    OTHER = "other"


class Funding(StrEnum):
    """財源. Grants by scheme; `scheme` of the line may say more."""

    OWN_FUNDS = "own_funds"
    DIGITAL_GARDEN_GRANT = "digital_garden_grant"
    NEW_REGIONAL_GRANT = "new_regional_grant"
    REGIONAL_FUTURE_GRANT = "regional_future_grant"
    OTHER_GRANT = "other_grant"
    PFI = "pfi"
    SHARED_DUES = "shared_dues"
    PREFECTURE = "prefecture"


class Area(StrEnum):
    """分野 of municipal work that an initiative is for."""

    CONTACT = "contact"
    WELFARE = "welfare"
    CHILDREN = "children"
    SAFETY = "safety"
    TRANSPORT = "transport"
    ECONOMY = "economy"
    ENVIRONMENT = "environment"
    INTERNAL = "internal"
    PLATFORM = "platform"
    CAPACITY = "capacity"


class Question(StrEnum):
    """The three questions of 内部環境分析, and an own one, whose words stand in `title`."""

    DIGITALISED = "digitalised"
    STRENGTHS = "strengths"
    INSTITUTIONS = "institutions"
    OWN = "own"


_TITLE: Final = Field("title", Type.TEXT, required=True, limit=MAX_TITLE)
_INITIATIVE: Final = Field("initiative", Type.REF, target=Kind.INITIATIVE)

SCHEMA: Final[Mapping[Kind, tuple[Field, ...]]] = MappingProxyType(
    {
        Kind.COMMITMENT: (
            Field("statement", Type.MARKDOWN, required=True, limit=MAX_TEXT),
            Field("given_by", Type.TEXT),
            Field("decision_days", Type.INTEGER, minimum=1, maximum=365),
        ),
        Kind.ANALYSIS: (
            Field("question", Type.CHOICE, required=True, choices=tuple(Question)),
            Field("title", Type.TEXT, limit=MAX_TITLE),
            Field("answer", Type.MARKDOWN, required=True, limit=MAX_TEXT),
            Field(
                "evidence",
                Type.ROWS,
                limit=MAX_ROWS,
                fields=(
                    Field("indicator", Type.TEXT, limit=80),
                    Field("value", Type.TEXT, required=True),
                    Field("source", Type.TEXT, required=True),
                ),
            ),
        ),
        Kind.PRIORITY: (
            _TITLE,
            Field("rank", Type.INTEGER, required=True, minimum=1, maximum=99),
            Field("share", Type.DECIMAL, maximum=100),
            Field("why", Type.MARKDOWN, limit=MAX_TEXT),
        ),
        Kind.INITIATIVE: (
            _TITLE,
            Field("items", Type.ITEMS, limit=MAX_KEYS),
            Field("area", Type.CHOICE, choices=tuple(Area)),
            Field("priority", Type.REF, target=Kind.PRIORITY),
            Field("body", Type.MARKDOWN, limit=MAX_TEXT),
            Field("unit", Type.TEXT, limit=MAX_TITLE),
            Field("step", Type.INTEGER, maximum=3),
            Field("starts_on", Type.DATE),
            Field("ends_on", Type.DATE),
            Field("components", Type.KEYS, limit=MAX_KEYS),
            Field(
                "milestones",
                Type.ROWS,
                limit=MAX_ROWS,
                fields=(_TITLE, Field("due", Type.DATE, required=True)),
            ),
        ),
        Kind.KPI: (
            _TITLE,
            _INITIATIVE,
            Field("measure", Type.TEXT, limit=40),
            Field("indicator", Type.TEXT, limit=80),
            Field("direction", Type.CHOICE, choices=("up", "down")),
            Field("baseline_year", Type.YEAR),
            Field("baseline", Type.DECIMAL),
            Field(
                "targets",
                Type.ROWS,
                limit=MAX_ROWS,
                fields=(
                    Field("year", Type.YEAR, required=True),
                    Field("value", Type.DECIMAL, required=True, figure=True),
                ),
            ),
        ),
        Kind.BUDGET: (
            _TITLE,
            _INITIATIVE,
            Field("year", Type.YEAR, required=True),
            Field("cost", Type.CHOICE, required=True, choices=tuple(Cost)),
            Field("funding", Type.CHOICE, required=True, choices=tuple(Funding)),
            Field("scheme", Type.TEXT, limit=MAX_TITLE),
            Field("amount", Type.MONEY, required=True, figure=True),
        ),
        Kind.PEOPLE: (
            Field("role", Type.CHOICE, required=True, choices=tuple(Role)),
            _INITIATIVE,
            Field("year", Type.YEAR),
            Field("needed", Type.DECIMAL, required=True, maximum=9999, figure=True),
            Field(
                "staffed",
                Type.ROWS,
                limit=MAX_ROWS,
                fields=(
                    Field("source", Type.CHOICE, required=True, choices=tuple(Staffing)),
                    Field("fte", Type.DECIMAL, required=True, maximum=9999),
                    Field("note", Type.TEXT),
                ),
            ),
        ),
        Kind.RISK: (
            _TITLE,
            _INITIATIVE,
            Field("likelihood", Type.INTEGER, minimum=1, maximum=3),
            Field("impact", Type.INTEGER, minimum=1, maximum=3),
            Field("response", Type.MARKDOWN, limit=MAX_TEXT),
        ),
    }
)


def fields_of(kind: Kind) -> tuple[Field, ...]:
    return SCHEMA[kind]


def field_of(kind: Kind, key: str) -> Field | None:
    return next((field for field in SCHEMA[kind] if field.key == key), None)


def references(kind: Kind) -> Iterator[Field]:
    """Those fields that name another clause."""
    return (field for field in SCHEMA[kind] if field.type is Type.REF)
