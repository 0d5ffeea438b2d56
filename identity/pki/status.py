"""Revocation as the world hears of it: lists (RFC 5280, 5) and OCSP answers (RFC 6960, RFC 9654)."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp

from .authority import key_of
from .profile import SHA256

LIST_LIFE: Final = timedelta(days=3)
ANSWER_LIFE: Final = timedelta(minutes=10)
LONGEST: Final = 2048
NONCE: Final = range(1, 129)
"""Octets of a nonce that is echoed (RFC 9654, 2.1)."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """serial: of the certificate. reason: a `ReasonFlags` value such as "certificateHold"."""

    serial: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """A certificate of ours. revoked: None while it is good."""

    revoked: Revoked | None


@dataclass(frozen=True, slots=True)
class Responder:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Answer:
    """der: of the OCSP response. cacheable: nobody asked for it by a nonce."""

    der: bytes
    cacheable: bool


Lookup = Callable[[x509.Certificate, int], Known | None]
"""What is known of a serial number of one of our CAs."""
Responders = Callable[[x509.Certificate], Responder | None]
"""Who answers for one of our CAs."""
Keep = Callable[[str, Callable[[], bytes]], bytes]
"""Returns what was kept under a name, or makes it; what has no name is made for this once."""


def revocation_list(
    entries: Iterable[Revoked],
    *,
    number: int,
    authority: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta = LIST_LIFE,
) -> x509.CertificateRevocationList:
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(now)
        .next_update(now + life)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key_of(authority)), critical=False)
    )
    for entry in entries:
        builder = builder.add_revoked_certificate(_entry(entry))
    return builder.sign(key, SHA256)


def _entry(entry: Revoked) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(entry.serial).revocation_date(entry.at)
    reason = x509.ReasonFlags(entry.reason)
    if reason != x509.ReasonFlags.unspecified:
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    return builder.build()


def from_path(text: str) -> bytes:
    """The request that a GET carries in its address; empty for what is no base64."""
    try:
        return base64.b64decode(text, validate=True) if len(text) <= LONGEST * 2 else b""
    except (binascii.Error, ValueError):
        return b""


def answer(
    request: bytes,
    *,
    issuers: Sequence[x509.Certificate],
    lookup: Lookup,
    responders: Responders,
    now: datetime,
    keep: Keep,
) -> Answer:
    """Signed for what is readable; unsigned errors (RFC 6960, 2.3) for the rest. issuers: our CAs, of which
    the first answers for those that are not ours."""
    try:
        asked = ocsp.load_der_ocsp_request(request if len(request) <= LONGEST else b"")
        algorithm, nonce = asked.hash_algorithm, _nonce(asked)
    except (ValueError, NotImplementedError, UnsupportedAlgorithm):
        return Answer(_unsigned(ocsp.OCSPResponseStatus.MALFORMED_REQUEST), cacheable=False)
    if nonce is not None and len(nonce) not in NONCE:
        return Answer(_unsigned(ocsp.OCSPResponseStatus.MALFORMED_REQUEST), cacheable=False)
    issuer = next((one for one in issuers if _is_of(asked, one, algorithm)), None)
    responder = responders(issuer or issuers[0]) if issuers else None
    if responder is None:
        return Answer(try_later(), cacheable=False)
    known = lookup(issuer, asked.serial_number) if issuer else None
    name = "" if nonce is not None else _name(asked, known, responder)
    der = keep(name, lambda: _signed(asked, known, responder, now, nonce))
    return Answer(der, cacheable=nonce is None)


def _name(asked: ocsp.OCSPRequest, known: Known | None, responder: Responder) -> str:
    """Of all that an answer says but its time: with the status changes the name."""
    parts = (
        asked.issuer_name_hash.hex(),
        asked.issuer_key_hash.hex(),
        asked.serial_number,
        known,
        responder.certificate.serial_number,
    )
    return sha256(repr(parts).encode()).hexdigest()


def try_later() -> bytes:
    return _unsigned(ocsp.OCSPResponseStatus.TRY_LATER)


def proof(
    certificate: x509.Certificate,
    known: Known,
    *,
    authority: x509.Certificate,
    responder: Responder,
    now: datetime,
) -> bytes:
    """What we would answer about one certificate now: kept with a signature, it tells later what was true."""
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, authority, SHA256).build()
    return _signed(request, known, responder, now, None)


def _signed(
    asked: ocsp.OCSPRequest, known: Known | None, responder: Responder, now: datetime, nonce: bytes | None
) -> bytes:
    revoked = known.revoked if known else None
    status = ocsp.OCSPCertStatus.GOOD if known else ocsp.OCSPCertStatus.UNKNOWN
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else status,
            this_update=now,
            next_update=now + ANSWER_LIFE,
            revocation_time=revoked.at if revoked else None,
            revocation_reason=x509.ReasonFlags(revoked.reason) if revoked else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
        .certificates([responder.certificate])
    )
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.sign(responder.key, SHA256).public_bytes(Encoding.DER)


def _unsigned(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _nonce(asked: ocsp.OCSPRequest) -> bytes | None:
    try:
        return asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None


def _is_of(asked: ocsp.OCSPRequest, authority: x509.Certificate, algorithm: hashes.HashAlgorithm) -> bool:
    return (asked.issuer_name_hash, asked.issuer_key_hash) == _hashes_of(authority, algorithm)


def _hashes_of(authority: x509.Certificate, algorithm: hashes.HashAlgorithm) -> tuple[bytes, bytes]:
    """Of the issuer's name and of the bits of its key, as a CertID has them (RFC 6960, 4.1.1)."""
    digests = []
    point = key_of(authority).public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    for value in (authority.subject.public_bytes(), point):
        digest = hashes.Hash(algorithm)
        digest.update(value)
        digests.append(digest.finalize())
    return digests[0], digests[1]
