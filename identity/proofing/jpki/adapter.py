"""The answer of a card: certificate, path, revocation, signature over our challenge; in this order."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.conf import settings

from identity.domain import assurance
from identity.domain.proofing import Proof, ProofingRefused, years_later

from . import path
from .profile import basic_four
from .revocation import standing

METHOD = "jpki"
LEAST_RSA_BITS = 2048
LARGEST = 8_192
"""Bytes of a certificate."""


@dataclass(frozen=True)
class Answer:
    """certificate: DER. signature: over `signed_text`: RSA PKCS #1 v1.5 or ECDSA, with SHA-256."""

    certificate: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def is_on() -> bool:
    """Without trust anchors nobody can be believed."""
    return bool(settings.JPKI["anchors"])


def prove(answer: Answer, text: bytes, today: date) -> Proof:
    """text: what the card was to sign. Asks the authority's responder; no transaction may be open.

    Raises ProofingRefused.
    """
    if not is_on():
        raise ProofingRefused("off")
    certificate = _read(answer.certificate)
    _check_signature(certificate, answer.signature, text)
    authority = anchors(tuple(settings.JPKI["anchors"]))
    issuer = path.issuer_of(certificate, authority)
    found = standing(certificate, issuer, settings.JPKI["ocsp_url"], settings.JPKI["crl_urls"])
    path.validate(certificate, authority, found, settings.JPKI["policies"])
    person = basic_four(certificate, settings.JPKI["attributes"])
    ends = certificate.not_valid_after_utc.date()
    return Proof(
        method=METHOD,
        level=assurance.proofing_level(assurance.Proofing.JPKI, today),
        person=person,
        expires_on=min(ends, years_later(today, settings.JPKI["years"])),
        source=certificate.issuer.public_bytes() + certificate.serial_number.to_bytes(32),
    )


def _read(der: bytes) -> x509.Certificate:
    """Raises ProofingRefused `certificate`."""
    if len(der) > LARGEST:
        raise ProofingRefused("certificate", "too large")
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.extensions, certificate.public_key()  # whatever cannot be parsed fails here
        if not 0 < certificate.serial_number < 1 << 168:
            raise ValueError("serial")
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise ProofingRefused("certificate", type(error).__name__) from None
    return certificate


def _check_signature(certificate: x509.Certificate, signature: bytes, text: bytes) -> None:
    key: Any = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
            key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, text, ec.ECDSA(hashes.SHA256()))
        else:
            raise ProofingRefused("signature", "kind of key")
    except InvalidSignature:
        raise ProofingRefused("signature") from None


@lru_cache(maxsize=4)
def anchors(files: tuple[str, ...]) -> path.Authority:
    """Certificates of PEM files: self-signed ones are anchors, others lead to them."""
    found = [one for file in files for one in x509.load_pem_x509_certificates(Path(file).read_bytes())]
    roots = [one for one in found if one.issuer == one.subject]
    return path.Authority(tuple(_der(one) for one in roots), tuple(found))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
