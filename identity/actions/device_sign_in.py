"""Signing in at a browser by confirming it on a phone: begun by one, confirmed by the other, used once."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.domain.assurance import SignIn as Method
from identity.domain.assurance import authentication_level
from identity.domain.sign_in import DEVICE_METHODS, SignIn
from identity.models import ChallengeState, DeviceCertificate, DeviceChallenge
from identity.notices import DEVICE_REFUSED, tell

from .credentials import own

VALID = timedelta(minutes=3)
NUMBERS = range(10, 100)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def begin_challenge(*, browser: str, browser_name: str) -> tuple[DeviceChallenge, str]:
    """Nobody is known yet, and nothing is anybody's: no action. Returns what the QR code is to carry.

    browser: the secret that only the session knows in which this began.
    """
    code = secrets.token_urlsafe(24)
    challenge = DeviceChallenge(
        code_hash=digest(code),
        browser=digest(browser),
        browser_name=browser_name[:100],
        number=str(secrets.choice(NUMBERS)),
        expires_at=timezone.now() + VALID,
    )
    challenge.save(force_insert=True)
    return challenge, code


@action(kinds=(ActorKind.RESIDENT,))
def confirm_sign_in(
    *, by: Actor, device: DeviceCertificate, challenge: DeviceChallenge, number: str, origin: str
) -> bool:
    """The phone has shown where she is about to sign in, and she typed the number that the browser shows.

    A wrong number or origin ends the challenge: False, so that it is kept. A challenge is good once.
    Raises ValidationError `challenge`.
    """
    right = origin == settings.IDENTITY_URL and secrets.compare_digest(
        number.encode(), challenge.number.encode()
    )
    _end(by, challenge, ChallengeState.CONFIRMED if right else ChallengeState.REFUSED, device)
    DeviceCertificate.objects.filter(pk=device.pk).update(last_used_at=timezone.now())
    deed = "device.confirmed" if right else "device.sign_in_refused"
    detail = {"reason": "" if right else "origin" if origin != settings.IDENTITY_URL else "number"}
    record(by=by, action=deed, target=device, citizen_id=own(by), detail=detail)
    if not right:
        tell(own(by), DEVICE_REFUSED)
    return right


@action(kinds=(ActorKind.RESIDENT,))
def refuse_sign_in(*, by: Actor, device: DeviceCertificate, challenge: DeviceChallenge) -> None:
    """It was not she who began it. Raises ValidationError `challenge`."""
    _end(by, challenge, ChallengeState.REFUSED, device)
    detail = {"reason": "person"}
    record(by=by, action="device.sign_in_refused", target=device, citizen_id=own(by), detail=detail)
    tell(own(by), DEVICE_REFUSED)


@action(kinds=(ActorKind.RESIDENT,))
def finish_sign_in(*, by: Actor, challenge: DeviceChallenge, browser: str) -> SignIn:
    """In the browser in which it began, once. Raises ValidationError `challenge`."""
    now = timezone.now()
    confirmed = DeviceChallenge.objects.filter(
        pk=challenge.pk,
        state=ChallengeState.CONFIRMED,
        used_at=None,
        expires_at__gt=now,
        citizen_id=own(by),
        browser=digest(browser),
    )
    taken = confirmed.update(used_at=now)
    mine = DeviceCertificate.objects.filter(citizen_id=own(by))
    device = mine.filter(pk=challenge.device_id).first() if challenge.device_id else None
    if not taken or device is None or not device.is_usable:
        raise ValidationError(_over(), code="challenge")
    reached = authentication_level(Method.DEVICE_CERTIFICATE, timezone.localdate(now))
    level = min(device.level, reached)
    detail = {"level": level, "method": str(Method.DEVICE_CERTIFICATE)}
    record(by=by, action="resident.signed_in", target=device, citizen_id=own(by), detail=detail)
    return SignIn(at=int(now.timestamp()), amr=DEVICE_METHODS, level=level, device=device.pk)


def _end(by: Actor, challenge: DeviceChallenge, state: ChallengeState, device: DeviceCertificate) -> None:
    """One statement decides, so that no challenge is answered twice."""
    waiting = DeviceChallenge.objects.filter(
        pk=challenge.pk, state=ChallengeState.OPEN, expires_at__gt=timezone.now()
    )
    if not waiting.update(state=state, device_id=device.pk, citizen_id=own(by)):
        raise ValidationError(_over(), code="challenge")


def _over() -> str:
    return gettext("このサインインの確認は、既に使われたか期限が切れています。はじめからやり直してください。")
