"""A service asks for a signature, the resident signs on her phone or declines, and anybody may verify."""

import hashlib
from datetime import timedelta
from uuid import UUID

from cryptography import x509
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.models import DeviceCertificate, Signature, SignatureRequest, SignatureState
from identity.notices import SIGNATURE_ASKED, tell
from identity.pki import cms, status
from identity.pki.authority import authority
from identity.queries.devices import known, responder
from services.models import RelyingParty

from .credentials import own

_PATH = gettext_lazy("証明書を確かめられませんでした。")
VALID = timedelta(days=14)


@action(kinds=(ActorKind.SERVICE,))
def request_signature(
    *, by: Actor, relying_party: RelyingParty, document: str, digest: str, purpose: str
) -> SignatureRequest:
    """For a service that she is signed in to. digest: SHA-256 (hex) of the document, which stays there."""
    asked = SignatureRequest(
        citizen_id=own(by),
        client_id=relying_party.client_id,
        recipient=relying_party.name_ja,
        document=document,
        digest=digest,
        purpose=purpose,
        expires_at=timezone.now() + VALID,
    )
    asked.save(force_insert=True)
    detail = {"client_id": relying_party.client_id}
    record(by=by, action="signature.requested", target=asked, citizen_id=own(by), detail=detail)
    tell(own(by), SIGNATURE_ASKED, values={"recipient": asked.recipient})
    return asked


@action(kinds=(ActorKind.RESIDENT,))
def sign_document(*, by: Actor, device: DeviceCertificate, request_id: UUID, content: bytes) -> Signature:
    """Keep what the phone signed, with our clock's time and what we say of its certificate at that time.

    The seal of the audit row bears out the time. Raises ValidationError `over`, `digest`, `certificate`,
    `signature`, `malformed`, `path`.
    """
    asked = _open(by, request_id)
    try:
        signed = cms.read(content)
    except cms.BadSignature as error:
        raise ValidationError(gettext("署名を確かめられませんでした。"), code=error.code) from None
    if signed.digest.hex() != asked.digest:
        raise ValidationError(gettext("依頼された文書への署名ではありません。"), code="digest")
    if signed.certificate != bytes(device.certificate or b"") or not device.is_usable:
        raise ValidationError(gettext("この端末の証明書による署名ではありません。"), code="certificate")
    now = timezone.now().replace(microsecond=0)
    proof = _proof(device, signed)
    try:
        cms.check_path(signed.certificate, at=now, proof=proof, ca=authority())
    except cms.BadSignature as error:
        raise ValidationError(_PATH, code=error.code) from None
    made = Signature(
        citizen_id=own(by),
        request=asked,
        device_id=device.pk,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        proof=proof,
        signed_at=now,
    )
    made.save(force_insert=True)
    asked.state = SignatureState.SIGNED
    asked.save(update_fields=["state"])
    detail = {"signature": made.digest, "serial": device.serial, "signed_at": now.isoformat()}
    record(by=by, action="document.signed", target=made, citizen_id=own(by), detail=detail)
    return made


@action(kinds=(ActorKind.RESIDENT,))
def decline_signature(*, by: Actor, request_id: UUID) -> None:
    """Raises ValidationError `over`."""
    asked = _open(by, request_id)
    asked.state = SignatureState.DECLINED
    asked.save(update_fields=["state"])
    record(by=by, action="signature.declined", target=asked, citizen_id=own(by))


def _open(by: Actor, request_id: UUID) -> SignatureRequest:
    rows = SignatureRequest.objects.select_for_update().filter(citizen=own(by), state=SignatureState.OPEN)
    found: SignatureRequest | None = rows.filter(pk=request_id, expires_at__gt=timezone.now()).first()
    if found is None:
        raise ValidationError(gettext("この署名の依頼は終わっています。"), code="over")
    return found


def _proof(device: DeviceCertificate, signed: cms.Signed) -> bytes:
    """Raises ValidationError `path` before the worker appointed a responder."""
    issuer = authority().issuer(device.issuer)
    answering, standing = responder(device.issuer), known(signed.serial, device.issuer)
    if answering is None or standing is None or issuer is None:
        raise ValidationError(_PATH, code="path")
    return status.proof(
        x509.load_der_x509_certificate(bytes(device.certificate or b"")),
        standing,
        authority=issuer,
        responder=answering,
        now=timezone.now().replace(microsecond=0),
    )
