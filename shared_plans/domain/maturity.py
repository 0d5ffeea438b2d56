"""DX成熟度の自己点検: questions on four axes as data, levels by a stated rule, and where to begin.

The questions follow the method of plans: commitment and decisions (推進体制), the six roles (人材), the
steps of the 全体手順書 (手順), evidence and measuring (データ). An axis stands at the mean of its answers,
cut to a whole level.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

LEVELS: Final = (0, 1, 2, 3)
"""未着手, 検討・準備中, 一部で実施, 全庁で実施."""
HIGHEST: Final = LEVELS[-1]


class Axis(StrEnum):
    ORGANISATION = "organisation"
    PEOPLE = "people"
    PROCEDURES = "procedures"
    DATA = "data"


class Own(StrEnum):
    """What the platform may know of a municipality: keys of indicators, and what its plans show."""

    STAFF = "dx_staff"
    BUDGET = "dx_budget"
    ONLINE_RATE = "online_application_rate"
    COMMITMENT = "plan.commitment"
    PUBLISHED = "plan.published"
    PEOPLE = "plan.people"
    EVIDENCE = "plan.evidence"
    TARGETS = "plan.targets"


@dataclass(frozen=True, slots=True)
class Question:
    """step: of the 全体手順書 that it asks about. known_by: answers it where known, by `thresholds`: the
    least value of level 1, 2 and 3 (a level that no value reaches has none).
    """

    key: str
    axis: Axis
    step: int
    known_by: Own | None = None
    thresholds: tuple[Decimal | None, ...] = ()

    def level_for(self, value: Decimal) -> int:
        reached = [
            level
            for level, least in zip(LEVELS[1:], self.thresholds, strict=True)
            if least is not None and value >= least
        ]
        return max(reached, default=0)


_IS: Final = (None, Decimal(1), None)
"""Known to be so of a plan: done in part; that all offices do it, people say."""

QUESTIONS: Final = (
    Question("commitment", Axis.ORGANISATION, 0, Own.COMMITMENT, _IS),
    Question("headquarters", Axis.ORGANISATION, 2),
    Question("budget", Axis.ORGANISATION, 2, Own.BUDGET, (None, Decimal(1), None)),
    Question("decisions", Axis.ORGANISATION, 2),
    Question("staff", Axis.PEOPLE, 2, Own.STAFF, (None, Decimal(1), Decimal(5))),
    Question("roles", Axis.PEOPLE, 2, Own.PEOPLE, _IS),
    Question("outside", Axis.PEOPLE, 2),
    Question("training", Axis.PEOPLE, 0),
    Question("policy", Axis.PROCEDURES, 1, Own.PUBLISHED, _IS),
    Question("redesign", Axis.PROCEDURES, 3),
    Question("online", Axis.PROCEDURES, 3, Own.ONLINE_RATE, (Decimal("0.01"), Decimal(20), Decimal(60))),
    Question("revision", Axis.PROCEDURES, 3),
    Question("evidence", Axis.DATA, 1, Own.EVIDENCE, _IS),
    Question("targets", Axis.DATA, 1, Own.TARGETS, _IS),
    Question("standard", Axis.DATA, 3),
    Question("open_data", Axis.DATA, 3),
)
BY_KEY: Final[Mapping[str, Question]] = MappingProxyType({one.key: one for one in QUESTIONS})


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known: a figure (1 for "it is so"), and where it was read."""

    value: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """An answer for the person to confirm or change."""

    level: int
    fact: Fact


def proposed(facts: Mapping[Own, Fact]) -> dict[str, Proposed]:
    """Answers by question, as far as the facts give any."""
    known = ((one, facts.get(one.known_by)) for one in QUESTIONS if one.known_by)
    return {one.key: Proposed(one.level_for(fact.value), fact) for one, fact in known if fact}


def questions_of(axis: Axis) -> tuple[Question, ...]:
    return tuple(one for one in QUESTIONS if one.axis is axis)


def levels(answers: Mapping[str, int]) -> dict[Axis, int]:
    """Level of every axis. Raises ValueError unless every question has one of LEVELS as its answer."""
    if set(answers) != set(BY_KEY) or not set(answers.values()) <= set(LEVELS):
        raise ValueError("Every question needs one of the levels.")
    found = {}
    for axis in Axis:
        given = [answers[one.key] for one in questions_of(axis)]
        found[axis] = sum(given) // len(given)
    return found


def weakest(found: Mapping[Axis, int]) -> Axis:
    """Of equals the one that stands first in the method."""
    return min(Axis, key=lambda axis: found[axis])


def next_questions(answers: Mapping[str, int], most: int = 3) -> list[Question]:
    """What to do next: the lowest answers of the earliest steps. A question that came later counts as 0."""
    open_ = [one for one in QUESTIONS if answers.get(one.key, 0) < HIGHEST]
    return sorted(open_, key=lambda one: (answers.get(one.key, 0), one.step))[:most]


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one step: how many of its questions there are, and how many are done at least in part."""

    step: int
    questions: int
    done: int

    @property
    def is_done(self) -> bool:
        return self.done == self.questions


def steps(answers: Mapping[str, int]) -> list[Standing]:
    """Steps 0 to 3 of the 全体手順書."""
    return [
        Standing(step, len(about), sum(answers.get(one.key, 0) >= 2 for one in about))
        for step in range(4)
        if (about := [one for one in QUESTIONS if one.step == step])
    ]


def begin_at(answers: Mapping[str, int]) -> int:
    """The first step that is not done; the last where all are."""
    return next((one.step for one in steps(answers) if not one.is_done), 3)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An initiative that may be adopted. similarity: of its municipality, 0 to 100."""

    key: str
    items: tuple[str, ...]
    step: int | None
    similarity: int
    measured: bool = False


def starter(candidates: Iterable[Candidate], *, per_item: int = 2, most: int = 14) -> list[Candidate]:
    """A plan to begin with: of each national item the best few. Measured ones first, then the most similar.

    Each candidate stands under its first item; items in the order of appearance. Ties: as given.
    """
    ordered = sorted(candidates, key=lambda one: (not one.measured, -one.similarity))
    taken: dict[str, list[Candidate]] = {}
    for one in ordered:
        under = taken.setdefault(one.items[0] if one.items else "", [])
        if len(under) < per_item:
            under.append(one)
    chosen = [
        one for round_ in range(per_item) for under in taken.values() for one in under[round_ : round_ + 1]
    ]
    return chosen[:most]
