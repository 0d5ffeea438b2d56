"""Posts change by ending one and beginning another, so that it stays known who served when."""

from datetime import date
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.dates import calendar_date
from consortium.membership.models import StaffInvitation, StaffPost, User, today
from consortium.membership.notices import POST_ENDED, ROLE_CHANGED
from consortium.membership.permissions import MembershipPermission
from consortium.membership.queries import current, first_day_without_administrator
from consortium.membership.roles import MUNICIPAL_ROLES, Administrator
from consortium.notifications.announce import notify
from consortium.notifications.audience import account, people
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind

from .sessions import after_a_post_ended


@action(MembershipPermission.MANAGE_STAFF, kinds=(ActorKind.SYSTEM,))
def begin_post(
    *, by: Actor, user: User, role: str, starts_on: date | None = None, department: str = ""
) -> StaffPost:
    """Give a role from a day on (today); the post that is held already stays as it is.

    ValidationError for an unknown role.
    """
    require_municipal_role(role)
    day = starts_on or today()
    post, is_new = place(user, role, day, department)
    if is_new:
        detail = {"user": str(user.pk), "role": role, "from": day.isoformat()}
        record(by=by, action="staff_post.begun", target=post, detail=detail)
    return post


def place(user: User, role: str, day: date, department: str = "") -> tuple[StaffPost, bool]:
    """The post that the person holds on this day, else one that begins then; whether anything was written.

    One that would begin later is brought forward.
    """
    posts = StaffPost.objects.select_for_update().filter(
        Q(ends_on=None) | Q(ends_on__gt=day), user=user, role=role
    )
    held: StaffPost | None = posts.order_by("starts_on").first()
    if held is None:
        held = StaffPost(user=user, role=role, starts_on=day, department=department)
        held.save(force_insert=True)
        return held, True
    brought_forward = held.starts_on > day
    if brought_forward:
        held.starts_on = day
        held.save(update_fields=["starts_on"])
    return held, brought_forward


@action(MembershipPermission.MANAGE_STAFF, kinds=(ActorKind.SYSTEM,))
def end_post(*, by: Actor, post: StaffPost) -> None:
    """End a post today: its holder's next request is refused. ValidationError for the last administrator.

    The system, which ends what has lost its ground, is refused only if nobody administers today: of a day to
    come the municipality can still take care.
    """
    locked = _lock(post)
    _end(locked, today_only=by.kind is ActorKind.SYSTEM)
    open_ones = StaffInvitation.objects.filter(accepted_at=None, revoked_at=None)
    open_ones.filter(email__iexact=locked.user.email).update(revoked_at=timezone.now())
    record(
        by=by, action="staff_post.ended", target=post, detail={"user": str(post.user_id), "role": post.role}
    )
    values = {"place": locked.municipality.name, "role": post.role}
    notify(POST_ENDED, to=account(post.user_id), values=values)
    transaction.on_commit(partial(after_a_post_ended, post.user_id), robust=True)


@action(MembershipPermission.MANAGE_STAFF)
def change_role(*, by: Actor, post: StaffPost, role: str) -> StaffPost:
    """Put another role in the place of a post's; the same role changes nothing.

    ValidationError for an unknown role, for one that is held already, and for the last administrator.
    """
    require_municipal_role(role)
    locked = _lock(post)
    if locked.role == role:
        return locked
    if current(StaffPost.objects.filter(user=locked.user_id, role=role)).exists():
        raise ValidationError(_("この職員は既にその役割を持っています。"), code="held")
    _end(locked)
    begun = StaffPost(user_id=locked.user_id, role=role, department=locked.department)
    begun.save(force_insert=True)
    detail = {"user": str(post.user_id), "from": post.role, "to": role}
    record(by=by, action="staff_post.changed", target=begun, detail=detail)
    values = {"earlier": post.role, "role": role}
    notify(ROLE_CHANGED, to=people(post.user_id), values=values)
    return begun


def require_municipal_role(role: str) -> None:
    """Raises ValidationError."""
    if role not in MUNICIPAL_ROLES:
        raise ValidationError({"role": ValidationError(_("この役割はありません。"), code="unknown_role")})


def lock_administrators() -> None:
    """Before posts of administrators are ended, or planned to end: one such deed comes after the other.

    Those whose end is planned are locked too, or two of them could end each other at the same moment.
    """
    posts = StaffPost.objects.select_for_update().filter(Q(ends_on=None) | Q(ends_on__gt=today()))
    list(posts.filter(role=Administrator.key).order_by("pk"))


def require_administrator(field: str = NON_FIELD_ERRORS, *, today_only: bool = False) -> None:
    """ValidationError, at the field, if the posts as they stand leave a day (or today) without administrator.

    Asked after writing: whose end is planned is no administrator of the days after it.
    """
    day = first_day_without_administrator()
    if day is None or (today_only and day > today()):
        return
    message = (
        _("管理者がいなくなるため変更できません。先に別の管理者を招待してください。")
        if day <= today()
        else _("%(day)sから管理者がいなくなるため変更できません。先に後任の管理者を決めてください。")
    )
    error = ValidationError(message, params={"day": calendar_date(day)}, code="last_administrator")
    raise error if field == NON_FIELD_ERRORS else ValidationError({field: error})


def _lock(post: StaffPost) -> StaffPost:
    """The post, locked after the municipality's administrators, so that two cannot remove each other."""
    lock_administrators()
    locked: StaffPost = StaffPost.objects.select_for_update().get(pk=post.pk)
    if locked.ends_on is not None and locked.ends_on <= today():
        raise ValidationError(_("この職員の任は既に終わっています。"), code="ended")
    return locked


def _end(post: StaffPost, *, today_only: bool = False) -> None:
    """ValidationError `last_administrator`."""
    post.ends_on = today()
    post.save(update_fields=["ends_on"])
    if post.role == Administrator.key:
        require_administrator(today_only=today_only)
