"""From a certificate to a trust anchor (RFC 5280), by pyhanko-certvalidator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.policy_decl import PKIXValidationParams

from identity.domain.proofing import ProofingRefused
from identity.pki.usage import check_usage

from .revocation import Standing

USAGE = {"digital_signature", "non_repudiation"}


@dataclass(frozen=True)
class Authority:
    """anchors: DER of what is believed. certificates: those, and the issuing CAs between them and a card."""

    anchors: tuple[bytes, ...]
    certificates: tuple[x509.Certificate, ...]


def issuer_of(certificate: x509.Certificate, authority: Authority) -> x509.Certificate:
    """So that a stranger's certificate sends us nowhere. Raises ProofingRefused `untrusted`."""
    for issuer in authority.certificates:
        try:
            certificate.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return issuer
    raise ProofingRefused("untrusted")


def validate(
    certificate: x509.Certificate, authority: Authority, standing: Standing, policies: Sequence[str]
) -> None:
    """policies: OIDs of which one must hold along the path. Raises ProofingRefused."""
    context = ValidationContext(
        trust_roots=[asn1.Certificate.load(one) for one in authority.anchors],
        other_certs=[_asn1(one) for one in authority.certificates],
        crls=standing.crls,
        ocsps=standing.ocsps,
        revocation_mode="require",
        allow_fetching=False,
    )
    params = PKIXValidationParams(user_initial_policy_set=frozenset(policies), initial_explicit_policy=True)
    validator = CertificateValidator(_asn1(certificate), validation_context=context, pkix_params=params)
    try:
        check_usage(validator, USAGE)
    except (ValidationError, PathBuildingError) as error:
        _refuse(error)


def _refuse(error: Exception) -> NoReturn:
    codes = (
        (RevokedError, "revoked"),
        (ExpiredError, "expired"),
        (NotYetValidError, "not_yet_valid"),
        (InsufficientRevinfoError, "unavailable"),
        (PathBuildingError, "untrusted"),
        (InvalidCertificateError, "purpose"),
    )
    code = next((code for kind, code in codes if isinstance(error, kind)), "purpose")
    raise ProofingRefused(code, type(error).__name__) from None


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
