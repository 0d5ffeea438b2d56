"""From a request to a certificate: who may ask for what, what comes out, and how it ends."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from consortium.audit.models import Event
from consortium.tenancy import context
from identity.actions import certifying, devices
from identity.actions.passkeys import new_handle
from identity.certifying import certify_due, tend_status
from identity.context import resident as speaking
from identity.domain.device import Reason
from identity.domain.enrolment_code import code_hash
from identity.models import CertificateList, DeviceCertificate, EnrolmentCode, OcspResponder
from identity.pki.authority import authority, signing_key
from identity.pki.requests import RefusedRequest, read
from tests import factories

from .phones import csr, new_key
from .residents import TARO, Counter, Resident, make_resident


def add(resident: Resident, *, level: int = 3, key: Any = None, name: str = "花子のスマートフォン") -> Any:
    """A second device of somebody who is signed in."""
    with speaking(resident.citizen_id) as actor:
        code = devices.give_leave(by=actor, level=level)
        leave = devices.DeviceLeave.objects.get(code_hash=code_hash(code))
        return devices.add_device(by=actor, leave=leave, request=read(csr(key or new_key())), name=name)


def fresh(device: DeviceCertificate) -> DeviceCertificate:
    return DeviceCertificate.objects.get(pk=device.pk)


@pytest.mark.usefixtures("device_ca")
def test_what_comes_out_is_the_profile(hanako: Resident) -> None:
    device = add(hanako)
    assert fresh(device).state == "requested"
    assert certify_due() == 1
    assert certify_due() == 0
    made = fresh(device)
    certificate = x509.load_der_x509_certificate(bytes(made.certificate))
    assert (made.state, made.serial) == ("active", f"{certificate.serial_number:x}")
    assert certificate.serial_number.bit_length() > 64
    assert [one.rfc4514_string() for one in certificate.subject.rdns] == [f"2.5.4.5={made.subject}"]
    extensions = certificate.extensions
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and usage.value.content_commitment
    assert not (usage.value.key_cert_sign or usage.value.crl_sign or usage.value.key_encipherment)
    purposes = set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    assert ExtendedKeyUsageOID.CLIENT_AUTH in purposes
    for kind in (
        x509.SubjectKeyIdentifier,
        x509.AuthorityKeyIdentifier,
        x509.CRLDistributionPoints,
        x509.AuthorityInformationAccess,
        x509.CertificatePolicies,
    ):
        assert extensions.get_extension_for_class(kind)
    certificate.verify_directly_issued_by(authority().issuing)
    text = certificate.public_bytes(Encoding.DER).decode("latin-1")
    assert str(hanako.citizen_id) not in text
    with context.citizen(hanako.citizen_id):
        deeds = set(Event.objects.values_list("action", flat=True))
    assert {"device.allowed", "device.requested", "device.certified"} <= deeds


def refused(text: str) -> str:
    with pytest.raises(RefusedRequest) as error:
        read(text)
    return error.value.code


def test_weak_and_wrong_requests_are_refused() -> None:
    """A weak key, another curve, extra data, a 個人番号, no proof of possession."""
    good = csr(new_key())
    assert read(good).key_hash
    assert refused(csr(rsa.generate_private_key(65537, 1024))) == "weak_key"  # noqa: S505
    assert refused(csr(rsa.generate_private_key(65537, 2048))) == "key_type"
    assert refused(csr(ec.generate_private_key(ec.SECP192R1()))) == "weak_key"
    assert refused(csr(ec.generate_private_key(ec.SECP384R1()))) == "key_type"
    assert refused(csr(ec.generate_private_key(ec.SECP256K1()))) == "key_type"
    assert refused(csr(ec.derive_private_key(1, ec.SECP256R1()))) == "weak_key"
    assert refused(csr(new_key(), name="架空花子")) == "extra_data"
    assert refused(csr(new_key(), name="123456789018")) == "my_number"
    alternative = x509.SubjectAlternativeName([x509.DNSName("example.jp")])
    assert refused(csr(new_key(), extension=alternative)) == "extra_data"
    assert refused("no request") == "malformed"
    assert refused(good * 20) == "malformed"
    request = x509.load_pem_x509_csr(good.encode())
    other = x509.load_pem_x509_csr(csr(new_key()).encode())
    forged = request.public_bytes(Encoding.DER).replace(request.signature, other.signature)
    assert refused(pem(forged)) in {"possession", "malformed"}


def pem(der: bytes) -> str:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{body}-----END CERTIFICATE REQUEST-----\n"


@pytest.mark.usefixtures("device_ca")
def test_a_key_is_certified_once_ever(hanako: Resident, counter: Counter) -> None:
    """Also when the first certificate is revoked, and for somebody else."""
    key = new_key()
    first = add(hanako, key=key)
    certify_due()
    taro = make_resident(counter, TARO)
    for resident in (hanako, taro):
        with pytest.raises(ValidationError) as error:
            add(resident, key=key)
        assert error.value.code == "reused_key"
    assert DeviceCertificate.objects.count() == 1
    with speaking(hanako.citizen_id) as actor:
        devices.revoke_device(
            by=actor, citizen_id=hanako.citizen_id, device_id=first.pk, reason=Reason.UNUSED
        )
    with pytest.raises(ValidationError):
        add(hanako, key=key)


@pytest.mark.usefixtures("device_ca")
def test_an_enrolment_code_adds_the_first_device_once(identity_surface: Any, counter: Counter) -> None:
    citizen = counter.proofed()
    code = EnrolmentCode.objects.get(code_hash=code_hash(counter.issue(citizen)))

    def enrol(request: str) -> DeviceCertificate:
        with speaking(citizen.pk) as actor:
            return devices.enrol_device(
                by=actor, code=code, request=read(request), name="端末", handle=new_handle()
            )

    device = enrol(csr(new_key()))
    assert (device.level, device.citizen_id) == (3, citizen.pk)
    with pytest.raises(ValidationError) as error:
        enrol(csr(new_key()))
    assert error.value.code == "code"


@pytest.mark.usefixtures("device_ca")
def test_a_synced_passkey_lends_its_own_level_and_no_more(hanako: Resident) -> None:
    assert add(hanako, level=2).level == 2
    with pytest.raises(ValidationError) as error:
        add(hanako, level=1)
    assert error.value.code == "level"


@pytest.mark.usefixtures("device_ca")
def test_renewal_takes_the_place_when_it_is_there(hanako: Resident) -> None:
    old = add(hanako)
    certify_due()
    with speaking(hanako.citizen_id) as actor:
        new = devices.renew_device(by=actor, device=fresh(old), request=read(csr(new_key())))
    assert fresh(old).state == "active"
    certify_due()
    assert (fresh(old).state, fresh(old).reason) == ("revoked", "replaced")
    assert (fresh(new).state, fresh(new).name) == ("active", old.name)


@pytest.mark.usefixtures("device_ca")
def test_the_hotline_suspends_and_another_clerk_revokes(
    hanako: Resident, counter: Counter, next_door: Counter
) -> None:
    device = add(hanako)
    certify_due()

    def by(clerk: Any, deed: Callable[..., None], **more: Any) -> None:
        with factories.acting(clerk, counter.municipality) as actor:
            deed(by=actor, citizen_id=hanako.citizen_id, device_id=device.pk, **more)

    with pytest.raises(PermissionDenied), factories.acting(next_door.first, next_door.municipality) as actor:
        devices.suspend_device(
            by=actor, citizen_id=hanako.citizen_id, device_id=device.pk, reason=Reason.LOST
        )
    with pytest.raises(ValidationError):
        by(counter.first, devices.revoke_device, reason=Reason.LOST)
    by(counter.first, devices.suspend_device, reason=Reason.LOST)
    assert hanako.client.get("/me/").status_code == 302
    for deed, more in ((devices.revoke_device, {"reason": Reason.LOST}), (devices.resume_device, {})):
        with pytest.raises(ValidationError) as error:
            by(counter.first, deed, **more)
        assert error.value.code == "four_eyes"
    by(counter.second, devices.resume_device)
    by(counter.first, devices.suspend_device, reason=Reason.LOST)
    by(counter.second, devices.revoke_device, reason=Reason.LOST)
    assert fresh(device).state == "revoked"
    with pytest.raises(ValidationError):
        by(counter.second, devices.resume_device)


@pytest.mark.usefixtures("device_ca")
def test_a_code_after_a_new_proofing_ends_what_was_before(hanako: Resident, counter: Counter) -> None:
    device = add(hanako)
    certify_due()
    with context.person(None):
        code = EnrolmentCode.objects.get(citizen_id=hanako.citizen_id)
        EnrolmentCode.objects.filter(pk=code.pk).update(used_at=None)
    with speaking(hanako.citizen_id) as actor:
        devices.enrol_device(
            by=actor,
            code=code,
            request=read(csr(new_key())),
            name="新しい端末",
            handle=bytes(hanako.user.handle),
        )
    assert (fresh(device).state, fresh(device).reason) == ("revoked", "replaced")
    assert hanako.client.get("/me/").status_code == 302


@pytest.mark.usefixtures("device_ca")
def test_lists_and_responders_are_kept_fresh(hanako: Resident) -> None:
    tend_status()
    tend_status()
    assert (CertificateList.objects.count(), OcspResponder.objects.count()) == (1, 1)
    device = add(hanako)
    certify_due()
    with speaking(hanako.citizen_id) as actor:
        devices.suspend_device(
            by=actor, citizen_id=hanako.citizen_id, device_id=device.pk, reason=Reason.LOST
        )
    tend_status()
    last = CertificateList.objects.get(number=2)
    listed = list(x509.load_der_x509_crl(bytes(last.content)))
    assert [f"{one.serial_number:x}" for one in listed] == [fresh(device).serial]
    assert "PRIVATE KEY" not in OcspResponder.objects.get().private


def test_surface_writes_no_certificate_and_the_worker_reads_no_name(
    hanako: Resident, device_ca: Path
) -> None:
    device = add(hanako)

    def fails(sql: str, *values: Any) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)

    with context.citizen(hanako.citizen_id):
        fails("UPDATE identity_devicecertificate SET certificate = ''::bytea WHERE id = %s", device.pk)
        fails("DELETE FROM identity_devicecertificate")
        fails("INSERT INTO identity_certificatelist (id) VALUES (%s)", device.pk)
    with context.worker():
        fails("SELECT name FROM identity_devicecertificate")


def test_without_a_key_nothing_is_issued(hanako: Resident, device_ca: Path, settings: Any) -> None:
    device = add(hanako)
    settings.DEVICE_CA = {**settings.DEVICE_CA, "KEY": ""}
    assert certify_due() == 0
    with pytest.raises(ImproperlyConfigured):
        signing_key()
    assert fresh(device).state == "requested"


def test_without_its_audit_row_no_certificate(
    hanako: Resident, device_ca: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = add(hanako)

    def fail(**kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(certifying, "record", fail)
    with pytest.raises(RuntimeError):
        certify_due()
    assert (fresh(device).state, fresh(device).serial) == ("requested", None)
