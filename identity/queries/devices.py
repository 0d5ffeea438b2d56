"""Devices and what is told of their certificates."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.db.models import Q, QuerySet
from django.utils import timezone

from consortium.crypto import decrypt
from identity.domain.device import State, reason_flag
from identity.models import CertificateList, DeviceCertificate, OcspResponder
from identity.pki.status import Known, Responder, Revoked

LISTED = (State.SUSPENDED, State.REVOKED)


def own_devices(citizen_id: UUID) -> QuerySet[DeviceCertificate]:
    """Hers that are not revoked, in the order in which they came."""
    return DeviceCertificate.objects.filter(citizen_id=citizen_id).exclude(state=State.REVOKED)


def revoked_entries(now: datetime, generation: str = "") -> list[Revoked]:
    """Of the list of one CA: what is revoked or held and not expired."""
    ours = DeviceCertificate.objects.filter(issuer=generation)
    listed = ours.filter(Q(state__in=LISTED) | Q(held_at__isnull=False))
    rows = listed.filter(expires_at__gt=now).order_by("serial")
    found = rows.values_list("serial", "state", "state_at", "reason", "held_at")
    entries = [
        _revoked(int(str(serial), 16), state, at, reason, held_at)
        for serial, state, at, reason, held_at in found
    ]
    return [entry for entry in entries if entry]


def known(serial: int, generation: str = "") -> Known | None:
    """What OCSP says of a serial number of one CA; None for one that it never issued."""
    rows = DeviceCertificate.objects.filter(serial=f"{serial:x}", issuer=generation)
    found = rows.values_list("state", "state_at", "reason", "held_at").first()
    return Known(_revoked(serial, *found)) if found else None


def _revoked(serial: int, state: str, at: datetime, reason: str, held_at: datetime | None) -> Revoked | None:
    """By its own state, else on hold with the whole digital ID."""
    if state in LISTED:
        return Revoked(serial, at, reason_flag(state, reason))
    return Revoked(serial, held_at, reason_flag(State.SUSPENDED, "")) if held_at else None


def latest_list(generation: str = "") -> CertificateList | None:
    return CertificateList.objects.filter(issuer=generation).order_by("-number").first()


def responder(generation: str = "") -> Responder | None:
    """The youngest in force of one CA. None before the worker appointed one."""
    rows = OcspResponder.objects.filter(issuer=generation, expires_at__gt=timezone.now())
    row = rows.order_by("-created_at").first()
    if row is None:
        return None
    return _loaded(bytes(row.certificate), row.private)


@lru_cache(maxsize=4)
def _loaded(certificate: bytes, private: str) -> Responder:
    key = load_pem_private_key(decrypt(private).encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 - as appoint_responder made it
    return Responder(x509.load_der_x509_certificate(certificate), key)


def due() -> list[UUID]:
    """Requests that wait for their certificate, oldest first."""
    rows = DeviceCertificate.objects.filter(state=State.REQUESTED).order_by("id")
    return list(rows.values_list("id", flat=True)[:100])


def listed(citizen_id: UUID) -> list[DeviceCertificate]:
    """For the counter: what it may see of hers, revoked ones included, the newest first."""
    columns = (
        "id",
        "name",
        "state",
        "state_at",
        "state_by",
        "state_persons",
        "requested_at",
        "last_used_at",
        "expires_at",
    )
    rows = DeviceCertificate.objects.filter(citizen_id=citizen_id).only(*columns)
    return list(rows.order_by("-requested_at")[:50])
