"""What our certificates look like: docs/certificate-profile.md, in code."""

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from django.conf import settings

from .authority import generation_of, key_of

ROOT_YEARS, ISSUING_YEARS = 20, 10
DEVICE_DAYS: Final = 730
RESPONDER_DAYS: Final = 14
DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning, RFC 9336."""
TRIAL_POLICY: Final = "2.25.187413279316541690853268715498072651437"
"""A UUID's arc: unique, and nobody's. Who runs this in earnest gives an identifier of its own."""
SHA256: Final = hashes.SHA256()
BACKDATED: Final = timedelta(minutes=5)
"""Of CA and responder certificates only: clocks differ. A device's certificate starts when it is issued."""


def address(path: str, generation: str = "") -> str:
    """Of what is published: the identity surface is asked, by whoever holds a certificate."""
    stem, dot, kind = path.partition(".")
    return f"{settings.IDENTITY_URL}/pki/{stem}{generation and f'-{generation}'}{dot}{kind}"


def root(key: ec.EllipticCurvePrivateKey, name: str, now: datetime) -> x509.Certificate:
    builder = _builder(_name(name), _name(name), key.public_key(), now, timedelta(days=365 * ROOT_YEARS))
    builder = _as_authority(builder, key.public_key(), path_length=1)
    return builder.sign(key, SHA256)


def issuing(
    key: ec.EllipticCurvePrivateKey,
    name: str,
    parent: x509.Certificate,
    parent_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    """Below the root; it may issue to ends only."""
    lifetime = timedelta(days=365 * ISSUING_YEARS)
    builder = _builder(_name(name), parent.subject, key.public_key(), now, lifetime)
    builder = _as_authority(builder, key.public_key(), path_length=0)
    builder = _issued_by(builder, parent)
    builder = builder.add_extension(_policies(), critical=False)
    builder = builder.add_extension(_crl_at(address("root.crl")), critical=False)
    return builder.sign(parent_key, SHA256)


def device(
    *,
    subject: str,
    public_key: ec.EllipticCurvePublicKey,
    authority: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    """subject: random hexadecimal digits, which say nothing of whom the device belongs to."""
    name = x509.Name([x509.NameAttribute(NameOID.SERIAL_NUMBER, subject)])
    generation = generation_of(authority)
    ends = min(now + timedelta(days=DEVICE_DAYS), authority.not_valid_after_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authority.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, DOCUMENT_SIGNING]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(_policies(), critical=False)
        .add_extension(_crl_at(address("devices.crl", generation)), critical=False)
        .add_extension(_information(generation), critical=False)
    )
    return _issued_by(builder, authority).sign(key, SHA256)


def responder(
    *,
    public_key: ec.EllipticCurvePublicKey,
    authority: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    """A delegated OCSP responder (RFC 6960, 4.2.2.2), too short-lived to be revoked (ocsp-nocheck)."""
    builder = _builder(
        _name("Device OCSP responder"), authority.subject, public_key, now, timedelta(days=RESPONDER_DAYS)
    )
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    return _issued_by(builder, authority).sign(key, SHA256)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=public_key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - BACKDATED,
        not_valid_after=now + lifetime,
    )


def _as_authority(
    builder: x509.CertificateBuilder, public_key: ec.EllipticCurvePublicKey, *, path_length: int
) -> x509.CertificateBuilder:
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _issued_by(builder: x509.CertificateBuilder, parent: x509.Certificate) -> x509.CertificateBuilder:
    return builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key_of(parent)), critical=False
    )


def _usage(**bits: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: bits.get(name, False) for name in names})


def _policies() -> x509.CertificatePolicies:
    oid = x509.ObjectIdentifier(settings.DEVICE_CA["POLICY"] or TRIAL_POLICY)
    return x509.CertificatePolicies([x509.PolicyInformation(oid, None)])


def _crl_at(url: str) -> x509.CRLDistributionPoints:
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    return x509.CRLDistributionPoints([point])


def _information(generation: str) -> x509.AuthorityInformationAccess:
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(address("ocsp"))
            ),
            x509.AccessDescription(
                AuthorityInformationAccessOID.CA_ISSUERS,
                x509.UniformResourceIdentifier(address("ca.crt", generation)),
            ),
        ]
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.DEVICE_CA["NAME"] or "Consortium"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
