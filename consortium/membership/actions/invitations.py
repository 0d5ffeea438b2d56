"""Invitations: a one-time link to an address. The link is the only proof; its hash is all we keep."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.membership import mail
from consortium.membership.closing_days import expiry
from consortium.membership.models import (
    SecretariatInvitation,
    SecretariatPost,
    StaffInvitation,
    StaffPost,
    User,
    today,
)
from consortium.membership.notices import INVITATION_ACCEPTED
from consortium.membership.permissions import MembershipPermission
from consortium.membership.queries import hashed
from consortium.membership.roles import MUNICIPAL_ROLES, SECRETARIAT_ROLES, Administrator, Secretary
from consortium.notifications.announce import notify
from consortium.notifications.audience import account
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.models import Municipality

from .posts import place

Invitation = StaffInvitation | SecretariatInvitation
TOKEN_BYTES = 32


class InvitationClosed(Exception):
    """Unknown, used, revoked or expired."""


@dataclass(frozen=True, slots=True)
class Accepted:
    user: User
    is_new: bool
    """Whether the account was made just now."""


@action(MembershipPermission.MANAGE_STAFF)
def invite_staff(
    *, by: Actor, email: str, name: str, role: str, also: Sequence[str] = (), **details: Any
) -> str:
    """Invite somebody to a role in the actor's municipality; returns the token, which is mailed.

    also: further roles; details: kana, department, starts_on. An open invitation of the same address to the
    same role is replaced. Says nothing about whether the address already has an account. ValidationError for
    a role that no municipality has.
    """
    for key in (role, *also):
        _require_role(key, MUNICIPAL_ROLES)
    assert by.municipality_id is not None  # noqa: S101  # MANAGE_STAFF is held in a municipality only
    earlier = StaffInvitation.objects.filter(email=email.lower(), role=role)
    _revoke_open(earlier)
    invitation = StaffInvitation(municipality_id=by.municipality_id, also=list(also), **details)
    token = _send(invitation, by=by, email=email, name=name, role=role)
    record(by=by, action="staff.invited", target=invitation, detail={"role": role, "also": list(also)})
    return token


@action(MembershipPermission.ADMIT)
def invite_first_administrator(*, by: Actor, municipality: Municipality, email: str, name: str) -> str:
    """The secretariat invites who will run a new member's staff; returns the token, which is mailed."""
    _revoke_open(StaffInvitation.visible.filter(municipality=municipality, role=Administrator.key))
    invitation = StaffInvitation(municipality=municipality)
    token = _send(invitation, by=by, email=email, name=name, role=Administrator.key)
    for stream in (None, municipality.pk):
        record(
            by=by,
            action="staff.invited",
            target=invitation,
            municipality_id=stream,
            detail={"role": Administrator.key, "municipality": municipality.code},
        )
    return token


@action(MembershipPermission.MANAGE_SECRETARIAT, kinds=(ActorKind.SYSTEM,))
def invite_secretary(*, by: Actor, email: str, name: str, role: str = Secretary.key) -> str:
    """Invite somebody to the secretariat; returns the token, which is mailed."""
    _require_role(role, SECRETARIAT_ROLES)
    _revoke_open(SecretariatInvitation.objects.filter(email=email.lower(), role=role))
    invitation = SecretariatInvitation()
    token = _send(invitation, by=by, email=email, name=name, role=role)
    record(by=by, action="secretary.invited", target=invitation, detail={"role": role})
    return token


@action(MembershipPermission.MANAGE_STAFF)
def revoke_invitation(*, by: Actor, invitation: StaffInvitation) -> None:
    """Close a link that nobody has followed. ValidationError if somebody has."""
    locked = StaffInvitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open:
        raise ValidationError(_("この招待は既に使われたか、取り消されています。"), code="closed")
    locked.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at"])
    record(by=by, action="staff_invitation.revoked", target=invitation)


@action(kinds=(ActorKind.STAFF, ActorKind.SECRETARIAT))
def accept_invitation(
    *, by: Actor, invitation: Invitation, user: User | None = None, name: str = "", password: str = ""
) -> Accepted:
    """Give the invited person her post; without `user`, make her account too. Single use under concurrency.

    Raises InvitationClosed; ValidationError for a weak password, for an account of another address, and when
    an account of this address came up meanwhile.
    """
    locked = type(invitation)._default_manager.select_for_update().get(pk=invitation.pk)
    if not locked.is_open:
        raise InvitationClosed
    holder = user or _new_account(locked.email, name=name, password=password)
    _keep_kana(locked, holder)
    if holder.email != locked.email:
        raise ValidationError(_("この招待は別のメールアドレスに宛てたものです。"), code="other_account")
    locked.accepted_at = timezone.now()
    locked.save(update_fields=["accepted_at"])
    post = _give_post(locked, holder)
    person = Actor(by.kind, id=str(holder.pk), label=str(holder), municipality_id=by.municipality_id)
    made = {"role": locked.role, "new_account": user is None, "post": str(post.pk)}
    record(by=person, action="invitation.accepted", target=locked, detail=made)
    _tell_inviter(locked, holder)
    return Accepted(holder, is_new=user is None)


def _tell_inviter(invitation: Invitation, holder: User) -> None:
    """Wherever the inviter works: the secretariat invites first administrators."""
    if invitation.invited_by_id is None:
        return
    place = invitation.municipality.name if isinstance(invitation, StaffInvitation) else ""
    notify(
        INVITATION_ACCEPTED,
        to=account(invitation.invited_by_id),
        values={"person": holder.name, "role": invitation.role, "place": place},
    )


def _require_role(role: str, known: dict[str, Any]) -> None:
    if role not in known:
        raise ValidationError({"role": ValidationError(_("この役割はありません。"), code="unknown_role")})


def _revoke_open(invitations: Any) -> None:
    invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())


def _send(invitation: Invitation, *, by: Actor, email: str, name: str, role: str) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation.email, invitation.name, invitation.role = email.lower(), name, role
    invitation.token_hash = hashed(token)
    invitation.invited_by = by.label[:60]
    invitation.invited_by_id = None if by.kind is ActorKind.SYSTEM else UUID(by.id)
    invitation.expires_at = expiry(settings.INVITATION_DAYS)
    invitation.save(force_insert=True)
    mail.post_invitation(invitation, token)
    return token


def _new_account(email: str, *, name: str, password: str) -> User:
    user = User(email=email, name=name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.error_list}) from error
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        message = _(
            "このメールアドレスのアカウントは既にあります。サインインしてから、もう一度開いてください。"
        )
        raise ValidationError(message, code="account_exists") from error
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def _keep_kana(invitation: Invitation, holder: User) -> None:
    if isinstance(invitation, StaffInvitation) and invitation.kana and not holder.kana:
        holder.kana = invitation.kana
        holder.save(update_fields=["kana"])


def _give_post(
    invitation: StaffInvitation | SecretariatInvitation, user: User
) -> StaffPost | SecretariatPost:
    """The post invited to; the one already held, if it is held."""
    if isinstance(invitation, StaffInvitation):
        day = max(invitation.starts_on or today(), today())
        held, *__ = [place(user, role, day, invitation.department)[0] for role in invitation.roles]
    else:
        held, __ = SecretariatPost.objects.get_or_create(user=user, role=invitation.role, ends_on=None)
    post: StaffPost | SecretariatPost = held
    return post
