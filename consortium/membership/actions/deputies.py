"""代理: naming a deputy for the days of one's absence, and taking it back."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.membership.models import Deputy, StaffPost, User, today
from consortium.membership.notices import DEPUTY_APPOINTED, DEPUTY_WITHDRAWN
from consortium.membership.permissions import MembershipPermission, PortalPermission
from consortium.membership.queries import administrators, current
from consortium.membership.roles import MUNICIPAL_ROLES
from consortium.notifications.announce import notify
from consortium.notifications.audience import people
from consortium.notifications.kinds import Kind
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor

LONGEST = timedelta(days=366)


@action(PortalPermission.VIEW)
def appoint_deputy(
    *, by: Actor, role: str, user: User, starts_on: date, ends_on: date, reason: str
) -> Deputy:
    """Let a colleague exercise one of the actor's own roles; last day included. All concerned are told.

    What one does only as somebody's deputy cannot be passed on. ValidationError, by field.
    """
    posts = StaffPost.objects.select_for_update()
    if role not in MUNICIPAL_ROLES or not current(posts.filter(user=by.id, role=role)).exists():
        raise _refused("role", _("自分が持つ役割だけを任せられます。"), "not_held")
    _check_period(starts_on, ends_on)
    _check_deputy(by, role, user)
    taken = Deputy.objects.filter(principal=by.id, role=role, withdrawn_at=None)
    if taken.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise _refused("starts_on", _("この役割の代理者は、その期間に既に定めています。"), "overlap")
    deputy = Deputy(
        principal_id=by.id, user=user, role=role, starts_on=starts_on, ends_on=ends_on, reason=reason
    )
    deputy.save(force_insert=True)
    detail = {"user": str(user.pk), "role": role, "from": str(starts_on), "until": str(ends_on)}
    record(by=by, action="deputy.appointed", target=deputy, detail=detail)
    _tell(deputy, DEPUTY_APPOINTED)
    return deputy


@action(PortalPermission.VIEW)
def withdraw_deputy(*, by: Actor, deputy: Deputy) -> None:
    """From now on. Open to the principal, the deputy and administrators; ValidationError if it is over."""
    locked: Deputy = Deputy.objects.select_for_update().select_related("user", "principal").get(pk=deputy.pk)
    if by.id not in {str(locked.principal_id), str(locked.user_id)}:
        by = by.exercising(MembershipPermission.MANAGE_STAFF)
        if not by.can(MembershipPermission.MANAGE_STAFF):
            raise PermissionDenied("neither principal, deputy nor administrator")
    if locked.withdrawn_at or locked.ends_on < today():
        raise ValidationError(_("この代理は既に終わっています。"), code="over")
    locked.withdrawn_at = timezone.now()
    locked.save(update_fields=["withdrawn_at"])
    record(by=by, action="deputy.withdrawn", target=locked, detail={"user": str(locked.user_id)})
    _tell(locked, DEPUTY_WITHDRAWN)


def _check_period(starts_on: date, ends_on: date) -> None:
    if starts_on < today():
        raise _refused("starts_on", _("今日以降の日付を入力してください。"), "past")
    if ends_on < starts_on:
        raise _refused("ends_on", _("開始日以降の日付を入力してください。"), "order")
    if ends_on - starts_on > LONGEST:
        raise _refused("ends_on", _("代理の期間は1年以内にしてください。"), "too_long")


def _check_deputy(by: Actor, role: str, user: User) -> None:
    theirs = current(StaffPost.objects.filter(user=user))
    if str(user.pk) == by.id or not theirs.exists():
        raise _refused("user", _("この自治体のほかの職員を選んでください。"), "not_a_colleague")
    if theirs.filter(role=role).exists():
        raise _refused("user", _("この職員は既にその役割を持っています。"), "held")


def _tell(deputy: Deputy, kind: Kind) -> None:
    told = [deputy.user_id, deputy.principal_id, *(one.pk for one in administrators())]
    values = {
        "principal": deputy.principal.name,
        "user": deputy.user.name,
        "role": deputy.role,
        "first": deputy.starts_on.isoformat(),
        "last": deputy.ends_on.isoformat(),
        "reason": deputy.reason,
    }
    notify(kind, to=people(*told), values=values)


def _refused(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})
