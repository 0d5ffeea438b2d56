"""A whole digital ID is suspended, resumed or closed: with it stands and falls every credential of it.

Nothing else writes `Citizen.status`, but for a record at the counter that was declined before it counted.
"""

import secrets
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.kinds import Kind
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.domain.standing import ENDS, STARTS, Change, Reason
from identity.models import Citizen, CitizenStatus, EnrolmentCode, LogoutCause
from identity.notices import ID_CLOSED, ID_RESUMED, ID_SUSPENDED, tell
from identity.permissions import IdentityPermission

from .device_holds import close_devices, hold_devices, release_devices
from .endings import end_access

_REFUSED = {
    CitizenStatus.ACTIVE: _("このデジタルIDは停止されていません。"),
    CitizenStatus.SUSPENDED: _("このデジタルIDは既に一時停止されています。"),
    CitizenStatus.CLOSED: _("このデジタルIDは既に廃止されています。元に戻すことはできません。"),
}
_RECORDED = {
    Change.SUSPEND: "citizen.suspended",
    Change.RESUME: "citizen.resumed",
    Change.CLOSE: "citizen.closed",
}


@action(IdentityPermission.PROOF_RESIDENTS, kinds=(ActorKind.RESIDENT, ActorKind.SYSTEM))
def suspend_citizen(*, by: Actor, citizen_id: UUID, reason: Reason) -> None:
    """Nobody gets in from now on, until it is resumed; what is open ends at once, also at services.

    by: the resident, a clerk where she lives, or a job for that municipality.
    Raises ValidationError `status`, PermissionDenied.
    """
    _change(by, citizen_id, Change.SUSPEND)
    if by.kind == ActorKind.STAFF:  # a code handed out later lifts the suspension: see recover_citizen
        unused = EnrolmentCode.objects.filter(citizen_id=citizen_id, used_at=None, revoked_at=None)
        unused.update(revoked_at=timezone.now())
    hold_devices(by, citizen_id)
    end_access(by=by, citizen_id=citizen_id, cause=LogoutCause.SUSPENDED)
    _tell_and_record(by, citizen_id, Change.SUSPEND, reason, ID_SUSPENDED)


@action(IdentityPermission.PROOF_RESIDENTS, kinds=(ActorKind.SYSTEM,))
def resume_citizen(*, by: Actor, citizen_id: UUID, reason: Reason) -> None:
    """Her credentials count again, but for those that were revoked meanwhile. What had ended stays ended.

    Never by herself: who holds a lost device could do it too; nor by the clerk who suspended it. What she
    suspended herself only a new proofing brings back, which two clerks make (recover_citizen).
    Raises ValidationError `status`, `four_eyes`, `proofing`.
    """
    _four_eyes(by, citizen_id)
    _change(by, citizen_id, Change.RESUME)
    release_devices(citizen_id)
    _tell_and_record(by, citizen_id, Change.RESUME, reason, ID_RESUMED)


@action(kinds=(ActorKind.RESIDENT,))
def recover_citizen(*, by: Actor) -> None:
    """Two clerks have seen her, and their code was used: a suspension ends. Call it when no credential from
    before works any more. Does nothing unless the ID is suspended."""
    if by.citizen_id is None:
        raise PermissionDenied("a resident's own action")
    suspended = Citizen.objects.filter(pk=by.citizen_id, status=CitizenStatus.SUSPENDED)
    if suspended.update(status=CitizenStatus.ACTIVE, suspended_by=[]):
        _tell_and_record(by, by.citizen_id, Change.RESUME, Reason.PROOFED, ID_RESUMED)


@action(IdentityPermission.PROOF_RESIDENTS, kinds=(ActorKind.RESIDENT, ActorKind.SYSTEM))
def close_citizen(*, by: Actor, citizen_id: UUID, reason: Reason) -> None:
    """For good. Somebody alive can be enrolled anew, as a new ID under new pseudonyms.

    Call it before a residence is ended. Raises ValidationError `status`, PermissionDenied.
    """
    _change(by, citizen_id, Change.CLOSE)
    close_devices(by, citizen_id)
    end_access(by=by, citizen_id=citizen_id, cause=LogoutCause.CLOSED)
    if reason != Reason.DEATH:
        Citizen.objects.filter(pk=citizen_id).update(person_index=secrets.token_hex(32), name_index="")
    _tell_and_record(by, citizen_id, Change.CLOSE, reason, ID_CLOSED)


def _change(by: Actor, citizen_id: UUID, change: Change) -> None:
    """One statement decides, so that of two at once the second is refused."""
    if by.kind == ActorKind.RESIDENT and by.citizen_id != citizen_id:
        raise PermissionDenied("somebody else's identity")
    rows = Citizen.objects.filter(pk=citizen_id)
    behind = sorted(by.persons) if change == Change.SUSPEND else []
    if rows.filter(status__in=STARTS[change]).update(status=ENDS[change], suspended_by=behind):
        return
    status = rows.values_list("status", flat=True).first()
    if status is None:
        raise PermissionDenied("no such resident here")
    raise ValidationError(_REFUSED[CitizenStatus(status)], code="status")


def _four_eyes(by: Actor, citizen_id: UUID) -> None:
    if by.kind != ActorKind.STAFF:
        return
    rows = Citizen.objects.select_for_update().filter(pk=citizen_id)
    behind = rows.values_list("suspended_by", flat=True).first()
    if behind == [str(citizen_id)]:
        message = _("本人が一時停止したデジタルIDは、2人の職員で本人確認をやり直して再開します。")
        raise ValidationError(message, code="proofing")
    if behind and by.is_among(None, behind):
        raise ValidationError(_("一時停止した職員とは別の職員が行ってください。"), code="four_eyes")


def _tell_and_record(by: Actor, citizen_id: UUID, change: Change, reason: Reason, kind: Kind) -> None:
    detail = {"reason": str(reason)}
    target = Citizen(pk=citizen_id)
    record(by=by, action=_RECORDED[change], target=target, citizen_id=citizen_id, detail=detail)
    tell(citizen_id, kind)
