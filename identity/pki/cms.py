"""Detached signatures over a hash: CMS (RFC 5652) with the attributes of CAdES-B-B (ETSI EN 319 122-1)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asn1crypto import algos, cms, ocsp, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from .authority import Authority, der
from .usage import check_usage

LONGEST: Final = 20_000
USAGE: Final = {"non_repudiation"}
"""What asn1crypto calls contentCommitment."""
_STATUS: Final = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        ee_certificate_rule=RevocationCheckingRule.OCSP_REQUIRED,
        intermediate_ca_cert_rule=RevocationCheckingRule.CRL_REQUIRED,
    ),
    retroactive_revinfo=True,
)
"""Retroactive, since the root's list is signed anew each year: it tells of earlier moments, too."""


class BadSignature(Exception):
    """code: `malformed`, `digest`, `certificate`, `signature` or `path`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Signed:
    """certificate: DER of the signer's, as the signature names and carries it. digest: what was signed."""

    certificate: bytes
    serial: int
    digest: bytes


def read(content: bytes) -> Signed:
    """What is signed and by whom, with the mathematics checked; the certificate's worth is not.

    Raises BadSignature.
    """
    try:
        if len(content) > LONGEST:
            raise ValueError("too long")
        return _read(content)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise BadSignature("malformed") from None


def _read(content: bytes) -> Signed:
    info = cms.ContentInfo.load(content, strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("not signed data")
    data = info["content"]
    if data["encap_content_info"]["content"].native is not None or len(data["signer_infos"]) != 1:
        raise ValueError("detached, of one signer")
    signer = data["signer_infos"][0]
    attributes = _attributes(signer)
    certificate = _signers(data, signer, attributes["signing_certificate_v2"])
    _check_algorithms(signer)
    digest = attributes["message_digest"].native
    if attributes["content_type"].native != "data" or len(digest) != hashlib.sha256().digest_size:
        raise ValueError("attributes")
    _verify(signer, certificate)
    return Signed(certificate, asn1.Certificate.load(certificate).serial_number, digest)


def _attributes(signer: Any) -> dict[str, Any]:
    """Each once, with one value (RFC 5652, 5.3)."""
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        if name in found or len(attribute["values"]) != 1:
            raise ValueError("attribute twice")
        found[name] = attribute["values"][0]
    return found


def _signers(data: Any, signer: Any, named: tsp.SigningCertificateV2) -> bytes:
    """The certificate that both the signer's identifier and the signed attribute mean."""
    wanted = named["certs"][0]
    algorithm = wanted["hash_algorithm"]["algorithm"].native
    sid = signer["sid"].chosen
    for choice in data["certificates"]:
        encoded: bytes = choice.chosen.dump()
        same = (
            choice.chosen.issuer == sid["issuer"]
            and choice.chosen.serial_number == sid["serial_number"].native
        )
        if same and algorithm == "sha256" and hashlib.sha256(encoded).digest() == wanted["cert_hash"].native:
            return encoded
    raise BadSignature("certificate")


def _check_algorithms(signer: Any) -> None:
    digest: algos.DigestAlgorithm = signer["digest_algorithm"]
    if digest["algorithm"].native != "sha256":
        raise ValueError("SHA-256 only")
    if signer["signature_algorithm"]["algorithm"].native != "sha256_ecdsa":
        raise ValueError("ECDSA with SHA-256 only")


def _verify(signer: Any, certificate: bytes) -> None:
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise BadSignature("certificate")
    signed = signer["signed_attrs"].untag().dump(force=True)
    try:
        key.verify(signer["signature"].native, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise BadSignature("signature") from None


def check_path(certificate: bytes, *, at: datetime, proof: bytes, ca: Authority) -> None:
    """Whether the certificate was good for signing at a moment: its path to our root, and the OCSP answer
    that was kept then. Raises BadSignature `path`."""
    context = ValidationContext(
        trust_roots=[asn1.Certificate.load(der(ca.root))],
        other_certs=[asn1.Certificate.load(der(one)) for one in ca.intermediates],
        moment=at,
        best_signature_time=at,
        ocsps=[ocsp.OCSPResponse.load(proof)],
        crls=[der(ca.root_crl)],
        revinfo_policy=_STATUS,
    )
    validator = CertificateValidator(asn1.Certificate.load(certificate), validation_context=context)
    try:
        check_usage(validator, USAGE)
    except (PathError, ValidationError):
        raise BadSignature("path") from None
