"""Reminders of deadlines: of each stage of a deadline people are told once, however often this runs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from consortium.audit.record import record
from consortium.notifications.announce import notify
from consortium.notifications.audience import holders
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from shared_plans.domain.board import Clock
from shared_plans.domain.reminding import Stage, stage_of
from shared_plans.models import DeadlineReminder
from shared_plans.notices import DEADLINES_NEAR, DEADLINES_PASSED, DECISION_NEAR, DECISION_PASSED
from shared_plans.permissions import PlansPermission
from shared_plans.queries.blockers import blockers_due
from shared_plans.queries.board import boards, executing_plans
from shared_plans.queries.decisions import decisions_waiting
from shared_plans.queries.plans import plans_by_id

OF_EXECUTION: Final = {Stage.NEAR: DEADLINES_NEAR, Stage.PASSED: DEADLINES_PASSED}
OF_DECISIONS: Final = {Stage.NEAR: DECISION_NEAR, Stage.PASSED: DECISION_PASSED}


@dataclass(frozen=True)
class Deadline:
    """of_decision: who approves is told; else whoever writes plans."""

    plan_id: UUID
    subject: str
    due: date
    stage: Stage
    of_decision: bool = False


@action(kinds=(ActorKind.SYSTEM,))
def remind_of_deadlines(*, by: Actor, clock: Clock) -> int:
    """Of the open municipality. Returns of how many deadlines people were told."""
    told = _untold([*_milestones(clock), *_blockers(clock), *_decisions(clock)])
    if not told:
        return 0
    titles = {plan.pk: plan.title for plan in plans_by_id({one.plan_id for one in told})}
    for (plan_id, stage, of_decision), due in _grouped(told).items():
        _tell(plan_id, titles[plan_id], stage, due, of_decision=of_decision)
    record(by=by, action="plan.deadlines_reminded", detail={"deadlines": len(told)})
    return len(told)


def _milestones(clock: Clock) -> Iterator[Deadline]:
    for board in boards(executing_plans(), clock):
        for one in board.milestones:
            stage = None if one.done_on else stage_of(one.due, clock)
            if stage and one.due:
                yield Deadline(board.plan.pk, f"milestone:{one.clause}:{one.row}", one.due, stage)


def _blockers(clock: Clock) -> Iterator[Deadline]:
    for one in blockers_due(clock.soon_until):
        if one.due and (stage := stage_of(one.due, clock)):
            yield Deadline(one.plan_id, f"blocker:{one.pk}", one.due, stage)


def _decisions(clock: Clock) -> Iterator[Deadline]:
    for one in decisions_waiting():
        if one.due_on and (stage := stage_of(one.due_on, clock)):
            subject = f"decision:{one.plan.submitted_at:%Y-%m-%dT%H:%M:%S.%f}"
            yield Deadline(one.plan.pk, subject, one.due_on, stage, of_decision=True)


def _untold(found: Iterable[Deadline]) -> list[Deadline]:
    """Those that nobody was told of, which from now on they are."""
    found = list(found)
    rows = DeadlineReminder.objects.filter(plan__in={one.plan_id for one in found})
    known = set(rows.values_list("plan_id", "subject", "due", "stage"))
    fresh = [one for one in found if (one.plan_id, one.subject, one.due, one.stage.value) not in known]
    for one in fresh:
        DeadlineReminder(plan_id=one.plan_id, subject=one.subject, due=one.due, stage=one.stage.value).save(
            force_insert=True
        )
    return fresh


def _grouped(told: Iterable[Deadline]) -> dict[tuple[UUID, Stage, bool], list[date]]:
    found: defaultdict[tuple[UUID, Stage, bool], list[date]] = defaultdict(list)
    for one in told:
        found[one.plan_id, one.stage, one.of_decision].append(one.due)
    return dict(found)


def _tell(plan_id: UUID, title: str, stage: Stage, due: list[date], *, of_decision: bool) -> None:
    kind = (OF_DECISIONS if of_decision else OF_EXECUTION)[stage]
    to = holders(PlansPermission.APPROVE if of_decision else PlansPermission.WRITE)
    values = {"title": title, "count": len(due), "due": min(due).isoformat()}
    notify(kind, to=to, values=values, target={"plan": plan_id})
