"""Changing the address one signs in with: asked for, proved, stopped."""

import secrets

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.membership import mail, queries
from consortium.membership.models import EmailChange, User
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind

from .accounts import record_security_change
from .sessions import end_all


@action(kinds=(ActorKind.STAFF,))
def ask_email_change(*, by: Actor, user: User, email: str) -> tuple[str, str]:
    """Send the proof to the new address, the way to stop it to the old one; returns both tokens.

    Nothing tells whether another account has the new address: its holder alone is told, by mail. An earlier
    change that is still open is dropped. ValidationError for the present address.
    """
    if str(user.pk) != by.id or user.email is None:
        raise PermissionDenied("one's own address only")
    new = email.lower()
    if new == user.email:
        raise ValidationError({"email": ValidationError(_("現在のメールアドレスと同じです。"), code="same")})
    _open_ones(user).update(stopped_at=timezone.now())
    proof, stop = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    change = EmailChange(
        user=user,
        old_email=user.email,
        new_email=new,
        proof_hash=queries.hashed(proof),
        stop_hash=queries.hashed(stop),
    )
    change.save(force_insert=True)
    record(by=by, action="account.email_change_asked")  # its holder is told below, with the link
    mail.post_email_proof(change, proof, in_use=queries.has_account(new))
    mail.post_email_stop(change, stop)
    return proof, stop


@action(kinds=(ActorKind.STAFF,))
def prove_email_change(*, by: Actor, change: EmailChange) -> None:
    """The holder of the account has opened the new address's link: it takes effect.

    ValidationError when it is too late or the address has become somebody else's.
    """
    locked = _locked(change)
    if str(locked.user_id) != by.id:
        raise PermissionDenied("one's own address only")
    if not locked.can_be_proved:
        raise _gone()
    locked.proved_at = timezone.now()
    locked.save(update_fields=["proved_at"])
    _set_address(locked.user, locked.new_email)
    record_security_change(by=by, what="email_changed")
    mail.post_email_changed(locked)


@action(kinds=(ActorKind.STAFF,))
def stop_email_change(*, by: Actor, change: EmailChange) -> bool:
    """The old address's link, or the holder herself. Returns whether the change had taken effect.

    Then the old address is put back and whoever changed it is thrown out: sessions, password, the second
    factors registered since and the links of changes asked for since end. ValidationError when too late.
    """
    locked = _locked(change)
    if not locked.can_be_stopped:
        raise _gone()
    locked.stopped_at = timezone.now()
    locked.save(update_fields=["stopped_at"])
    user, undone = locked.user, locked.proved_at is not None
    if undone:
        _drop_later(locked)
        _set_address(user, locked.old_email)
        user.set_unusable_password()
        user.save(update_fields=["password"])
        Authenticator.objects.filter(user=user, created_at__gte=locked.asked_at).delete()
        end_all(list(UserSession.objects.filter(user=user)))
    holder = Actor(by.kind, id=str(user.pk), label=str(user))
    record_security_change(by=holder, what="email_change_undone" if undone else "email_change_stopped")
    return undone


def _open_ones(user: User) -> QuerySet[EmailChange]:
    return EmailChange.objects.filter(user=user, proved_at=None, stopped_at=None)


def _drop_later(change: EmailChange) -> None:
    """Or the address that a thief had put in between would get the account back by its own link."""
    later = EmailChange.objects.filter(user=change.user_id, asked_at__gt=change.asked_at)
    later.filter(stopped_at=None).update(stopped_at=timezone.now())


def _locked(change: EmailChange) -> EmailChange:
    return EmailChange.objects.select_for_update(of=("self",)).select_related("user").get(pk=change.pk)


def _set_address(user: User, email: str) -> None:
    user.email = email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
            EmailAddress.objects.filter(user=user).delete()
            EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    except IntegrityError as error:
        raise ValidationError(_("このメールアドレスは使用できません。"), code="taken") from error


def _gone() -> ValidationError:
    return ValidationError(_("このリンクは既に使われたか、有効期限が切れています。"), code="gone")
