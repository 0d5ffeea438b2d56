"""Devices with a certificate: asked for, renewed, suspended, resumed, revoked."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.celery import HEADERS, app
from consortium.domain.my_number import contains_my_number
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.domain.device import ENDS, STARTS, Deed, Reason, State
from identity.domain.enrolment_code import code_hash, new_code
from identity.models import (
    Citizen,
    CitizenStatus,
    DeviceCertificate,
    DeviceLeave,
    EnrolmentCode,
    LogoutCause,
)
from identity.notices import DEVICE_RESUMED, DEVICE_REVOKED, DEVICE_SUSPENDED, tell
from identity.permissions import IdentityPermission
from identity.pki.requests import KeyRequest
from identity.queries.sessions import sessions

from .credentials import own, replace_credentials
from .device_holds import withdraw
from .endings import end_access, end_leaves
from .logouts import end_sessions
from .passkeys import account_of
from .tokens import revoke_all_tokens

CERTIFY = "identity.tasks.certify_devices"
MOST = 10
HIGHEST = 3
LOWEST_LEAVE = 2
LEAVE_VALID = timedelta(minutes=10)
_KINDS = {Deed.SUSPEND: DEVICE_SUSPENDED, Deed.RESUME: DEVICE_RESUMED, Deed.REVOKE: DEVICE_REVOKED}
_RECORDED = {
    Deed.SUSPEND: "device.suspended",
    Deed.RESUME: "device.resumed",
    Deed.REVOKE: "device.revoked",
}


@action(kinds=(ActorKind.RESIDENT,))
def give_leave(*, by: Actor, level: int) -> str:
    """The one-time code by which one phone can be added, in canonical form; it is kept nowhere.

    level: of her sign-in (当人認証保証レベル); the device will reach no higher one.
    Raises ValidationError `level`.
    """
    if level < LOWEST_LEAVE:
        raise ValidationError(_("より確かな方法でサインインし直してください。"), code="level")
    code = new_code()
    leave = DeviceLeave(
        code_hash=code_hash(code),
        citizen_id=own(by),
        level=level,
        expires_at=timezone.now() + LEAVE_VALID,
    )
    leave.save(force_insert=True)
    record(by=by, action="device.allowed", citizen_id=by.citizen_id, detail={"level": level})
    return code


@action(kinds=(ActorKind.RESIDENT,))
def enrol_device(
    *, by: Actor, code: EnrolmentCode, request: KeyRequest, name: str, handle: bytes
) -> DeviceCertificate:
    """Consume the code from the counter or the card and ask for a certificate, both or neither. What she had
    before is revoked. Raises ValidationError `code`, `reused_key`, `my_number`."""
    now = timezone.now()
    usable = EnrolmentCode.objects.filter(
        pk=code.pk, citizen_id=own(by), used_at=None, revoked_at=None, expires_at__gt=now
    )
    if not usable.update(used_at=now):
        raise ValidationError(_("この登録コードは使用できません。"), code="code")
    account_of(by, handle)
    replace_credentials(by=by)
    return _ask(by, request, name, level=HIGHEST)


@action(kinds=(ActorKind.RESIDENT,))
def add_device(*, by: Actor, leave: DeviceLeave, request: KeyRequest, name: str) -> DeviceCertificate:
    """One more, with leave given on another of her devices. Raises ValidationError `code`, `reused_key`,
    `my_number`, `too_many`."""
    now = timezone.now()
    usable = DeviceLeave.objects.filter(pk=leave.pk, citizen_id=own(by), used_at=None, expires_at__gt=now)
    if not usable.update(used_at=now):
        raise ValidationError(_("この登録コードは使用できません。"), code="code")
    return _ask(by, request, name, level=leave.level)


@action(kinds=(ActorKind.RESIDENT,))
def renew_device(*, by: Actor, device: DeviceCertificate, request: KeyRequest) -> DeviceCertificate:
    """A new key for the same phone; the old certificate is revoked when the new one is there. One at a time.

    Raises ValidationError `reused_key`, `pending`, `state`.
    """
    return _ask(by, request, device.name, level=device.level, renews=device)


@action(IdentityPermission.PROOF_RESIDENTS, kinds=(ActorKind.RESIDENT, ActorKind.SYSTEM))
def suspend_device(
    *, by: Actor, citizen_id: UUID, device_id: UUID, reason: Reason, present: str = ""
) -> None:
    """At once, until resumed. present: key of the session that stays, where she does it herself.

    Raises ValidationError `state`, PermissionDenied.
    """
    _change(by, citizen_id, device_id, Deed.SUSPEND, reason)
    _end(by, citizen_id, present)


@action(IdentityPermission.PROOF_RESIDENTS, kinds=(ActorKind.RESIDENT,))
def resume_device(*, by: Actor, citizen_id: UUID, device_id: UUID) -> None:
    """What she suspended herself she alone resumes. Raises ValidationError `state`, `four_eyes`, `hers`,
    PermissionDenied."""
    _four_eyes(by, citizen_id, device_id)
    if by.kind == ActorKind.STAFF and _row(by, citizen_id, device_id).state_by == str(citizen_id):
        message = _("本人が一時停止した端末は、本人だけが別の端末から再開できます。")
        raise ValidationError(message, code="hers")
    _change(by, citizen_id, device_id, Deed.RESUME, Reason.RESTORED)


@action(IdentityPermission.PROOF_RESIDENTS, kinds=(ActorKind.RESIDENT, ActorKind.SYSTEM))
def revoke_device(*, by: Actor, citizen_id: UUID, device_id: UUID, reason: Reason, present: str = "") -> None:
    """For good. Staff revoke what is suspended already, and not by the same clerk.

    Raises ValidationError `state`, `four_eyes`, PermissionDenied.
    """
    _four_eyes(by, citizen_id, device_id)
    _change(by, citizen_id, device_id, Deed.REVOKE, reason)
    _end(by, citizen_id, present)


@action(kinds=(ActorKind.RESIDENT,))
def note_refusal(*, by: Actor, code: str, deed: str) -> None:
    """What a phone was refused, in a transaction of its own: that of the deed was undone."""
    record(by=by, action="device.refused", citizen_id=by.citizen_id, detail={"code": code, "deed": deed})


def _ask(
    by: Actor, request: KeyRequest, name: str, *, level: int, renews: DeviceCertificate | None = None
) -> DeviceCertificate:
    citizen_id = own(by)
    if contains_my_number(name):
        raise ValidationError(
            _("個人番号(マイナンバー)は入力できません。番号を消してください。"), code="my_number"
        )
    _check_room(citizen_id, renews)
    device = DeviceCertificate(
        citizen_id=citizen_id,
        name=name,
        request=request.der,
        key_hash=request.key_hash,
        level=level,
        subject=secrets.token_hex(16),
        renews=renews.pk if renews else None,
    )
    try:
        with transaction.atomic():
            device.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(
            _("この鍵は既に使われています。新しい鍵を作ってください。"), code="reused_key"
        ) from error
    detail = {"level": level, "renews": str(renews.pk) if renews else None}
    record(by=by, action="device.requested", target=device, citizen_id=citizen_id, detail=detail)
    wake()
    return device


def _check_room(citizen_id: UUID, renews: DeviceCertificate | None) -> None:
    """Holding her status, so that of two at once the second counts the first, and none outlives an end."""
    locked = Citizen.objects.select_for_update().filter(pk=citizen_id, status=CitizenStatus.ACTIVE)
    if not locked.values_list("pk", flat=True):
        raise PermissionDenied("suspended or closed meanwhile")
    held = DeviceCertificate.objects.filter(citizen_id=citizen_id).exclude(state=State.REVOKED)
    if renews is None:
        if held.count() >= MOST:
            raise ValidationError(_("登録できる端末は10台までです。"), code="too_many")
        return
    device = held.filter(pk=renews.pk).first()
    if device is None or not device.is_usable:
        raise ValidationError(_("この端末の状態では、その操作はできません。"), code="state")
    if held.filter(renews=renews.pk, state=State.REQUESTED).exists():
        raise ValidationError(_("この端末の証明書の更新は、既に発行を待っています。"), code="pending")


def _change(by: Actor, citizen_id: UUID, device_id: UUID, deed: Deed, reason: Reason) -> None:
    """One statement decides, so that of two at once the second is refused."""
    row = _row(by, citizen_id, device_id)
    now = timezone.now()
    found = DeviceCertificate.objects.filter(pk=row.pk, state__in=STARTS[deed])
    if deed == Deed.RESUME:
        found = found.filter(expires_at__gt=now)
    if not found.update(
        state=ENDS[deed], state_at=now, state_by=by.id, state_persons=sorted(by.persons), reason=reason
    ):
        raise ValidationError(_("この端末の状態では、その操作はできません。"), code="state")
    if deed != Deed.RESUME:
        withdraw(by, DeviceCertificate.objects.filter(renews=row.pk), reason)
    detail = {"reason": str(reason)}
    record(by=by, action=_RECORDED[deed], target=row, citizen_id=citizen_id, detail=detail)
    tell(citizen_id, _KINDS[deed])


def _row(by: Actor, citizen_id: UUID, device_id: UUID) -> DeviceCertificate:
    if by.kind == ActorKind.RESIDENT and by.citizen_id != citizen_id:
        raise PermissionDenied("somebody else's device")
    found = DeviceCertificate.objects.filter(pk=device_id, citizen_id=citizen_id)
    row = found.only("id", "state", "state_by", "state_persons").first()
    if row is None:
        raise PermissionDenied("no such device here")
    return row


def _four_eyes(by: Actor, citizen_id: UUID, device_id: UUID) -> None:
    if by.kind != ActorKind.STAFF:
        return
    row = _row(by, citizen_id, device_id)
    if row.state != State.SUSPENDED:
        raise ValidationError(_("先に一時停止してください。"), code="state")
    if by.is_among(row.state_by, row.state_persons):
        raise ValidationError(_("一時停止した職員とは別の職員が行ってください。"), code="four_eyes")


def _end(by: Actor, citizen_id: UUID, present: str) -> None:
    """All that she, or whoever held the phone, has open: but for her own session in which she acts."""
    if not present:
        end_access(by=by, citizen_id=citizen_id, cause=LogoutCause.CREDENTIAL)
        return
    end_leaves(citizen_id)
    end_sessions(by=by, keys=[one.key for one in sessions(citizen_id) if one.key != present])
    revoke_all_tokens(citizen_id)


def wake() -> None:
    """Once per transaction. Should the message be lost, the next tick of the schedule does the same."""
    if not any(entry[1] is _publish for entry in connection.run_on_commit):
        transaction.on_commit(_publish, robust=True)


def _publish() -> None:
    app.send_task(CERTIFY, headers=HEADERS, retry=False)
