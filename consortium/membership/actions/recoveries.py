"""Recovery of an account by two people: opened, confirmed, used once; any of them may be stopped."""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.dates import calendar_time
from consortium.membership import account_queries, mail, queries
from consortium.membership.closing_days import end_of_open_day
from consortium.membership.models import (
    Deputy,
    Recovery,
    SecretariatPost,
    SecretariatRecovery,
    StaffPost,
    StaffRecovery,
    User,
)
from consortium.membership.models.recoveries import CONFIRM_WITHIN
from consortium.membership.notices import (
    RECOVERY_CONFIRMED,
    RECOVERY_OPENED,
    RECOVERY_TO_CONFIRM,
    RECOVERY_USED,
)
from consortium.membership.permissions import MembershipPermission, PortalPermission
from consortium.membership.roles import Administrator
from consortium.notifications.announce import notify
from consortium.notifications.audience import account, holders, secretaries
from consortium.notifications.kinds import Kind
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind

from .sessions import end_all

RECOVER = MembershipPermission.RECOVER_ACCOUNTS


class RecoveryClosed(Exception):
    """Unknown, used, stopped or expired."""


@action(RECOVER)
def open_recovery(*, by: Actor, user: User, reason: str) -> Recovery:
    """Begin, for a colleague who can't sign in any more. The colleague and the second person are told.

    ValidationError for oneself, for who doesn't serve here, while another recovery is open, and soon after
    her address was changed. The secretariat opens for its own members and for a municipality's only
    administrator.
    """
    recovery = _for_whom(by, user)
    _require_settled_address(user)
    User.objects.select_for_update().get(pk=user.pk)  # two colleagues must not begin at once
    if any(one.waits or one.can_be_used for one in _rows(recovery).filter(user=user)):
        raise _refused(_("この職員の回復の手続は、既に始まっています。"), "open")
    recovery.user, recovery.reason = user, reason
    recovery.opened_by_id, recovery.opened_by_name = UUID(by.id), by.label[:60]
    recovery.waits_until = end_of_open_day(CONFIRM_WITHIN)
    recovery.opened_for_id = UUID(by.on_behalf_of.id) if by.on_behalf_of else None
    if isinstance(recovery, StaffRecovery):
        recovery.needs_secretariat = by.municipality_id is None or not _has_second_administrator(recovery)
    recovery.save(force_insert=True)
    _record(by, "recovery.opened", recovery)
    _tell(RECOVERY_OPENED, recovery, user.pk)
    notify(RECOVERY_TO_CONFIRM, to=_second_people(recovery), by=by, values={"person": user.name})
    return recovery


@action(RECOVER)
def confirm_recovery(*, by: Actor, recovery: Recovery) -> str:
    """The second person's word; the link goes to the colleague's address. Returns its token.

    ValidationError when somebody else has to confirm, or when it waits no longer.
    """
    locked = _locked(recovery)
    if not locked.waits:
        raise _refused(_("この手続は既に終わっています。"), "over")
    if refusal := why_not(by, locked):
        raise _refused(refusal, "two_people")
    _require_settled_address(locked.user)
    token = secrets.token_urlsafe(32)
    locked.confirmed_by_id, locked.confirmed_by_name = UUID(by.id), by.label[:60]
    locked.confirmed_at, locked.token_hash = timezone.now(), queries.hashed(token)
    locked.save(update_fields=["confirmed_by_id", "confirmed_by_name", "confirmed_at", "token_hash"])
    _record(by, "recovery.confirmed", locked)
    mail.post_recovery_link(locked, token)
    _tell(RECOVERY_CONFIRMED, locked, locked.opened_by_id)
    return token


@action(PortalPermission.VIEW)
def stop_recovery(*, by: Actor, recovery: Recovery) -> None:
    """By the person concerned, who can sign in after all, or by whoever may recover accounts."""
    locked = _locked(recovery)
    if by.id != str(locked.user_id):
        by = by.exercising(RECOVER)
        by.require(RECOVER)
    if not (locked.waits or locked.can_be_used):
        raise _refused(_("この手続は既に終わっています。"), "over")
    locked.stopped_at = timezone.now()
    locked.save(update_fields=["stopped_at"])
    _record(by, "recovery.stopped", locked)


@action(kinds=(ActorKind.STAFF, ActorKind.SECRETARIAT))
def use_recovery(*, by: Actor, recovery: Recovery, password: str) -> User:
    """A new password; all second factors and sessions of before end. Once. Raises RecoveryClosed."""
    locked = _locked(recovery)
    if not locked.can_be_used:
        raise RecoveryClosed
    user: User = User.objects.select_for_update().get(pk=locked.user_id)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password1": error.error_list}) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    factors, _kinds = Authenticator.objects.filter(user=user).delete()
    ended = end_all(list(UserSession.objects.filter(user=user)))
    locked.used_at = timezone.now()
    locked.save(update_fields=["used_at"])
    person = Actor(by.kind, id=str(user.pk), label=str(user), municipality_id=by.municipality_id)
    _record(person, "recovery.used", locked, factors=factors, sessions=ended)
    _tell(RECOVERY_USED, locked, user.pk, locked.opened_by_id, locked.confirmed_by_id)
    return user


