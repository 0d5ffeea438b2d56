"""起案 → 決裁 → 公表 → 実行 → 終了: which step is open to whom. Who wrote a plan never approves it.

A plan has two sides. Its working copy has a `Status`; what was decided has a `Phase`. So a plan that is being
carried out is revised meanwhile: the next revision is drafted and decided beside the one in force.
"""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Status(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"


class Step(StrEnum):
    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    PUBLISH = "publish"
    REVISE = "revise"
    ABANDON = "abandon"


class Phase(StrEnum):
    PREPARING = "preparing"
    EXECUTING = "executing"
    CLOSED = "closed"


class Turn(StrEnum):
    """From phase to phase."""

    START = "start"
    CLOSE = "close"
    REOPEN = "reopen"


class Refusal(StrEnum):
    WRONG_STATUS = "wrong_status"
    FOUR_EYES = "four_eyes"
    AUTHORS_ONLY = "authors_only"
    REASON_REQUIRED = "reason_required"
    CLOSED = "closed"
    NOTHING_PUBLISHED = "nothing_published"
    DRAFT_OPEN = "draft_open"


@dataclass(frozen=True, slots=True)
class Rule:
    """From where to where; whether authors may not, or only they may; whether it needs a reason."""

    source: Status
    target: Status
    by_others: bool = False
    by_authors: bool = False
    needs_reason: bool = False


RULES: Final[Mapping[Step, Rule]] = MappingProxyType(
    {
        Step.EDIT: Rule(Status.DRAFT, Status.DRAFT),
        Step.SUBMIT: Rule(Status.DRAFT, Status.IN_REVIEW),
        # 取下げ: the authors take it back before it is decided.
        Step.WITHDRAW: Rule(Status.IN_REVIEW, Status.DRAFT, by_authors=True),
        # 差戻し: whoever may decide sends it back.
        Step.RETURN: Rule(Status.IN_REVIEW, Status.DRAFT, by_others=True, needs_reason=True),
        # 決裁: approval publishes a new immutable revision.
        Step.PUBLISH: Rule(Status.IN_REVIEW, Status.PUBLISHED, by_others=True),
        # 改訂: a new draft on top of the published revision, which stays as it is.
        Step.REVISE: Rule(Status.PUBLISHED, Status.DRAFT, needs_reason=True),
        # 改訂の取りやめ: what was published stays, the draft of the next revision goes.
        Step.ABANDON: Rule(Status.DRAFT, Status.PUBLISHED),
    }
)
TURNS: Final[Mapping[Turn, tuple[frozenset[Phase], Phase]]] = MappingProxyType(
    {
        Turn.START: (frozenset({Phase.PREPARING}), Phase.EXECUTING),
        Turn.CLOSE: (frozenset({Phase.PREPARING, Phase.EXECUTING}), Phase.CLOSED),
        Turn.REOPEN: (frozenset({Phase.CLOSED}), Phase.EXECUTING),
    }
)
"""Turn → from which phases, to which."""


def refusal(
    step: Step,
    status: Status,
    *,
    by: Hashable,
    authors: Collection[Hashable],
    reason: str = "",
    on_behalf_of: Collection[Hashable] = (),
    phase: Phase = Phase.PREPARING,
    published: bool = True,
) -> Refusal | None:
    """Return why a step may not be taken, None if it may. Permissions are checked elsewhere.

    published: whether the plan has a revision.

    authors: everyone who wrote or submitted the draft at hand. on_behalf_of: absent persons whose deputy
    acts; what they wrote she may not approve either.
    """
    rule = RULES[step]
    if status is not rule.source:
        return Refusal.WRONG_STATUS
    if step is Step.REVISE and phase is Phase.CLOSED:
        return Refusal.CLOSED
    if step is Step.ABANDON and not published:
        return Refusal.NOTHING_PUBLISHED
    if rule.by_others and any(person in authors for person in (by, *on_behalf_of)):
        return Refusal.FOUR_EYES
    if rule.by_authors and by not in authors:
        return Refusal.AUTHORS_ONLY
    return Refusal.REASON_REQUIRED if rule.needs_reason and not reason.strip() else None


def after(step: Step) -> Status:
    return RULES[step].target


def turn_refusal(turn: Turn, phase: Phase, status: Status, *, published: bool, reason: str) -> Refusal | None:
    """Return why the plan may not enter the next phase, None if it may."""
    sources, _target = TURNS[turn]
    if phase not in sources:
        return Refusal.WRONG_STATUS
    if not published:
        return Refusal.NOTHING_PUBLISHED
    if turn is Turn.CLOSE and status is not Status.PUBLISHED:
        return Refusal.DRAFT_OPEN
    return None if reason.strip() else Refusal.REASON_REQUIRED


def open_turns(phase: Phase, status: Status, *, published: bool) -> tuple[Turn, ...]:
    return tuple(
        turn for turn in Turn if turn_refusal(turn, phase, status, published=published, reason="-") is None
    )


def open_steps(
    status: Status,
    *,
    by: Hashable,
    authors: Collection[Hashable],
    on_behalf_of: Collection[Hashable] = (),
    phase: Phase = Phase.PREPARING,
    published: bool = True,
) -> tuple[Step, ...]:
    """Return the steps a person may be offered now; those with a reason will still ask for it."""
    return tuple(
        step
        for step in Step
        if refusal(
            step,
            status,
            by=by,
            authors=authors,
            reason="-",
            on_behalf_of=on_behalf_of,
            phase=phase,
            published=published,
        )
        is None
    )
