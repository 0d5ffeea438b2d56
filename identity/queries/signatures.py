"""Signatures: what is asked of a resident, and whether one is good."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from consortium.tenancy import context
from identity.models import DeviceCertificate, Signature, SignatureRequest, SignatureState
from identity.pki import cms
from identity.pki.authority import authority

EXPIRED: Final = "expired"


@dataclass(frozen=True, slots=True)
class Verdict:
    """code: empty for a good one, else why not. signed_at: by our clock. now: the certificate's state today,
    which changes nothing about a signature made before."""

    code: str
    signed_at: datetime | None = None
    serial: str = ""
    now: str = ""


def open_requests(citizen_id: UUID) -> QuerySet[SignatureRequest]:
    found: QuerySet[SignatureRequest] = SignatureRequest.objects.filter(
        citizen=citizen_id, state=SignatureState.OPEN, expires_at__gt=timezone.now()
    )
    return found


def verdict(content: bytes, digest: str) -> Verdict:
    """Of a signature over a document's SHA-256 (hex). Only one that was made here has a time we vouch for.

    In a context that speaks for nobody: whose it is, the certificate tells.
    """
    try:
        signed = cms.read(content)
    except cms.BadSignature as error:
        return Verdict(error.code)
    if signed.digest.hex() != digest:
        return Verdict("digest")
    device = DeviceCertificate.objects.filter(serial=f"{signed.serial:x}").first()
    if device is None or bytes(device.certificate or b"") != signed.certificate:
        return Verdict("certificate")
    kept = _kept(device.citizen_id, content)
    if kept is None:
        return Verdict("unknown_time", serial=str(device.serial), now=_standing(device))
    try:
        cms.check_path(signed.certificate, at=kept.signed_at, proof=bytes(kept.proof), ca=authority())
    except cms.BadSignature as error:
        return Verdict(error.code)
    return Verdict("", kept.signed_at, str(device.serial), _standing(device))


def _standing(device: DeviceCertificate) -> str:
    """Its state, "expired" once it is over: of what is revoked and expired, the later is told."""
    return EXPIRED if device.is_expired else str(device.state)


def _kept(citizen_id: UUID, content: bytes) -> Signature | None:
    with context.speaking_for(citizen_id):
        rows = Signature.objects.filter(citizen=citizen_id, digest=hashlib.sha256(content).hexdigest())
        found: Signature | None = rows.first()
    return found


def signature_of(
    citizen_id: UUID, client_id: str, request_id: UUID
) -> tuple[SignatureRequest, Signature | None] | None:
    """What one service asked of her, and what came of it."""
    rows = SignatureRequest.objects.filter(citizen=citizen_id, client_id=client_id, pk=request_id)
    asked = rows.first()
    return (asked, Signature.objects.filter(citizen=citizen_id, request=asked).first()) if asked else None


def signed(citizen_id: UUID) -> QuerySet[Signature]:
    """Hers, newest first."""
    found: QuerySet[Signature] = Signature.objects.filter(citizen=citizen_id).select_related("request")
    return found
