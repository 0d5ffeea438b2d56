"""Hand over a role on a day to come: one post ends on it, the other begins, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.membership.actions.posts import (
    lock_administrators,
    require_administrator,
    require_municipal_role,
)
from consortium.membership.models import StaffPost, User, today
from consortium.membership.notices import POST_ENDED
from consortium.membership.permissions import MembershipPermission
from consortium.membership.roles import Administrator
from consortium.notifications.announce import notify
from consortium.notifications.audience import account
from consortium.staffing import queries
from consortium.staffing.models import PlannedChange, State
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind

FARTHEST: Final = 24
"""Months ahead that changes may be planned."""


@dataclass(frozen=True, slots=True)
class Change:
    """At least one of leaver and successor."""

    role: str
    effective_on: date
    leaver: User | None = None
    successor: User | None = None
    department: str = ""
    note: str = ""


@action(MembershipPermission.MANAGE_STAFF)
def plan_change(*, by: Actor, change: Change) -> PlannedChange:
    """Decide a change of a post. Until the day nothing changes; on it the posts' own dates take effect.

    ValidationError names the field: day not to come, role not held, held already, nobody to administer.
    """
    lock_administrators()
    planned = _plan(by, change)
    _require_administrator(change)
    return planned


@action(MembershipPermission.MANAGE_STAFF)
def plan_changes(*, by: Actor, changes: Sequence[Change]) -> None:
    """All or none; that an administrator remains is asked of the whole."""
    lock_administrators()
    for change in changes:
        _plan(by, change)
    for change in changes:
        _require_administrator(change)


@action(MembershipPermission.MANAGE_STAFF)
def cancel_change(*, by: Actor, change: PlannedChange) -> None:
    """Before the day: all stays as it is. What was brought forward and is in force already stays in force.

    ValidationError afterwards, for what is cancelled already, and where a later change builds on this one.
    """
    lock_administrators()
    locked: PlannedChange = PlannedChange.objects.select_for_update().get(pk=change.pk)
    if locked.state != State.PLANNED or locked.effective_on <= today():
        raise ValidationError(_("この異動は既に発令されたか、取り消されています。"), code="closed")
    _require_last(locked)
    # One statement: what was ended by hand meanwhile stays ended.
    StaffPost.objects.filter(pk=locked.outgoing_id, ends_on=locked.effective_on).update(ends_on=None)
    incoming, locked.incoming, locked.outgoing = locked.incoming, None, None
    _close(locked, State.CANCELLED)
    if incoming and incoming.starts_on == locked.effective_on:
        incoming.delete()
    if locked.role == Administrator.key:
        require_administrator()
    record(by=by, action="planned_change.cancelled", target=locked, detail={"role": locked.role})


@action(kinds=(ActorKind.SYSTEM,))
def take_effect(*, by: Actor) -> int:
    """Note what has come into force by its date in the open municipality; returns how many changes."""
    due = PlannedChange.objects.filter(state=State.PLANNED, effective_on__lte=today())
    found = list(due.select_related("municipality").select_for_update(of=("self",)))
    for change in found:
        _close(change, State.DONE)
        record(by=by, action="planned_change.took_effect", target=change, detail=_detail(change))
        if change.leaver_id:
            values = {"place": change.municipality.name, "role": change.role}
            notify(POST_ENDED, to=account(change.leaver_id), values=values)
    return len(found)


def check_change(change: Change) -> None:
    """What can be said before anything is written. Raises ValidationError that names the field."""
    require_municipal_role(change.role)
    if not today() < change.effective_on <= queries.after(today(), FARTHEST):
        raise _refused("effective_on", _("発令日は明日から2年以内の日にしてください。"))
    if change.leaver is None and change.successor is None:
        raise _refused("leaver", _("前任者か後任者の少なくとも一方を選んでください。"))
    if change.leaver == change.successor:
        raise _refused("successor", _("前任者と後任者が同じ人です。"))
    if change.leaver and _held(change.leaver, change) is None:
        raise _refused("leaver", _("前任者は発令日にこの役割を持っていないか、終了が既に決まっています。"))
    if change.successor and _held(change.successor, change, also_ending=True):
        raise _refused("successor", _("後任者は発令日に既にこの役割を持っているか、予定されています。"))


def _plan(by: Actor, change: Change) -> PlannedChange:
    list(StaffPost.objects.select_for_update().filter(role=change.role, ends_on=None).order_by("pk"))
    check_change(change)
    outgoing = _held(change.leaver, change) if change.leaver else None
    department = change.department or (outgoing.department if outgoing else "")
    if outgoing:
        outgoing.ends_on = change.effective_on
        outgoing.save(update_fields=["ends_on"])
    planned = PlannedChange(
        role=change.role,
        department=department,
        effective_on=change.effective_on,
        leaver=change.leaver,
        successor=change.successor,
        outgoing=outgoing,
        incoming=_incoming(change, department),
        note=change.note,
        planned_by=by.label[:80],
    )
    planned.save(force_insert=True)
    record(by=by, action="planned_change.planned", target=planned, detail=_detail(planned))
    return planned


def _held(user: User, change: Change, *, also_ending: bool = False) -> StaffPost | None:
    posts = queries.not_over(change.effective_on).filter(user=user, role=change.role)
    if not also_ending:
        posts = posts.filter(ends_on=None, starts_on__lt=change.effective_on)
    return posts.first()


def _incoming(change: Change, department: str) -> StaffPost | None:
    if change.successor is None:
        return None
    post = StaffPost(
        user=change.successor, role=change.role, starts_on=change.effective_on, department=department
    )
    post.save(force_insert=True)
    return post


def _require_administrator(change: Change) -> None:
    if change.role == Administrator.key:
        require_administrator("successor")


def _require_last(change: PlannedChange) -> None:
    """ValidationError where the successor is to be followed, or the leaver to return."""
    followed = change.incoming_id and PlannedChange.objects.filter(outgoing=change.incoming_id).exists()
    again = StaffPost.objects.filter(user=change.leaver_id, role=change.role, ends_on=None)
    is_reopened = change.outgoing is not None and change.outgoing.ends_on == change.effective_on
    returns = is_reopened and again.exclude(pk=change.outgoing_id).exists()
    if followed or returns:
        raise ValidationError(_("先に、この後の異動の予定を取り消してください。"), code="later")


def _close(change: PlannedChange, state: State) -> None:
    change.state, change.closed_at = state, timezone.now()
    change.save(update_fields=["state", "closed_at", "outgoing", "incoming"])


def _detail(change: PlannedChange) -> dict[str, str]:
    return {
        "role": change.role,
        "on": change.effective_on.isoformat(),
        "leaver": str(change.leaver_id or ""),
        "successor": str(change.successor_id or ""),
    }


def _refused(field: str, message: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=field)})
