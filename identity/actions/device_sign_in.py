"""Signing in at a browser by confirming it on a phone: begun by one, confirmed by the other, used once.

Level 3 only where both are in one network: whoever shows somebody far away a copy of the page gets no more
than level 2 (docs/adr/0039-what-level-three-rests-on.md).
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.domain.assurance import SignIn as Method
from identity.domain.assurance import authentication_level
from identity.domain.network import network_of
from identity.domain.sign_in import DEVICE_METHODS, SignIn
from identity.models import ChallengeState, DeviceCertificate, DeviceChallenge
from identity.notices import DEVICE_REFUSED, tell

from .credentials import own

VALID = timedelta(minutes=3)
NUMBERS = range(10, 100)
FAR_LEVEL = 2


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Begun:
    """By whom a sign-in is begun. secret: what only the session knows in which this began. name: of the
    browser. address: its IP address. service: the name of the one it is for, empty for her own pages."""

    secret: str = field(repr=False)
    name: str = ""
    address: str = field(default="", repr=False)
    service: str = ""


def begin_challenge(begun: Begun) -> tuple[DeviceChallenge, str]:
    """Nobody is known yet, and nothing is anybody's: no action. Returns what the QR code is to carry."""
    code = secrets.token_urlsafe(24)
    challenge = DeviceChallenge(
        code_hash=digest(code),
        browser=digest(begun.secret),
        browser_name=begun.name[:100],
        network=_network(begun.address),
        service=begun.service[:120],
        number=str(secrets.choice(NUMBERS)),
        expires_at=timezone.now() + VALID,
    )
    challenge.save(force_insert=True)
    return challenge, code


def is_near(challenge: DeviceChallenge, address: str) -> bool:
    """Whether the phone that calls from there and the browser are in one network."""
    here = _network(address)
    return bool(here) and secrets.compare_digest(here, challenge.network)


def _network(address: str) -> str:
    found = network_of(address)
    return salted_hmac("identity.device_sign_in", found, algorithm="sha256").hexdigest() if found else ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What the phone answers. address: from where."""

    number: str
    origin: str
    address: str = field(default="", repr=False)


@action(kinds=(ActorKind.RESIDENT,))
def confirm_sign_in(
    *, by: Actor, device: DeviceCertificate, challenge: DeviceChallenge, typed: Typed
) -> bool:
    """The phone has shown where she is about to sign in, and she typed the number that the browser shows.

    A wrong number or origin ends the challenge: False, so that it is kept. A challenge is good once.
    Raises ValidationError `challenge`.
    """
    right = typed.origin == settings.IDENTITY_URL and secrets.compare_digest(
        typed.number.encode(), challenge.number.encode()
    )
    near = is_near(challenge, typed.address)
    _end(by, challenge, ChallengeState.CONFIRMED if right else ChallengeState.REFUSED, device, near=near)
    DeviceCertificate.objects.filter(pk=device.pk).update(last_used_at=timezone.now())
    deed = "device.confirmed" if right else "device.sign_in_refused"
    wrong = "origin" if typed.origin != settings.IDENTITY_URL else "number"
    detail = {"reason": "" if right else wrong, "near": near}
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
    level = min(device.level, reached if challenge.near else FAR_LEVEL)
    detail = {"near": challenge.near, "level": level, "method": str(Method.DEVICE_CERTIFICATE)}
    record(by=by, action="resident.signed_in", target=device, citizen_id=own(by), detail=detail)
    return SignIn(at=int(now.timestamp()), amr=DEVICE_METHODS, level=level, device=device.pk)


def _end(
    by: Actor,
    challenge: DeviceChallenge,
    state: ChallengeState,
    device: DeviceCertificate,
    *,
    near: bool = False,
) -> None:
    """One statement decides, so that no challenge is answered twice."""
    waiting = DeviceChallenge.objects.filter(
        pk=challenge.pk, state=ChallengeState.OPEN, expires_at__gt=timezone.now()
    )
    if not waiting.update(state=state, device_id=device.pk, citizen_id=own(by), near=near):
        raise ValidationError(_over(), code="challenge")


def _over() -> str:
    return gettext("このサインインの確認は、既に使われたか期限が切れています。はじめからやり直してください。")
