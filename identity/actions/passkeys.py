"""A resident's passkeys: the first by a code from the counter, more by herself, and their use."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from structlog import get_logger

from consortium.audit.record import record
from consortium.membership.models import User, UserKind
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity import webauthn
from identity.domain.assurance import authentication_level, passkey_method
from identity.domain.sign_in import SignIn, methods
from identity.models import EnrolmentCode, Passkey
from identity.notices import PASSKEY_ADDED, PASSKEY_REFUSED, PASSKEY_REVOKED, tell
from identity.queries.sessions import sessions
from identity.webauthn import Asserted, Registered

from .credentials import replace_credentials
from .logouts import end_sessions
from .tokens import revoke_all_tokens

HANDLE_BYTES = 64
MOST = 10
log = get_logger()


def new_handle() -> bytes:
    """A random WebAuthn user handle: it says nothing about its owner."""
    return secrets.token_bytes(HANDLE_BYTES)


@action(kinds=(ActorKind.RESIDENT,))
def enrol_passkey(
    *, by: Actor, code: EnrolmentCode, registered: Registered, handle: bytes, name: str
) -> tuple[User, SignIn]:
    """Consume the code and store her passkey, both or neither. What she had before is revoked.

    Raises ValidationError `code`, `known`.
    """
    now = timezone.now()
    usable = EnrolmentCode.objects.filter(
        pk=code.pk, citizen_id=_citizen(by), used_at=None, revoked_at=None, expires_at__gt=now
    )
    if not usable.update(used_at=now):
        raise ValidationError(_("この登録コードは使用できません。"), code="code")
    user = account_of(by, handle)
    replace_credentials(by=by)
    passkey = _store(by, registered, name)
    sign_in = _sign_in(passkey, _as_used(registered), now)
    record(by=by, action="passkey.enrolled", target=passkey, citizen_id=by.citizen_id, detail=_flags(passkey))
    return user, sign_in


@action(kinds=(ActorKind.RESIDENT,))
def add_passkey(*, by: Actor, registered: Registered, name: str) -> Passkey:
    """One more key of her own. Raises ValidationError `known`, `too_many`."""
    if Passkey.objects.filter(citizen=by.citizen_id, revoked_at=None).count() >= MOST:
        raise ValidationError(_("登録できるパスキーは10個までです。"), code="too_many")
    passkey = _store(by, registered, name)
    record(by=by, action="passkey.added", target=passkey, citizen_id=by.citizen_id, detail=_flags(passkey))
    tell(by.citizen_id, PASSKEY_ADDED, values={"name": passkey.name})
    return passkey


@action(kinds=(ActorKind.RESIDENT,))
def revoke_passkey(*, by: Actor, user: User, passkey: Passkey, present: str) -> None:
    """At once, and with it every session but the present one, and whatever services were given until now,
    also for the time after: who has her key may have signed in with it. present: the session's key.

    Raises ValidationError `last`, `gone`.
    """
    mine = Passkey.objects.select_for_update().filter(citizen=by.citizen_id, revoked_at=None)
    live = {key.pk: key for key in mine}
    if passkey.pk not in live:
        raise ValidationError(_("このパスキーは既に無効です。"), code="gone")
    if len(live) == 1:
        raise ValidationError(
            _("最後のパスキーは無効にできません。先に別のパスキーを追加してください。"), code="last"
        )
    live[passkey.pk].revoked_at = timezone.now()
    live[passkey.pk].save(update_fields=["revoked_at"])
    user.set_unusable_password()  # the session hash depends on it
    user.save(update_fields=["password"])
    end_sessions(by=by, keys=[one.key for one in sessions(_citizen(by)) if one.key != present])
    detail = {"authorizations": revoke_all_tokens(_citizen(by))}
    record(by=by, action="passkey.revoked", target=passkey, citizen_id=by.citizen_id, detail=detail)
    tell(by.citizen_id, PASSKEY_REVOKED, values={"name": passkey.name})


@action(kinds=(ActorKind.RESIDENT,))
def use_passkey(*, by: Actor, state: dict[str, Any], credential: dict[str, Any]) -> SignIn | None:
    """Check a sign-in; None when it is refused. What is suspicious is recorded, hence nothing is raised."""
    keys = Passkey.objects.select_for_update().filter(citizen=by.citizen_id, revoked_at=None)
    try:
        passkey: Passkey | None = keys.filter(credential_id=webauthn.credential_id(credential)).first()
        asserted = _asserted(passkey, state, credential)
    except webauthn.CeremonyFailed as error:
        log.info("passkey_refused", reason=str(error))
        return None
    if passkey is None or asserted is None:
        return None
    if problem := _suspicion(passkey, asserted):
        detail = {"problem": problem, "stored": passkey.sign_count, "shown": asserted.sign_count}
        record(by=by, action="passkey.refused", target=passkey, citizen_id=by.citizen_id, detail=detail)
        tell(by.citizen_id, PASSKEY_REFUSED, values={"name": passkey.name})
        return None
    return _use(by, passkey, asserted)


def _asserted(passkey: Passkey | None, state: dict[str, Any], credential: dict[str, Any]) -> Asserted | None:
    if passkey is None:
        return None
    stored_id, public_key = bytes(passkey.credential_id), bytes(passkey.public_key)
    return webauthn.finish_sign_in(state, credential, stored_id=stored_id, public_key=public_key)


def _suspicion(passkey: Passkey, asserted: Asserted) -> str:
    """Why a valid signature must still be refused (WebAuthn Level 3, 7.2, steps 19 and 22)."""
    counts = asserted.sign_count or passkey.sign_count
    if counts and asserted.sign_count <= passkey.sign_count:
        return "counter"
    return "backup_eligibility" if asserted.backup_eligible != passkey.backup_eligible else ""


def _use(by: Actor, passkey: Passkey, asserted: Asserted) -> SignIn:
    now = timezone.now()
    moved = asserted.backup_state != passkey.backup_state
    passkey.sign_count, passkey.backup_state = asserted.sign_count, asserted.backup_state
    passkey.last_used_at = now
    passkey.save(update_fields=["sign_count", "backup_state", "last_used_at"])
    sign_in = _sign_in(passkey, asserted, now)
    detail = {"level": sign_in.level, "backup_changed": moved}
    record(by=by, action="resident.signed_in", target=passkey, citizen_id=by.citizen_id, detail=detail)
    return sign_in


def _citizen(by: Actor) -> UUID:
    if by.citizen_id is None:
        raise PermissionDenied("a resident's own action")
    return by.citizen_id


def account_of(by: Actor, handle: bytes) -> User:
    """Hers, made when there is none. Raises ValidationError `code` if another one was begun meanwhile."""
    user = User.objects.filter(kind=UserKind.RESIDENT, citizen_id=by.citizen_id).first()
    if user is None:
        user = User(kind=UserKind.RESIDENT, citizen_id=by.citizen_id, email=None, handle=handle)
        user.set_unusable_password()
        user.save(force_insert=True)
    elif bytes(user.handle or b"") != handle:
        raise ValidationError(_("登録をはじめからやり直してください。"), code="code")
    return user


def _store(by: Actor, registered: Registered, name: str) -> Passkey:
    passkey = Passkey(
        citizen_id=_citizen(by),
        credential_id=registered.credential_id,
        public_key=registered.public_key,
        sign_count=registered.sign_count,
        aaguid=registered.aaguid,
        attestation=registered.attestation,
        transports=registered.transports,
        backup_eligible=registered.backup_eligible,
        backup_state=registered.backup_state,
        user_verified=True,
        name=name,
    )
    try:
        with transaction.atomic():
            passkey.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("このパスキーは既に登録されています。"), code="known") from error
    return passkey


def _as_used(registered: Registered) -> Asserted:
    return Asserted(registered.sign_count, registered.backup_eligible, registered.backup_state, True)


def _sign_in(passkey: Passkey, asserted: Asserted, now: datetime) -> SignIn:
    flags = {"user_verified": asserted.user_verified, "backup_eligible": asserted.backup_eligible}
    level = authentication_level(passkey_method(**flags), timezone.localdate(now))
    return SignIn(at=int(now.timestamp()), amr=methods(**flags), level=level, passkey=passkey.pk)


def _flags(passkey: Passkey) -> dict[str, Any]:
    return {
        "backup_eligible": passkey.backup_eligible,
        "backup_state": passkey.backup_state,
        "attestation": passkey.attestation,
        "aaguid": str(passkey.aaguid),
    }