def why_not(by: Actor, recovery: Recovery) -> str:
    """Why this actor can't be the second person; empty if she can."""
    if confirmable(by, [recovery]):
        return ""
    return _("本人でも、手続を始めた職員でもない、別の職員が確認してください。")


def confirmable(by: Actor, recoveries: Sequence[Recovery]) -> list[Recovery]:
    """Those for which this actor can be the second person. One statement, however many."""
    stood_for = _stood_for(recoveries) if by.municipality_id is not None else {}
    return [
        one
        for one in recoveries
        if not by.persons & {str(person) for person in _taken(one) | stood_for.get(one.pk, set())}
    ]


def _taken(recovery: Recovery) -> set[UUID]:
    """Who cannot be the second person: the one concerned, who opened it, and on whose behalf.

    One administrator would have done both, if a deputy's principal could confirm what the deputy opened.
    """
    named = {recovery.user_id, recovery.opened_by_id, recovery.opened_for_id}
    return {one for one in named if one}


def _stood_for(recoveries: Sequence[Recovery]) -> dict[UUID, set[UUID]]:
    """By recovery, all for whom its opener was deputy then: of several, it names the first alone.

    Needs the municipality's context.
    """
    openers = {one.opened_by_id for one in recoveries}
    deputies = list(Deputy.objects.filter(user__in=openers, role=Administrator.key))
    return {one.pk: {each.principal_id for each in deputies if _stood_then(each, one)} for one in recoveries}


def _stood_then(deputy: Deputy, recovery: Recovery) -> bool:
    """Whether the opener exercised this deputyship when she opened the recovery."""
    day = timezone.localdate(recovery.opened_at)
    withdrawn = deputy.withdrawn_at is not None and deputy.withdrawn_at < recovery.opened_at
    return (
        deputy.user_id == recovery.opened_by_id
        and deputy.starts_on <= day <= deputy.ends_on
        and not withdrawn
    )


def _has_second_administrator(recovery: StaffRecovery) -> bool:
    administrators = account_queries.administrators_in({recovery.municipality_id})
    return bool(
        administrators[recovery.municipality_id] - _taken(recovery) - _stood_for([recovery])[recovery.pk]
    )


def _require_settled_address(user: User) -> None:
    """The link goes to the present address: whoever has just put it there might be a thief.

    Not to the one before as well: a mailbox that somebody has left would then hold a key to the account.
    """
    if until := account_queries.address_settles_at(user):
        message = _(
            "この職員のメールアドレスは最近変更されたため、%(until)sまで回復できません。本人に心当たりがない場合は、"
            "変更前のアドレスに届いたメールのリンクから、変更後72時間以内に元に戻せます。"
        )
        raise ValidationError(message, params={"until": calendar_time(until)}, code="address_changed")


def _for_whom(by: Actor, user: User) -> Recovery:
    """A row to fill in. Raises ValidationError."""
    if str(user.pk) in by.persons:
        raise _refused(_("自分の回復は、別の職員に依頼してください。"), "oneself")
    if by.municipality_id is not None:
        if queries.current(StaffPost.objects.filter(user=user)).exists():
            return StaffRecovery(municipality_id=by.municipality_id)
        raise _refused(_("この自治体の職員ではありません。"), "not_here")
    if alone := account_queries.administers_alone(user):
        return StaffRecovery(municipality_id=alone)
    if queries.current(SecretariatPost.objects.filter(user=user)).exists():
        return SecretariatRecovery()
    raise _refused(_("事務局員でも、自治体でただ一人の管理者でもありません。"), "not_here")


def _rows(recovery: Recovery) -> Any:
    """All of its kind that the open context sees."""
    return StaffRecovery.visible if isinstance(recovery, StaffRecovery) else SecretariatRecovery.objects


def _locked(recovery: Recovery) -> Any:
    rows = _rows(recovery)
    return rows.select_for_update(of=("self",)).select_related("user").get(pk=recovery.pk)


def _record(by: Actor, event: str, recovery: Recovery, **more: int) -> None:
    """Also in the municipality's own log when the secretariat steps in."""
    detail = {"user": str(recovery.user_id), **more}
    place = getattr(recovery, "municipality_id", None)
    for stream in {None, place} if by.kind is ActorKind.SECRETARIAT else {place}:
        record(by=by, action=event, target=recovery, municipality_id=stream, detail=detail)


def _second_people(recovery: Recovery) -> Any:
    if isinstance(recovery, StaffRecovery) and not recovery.needs_secretariat:
        return holders(RECOVER)
    return secretaries(RECOVER)


def _tell(kind: Kind, recovery: Recovery, *people: UUID | None) -> None:
    for person in {*people} - {None}:
        notify(kind, to=account(str(person)), values={"person": recovery.user.name})


def _refused(message: str, code: str) -> ValidationError:
    return ValidationError(message, code=code)
