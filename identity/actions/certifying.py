"""What the CA does, in the worker, who alone holds its key: certificates, revocation lists, responders."""

import hashlib
from datetime import timedelta
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db.models import Q
from django.utils import timezone

from consortium.audit.record import record
from consortium.crypto import encrypt
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.domain.device import Reason, State
from identity.models import CertificateList, DeviceCertificate, OcspResponder
from identity.notices import DEVICE_ADDED, tell
from identity.pki import profile, status
from identity.pki.authority import authority, der, generation_of, signing_key
from identity.pki.requests import RefusedRequest, read_der
from identity.pki.signer import SignerKey
from identity.queries.devices import latest_list, revoked_entries

LIST_EVERY: Final = timedelta(hours=6)
"""Also without a change; with one, at the next tick."""
RESPONDER_EVERY: Final = timedelta(days=7)


@action(kinds=(ActorKind.SYSTEM,))
def certify_device(*, by: Actor, device_id: UUID) -> bool:
    """Issue what was asked for, having looked at the request anew: the surface that took it is on the
    internet. False if there is nothing to issue. A request that is refused is revoked."""
    device, renewed = _locked(device_id)
    if device is None:
        return False
    now = timezone.now().replace(microsecond=0)
    try:
        asked = read_der(bytes(device.request))
        if asked.key_hash != device.key_hash:
            raise RefusedRequest("key_type")
        if device.renews and not (renewed and renewed.is_usable):
            raise RefusedRequest("state")
    except RefusedRequest as error:
        _stand(device.pk, State.REVOKED, "", by)
        detail = {"code": error.code, "deed": "certify"}
        record(by=by, action="device.refused", citizen_id=device.citizen_id, detail=detail)
        return False
    issuing = authority().issuing
    made = profile.device(
        subject=device.subject,
        public_key=asked.public_key,
        authority=issuing,
        key=signing_key(),
        now=now,
    )
    _keep(device, made, generation_of(issuing), by)
    return True


def _locked(device_id: UUID) -> tuple[DeviceCertificate | None, DeviceCertificate | None]:
    """The request, if it is one still, and the certificate whose place it takes, which stays as it is."""
    asked = DeviceCertificate.objects.filter(pk=device_id, state=State.REQUESTED)
    renews = asked.values_list("renews", flat=True).first()
    rows = DeviceCertificate.objects.select_for_update().filter(Q(pk=device_id) | Q(pk=renews))
    columns = ("citizen_id", "request", "key_hash", "subject", "renews", "state", "held_at", "expires_at")
    found = {row.pk: row for row in rows.only("id", *columns).order_by("id")}
    device = found.get(device_id)
    waits = device is not None and device.state == State.REQUESTED
    return device if waits else None, found.get(renews) if renews else None


def _keep(device: DeviceCertificate, made: x509.Certificate, issuer: str, by: Actor) -> None:
    """The certificate, and the end of the one whose place it takes."""
    DeviceCertificate.objects.filter(pk=device.pk).update(
        serial=f"{made.serial_number:x}",
        certificate=der(made),
        issuer=issuer,
        issued_at=made.not_valid_before_utc,
        expires_at=made.not_valid_after_utc,
        state=State.ACTIVE,
        state_at=timezone.now(),
        state_by=by.id,
    )
    if device.renews:
        _stand(device.renews, State.REVOKED, Reason.REPLACED, by)
    detail = {"serial": f"{made.serial_number:x}", "renews": str(device.renews) if device.renews else None}
    record(by=by, action="device.certified", target=device, citizen_id=device.citizen_id, detail=detail)
    tell(device.citizen_id, DEVICE_ADDED)


def _stand(device_id: UUID, state: State, reason: str, by: Actor) -> None:
    rows = DeviceCertificate.objects.filter(pk=device_id).exclude(state=State.REVOKED)
    rows.update(state=state, state_at=timezone.now(), state_by=by.id, reason=reason)


@action(kinds=(ActorKind.SYSTEM,))
def issue_list(*, by: Actor, issuing: x509.Certificate, key: SignerKey) -> CertificateList | None:
    """A new revocation list of one CA, when something changed or the last is getting old; else None."""
    now, issuer = timezone.now().replace(microsecond=0), generation_of(issuing)
    last, entries = latest_list(issuer), revoked_entries(now, issuer)
    digest = hashlib.sha256(repr(entries).encode()).hexdigest()
    if last and last.digest == digest and last.this_update > now - LIST_EVERY:
        return None
    number = last.number + 1 if last else 1
    made = status.revocation_list(entries, number=number, authority=issuing, key=key, now=now)
    kept = CertificateList(
        issuer=issuer,
        number=number,
        content=der(made),
        digest=digest,
        this_update=now,
        next_update=made.next_update_utc or now,
    )
    kept.save(force_insert=True)
    record(
        by=by,
        action="certificate_list.issued",
        detail={"issuer": issuer, "number": number, "entries": len(entries)},
    )
    return kept


@action(kinds=(ActorKind.SYSTEM,))
def appoint_responder(*, by: Actor, issuing: x509.Certificate, key: SignerKey) -> OcspResponder | None:
    """A fresh certificate for OCSP answers of one CA while the last is good for days yet; None if it is
    fresh."""
    now, issuer = timezone.now().replace(microsecond=0), generation_of(issuing)
    fresh = OcspResponder.objects.filter(issuer=issuer, created_at__gt=now - RESPONDER_EVERY)
    if fresh.filter(expires_at__gt=now).exists():
        return None
    own = ec.generate_private_key(ec.SECP256R1())
    made = profile.responder(public_key=own.public_key(), authority=issuing, key=key, now=now)
    pem = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    responder = OcspResponder(
        issuer=issuer, certificate=der(made), private=encrypt(pem), expires_at=made.not_valid_after_utc
    )
    responder.save(force_insert=True)
    detail = {"serial": f"{made.serial_number:x}"}
    record(by=by, action="ocsp_responder.appointed", target=responder, detail=detail)
    return responder
