"""起案 → 決裁 → 公表: which step is open to whom. Who wrote a plan never approves it (four eyes)."""

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


class Refusal(StrEnum):
    WRONG_STATUS = "wrong_status"
    FOUR_EYES = "four_eyes"
    AUTHORS_ONLY = "authors_only"
    REASON_REQUIRED = "reason_required"


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
    }
)


def refusal(
    step: Step,
    status: Status,
    *,
    by: Hashable,
    authors: Collection[Hashable],
    reason: str = "",
    on_behalf_of: Collection[Hashable] = (),
) -> Refusal | None:
    """Return why a step may not be taken, None if it may. Permissions are checked elsewhere.

    authors: everyone who wrote or submitted the draft at hand. on_behalf_of: absent persons whose deputy
    acts; what they wrote she may not approve either.
    """
    rule = RULES[step]
    if status is not rule.source:
        return Refusal.WRONG_STATUS
    if rule.by_others and any(person in authors for person in (by, *on_behalf_of)):
        return Refusal.FOUR_EYES
    if rule.by_authors and by not in authors:
        return Refusal.AUTHORS_ONLY
    return Refusal.REASON_REQUIRED if rule.needs_reason and not reason.strip() else None


def after(step: Step) -> Status:
    return RULES[step].target


def open_steps(
    status: Status, *, by: Hashable, authors: Collection[Hashable], on_behalf_of: Collection[Hashable] = ()
) -> tuple[Step, ...]:
    """Return the steps a person may be offered now; those with a reason will still ask for it."""
    return tuple(
        step
        for step in Step
        if refusal(step, status, by=by, authors=authors, reason="-", on_behalf_of=on_behalf_of) is None
    )
