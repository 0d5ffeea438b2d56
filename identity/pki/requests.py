"""What a phone may ask to have certified: a P-256 key that it holds, and nothing else (PKCS#10, RFC 2986)."""

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from consortium.domain.my_number import contains_my_number

LONGEST: Final = 4096
_SMALLEST_RSA: Final = 2048
_HASHES: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class RefusedRequest(Exception):
    """code: `malformed`, `weak_key`, `key_type`, `algorithm`, `possession`, `extra_data` or `my_number`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class KeyRequest:
    """der: the whole request. key_hash: SHA-256 (hex) of the SubjectPublicKeyInfo."""

    der: bytes
    public_key: ec.EllipticCurvePublicKey
    key_hash: str


def read(pem: str) -> KeyRequest:
    """Raises RefusedRequest."""
    try:
        if len(pem) > LONGEST:
            raise ValueError("too long")
        request = x509.load_pem_x509_csr(pem.strip().encode("ascii"))
    except (ValueError, UnicodeEncodeError, UnsupportedAlgorithm):
        raise RefusedRequest("malformed") from None
    return check(request)


def read_der(der: bytes) -> KeyRequest:
    """Of one that was kept. Raises RefusedRequest."""
    try:
        return check(x509.load_der_x509_csr(der))
    except (ValueError, UnsupportedAlgorithm):
        raise RefusedRequest("malformed") from None


def check(request: x509.CertificateSigningRequest) -> KeyRequest:
    """Raises RefusedRequest."""
    key = _key(request)
    _check_extra(request)
    try:
        if not isinstance(request.signature_hash_algorithm, _HASHES):
            raise RefusedRequest("algorithm")
        valid = request.is_signature_valid
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        valid = False
    if not valid:
        raise RefusedRequest("possession")
    return KeyRequest(request.public_bytes(Encoding.DER), key, key_hash(key))


def key_hash(key: ec.EllipticCurvePublicKey) -> str:
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(info).hexdigest()


def _key(request: x509.CertificateSigningRequest) -> ec.EllipticCurvePublicKey:
    try:
        key = request.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise RefusedRequest("malformed") from None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _SMALLEST_RSA:
        raise RefusedRequest("weak_key")
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise RefusedRequest("key_type")
    if not isinstance(key.curve, ec.SECP256R1):
        raise RefusedRequest("weak_key" if key.curve.key_size < 256 else "key_type")
    if key.public_numbers().x == _GENERATOR_X:
        raise RefusedRequest("weak_key")
    return key


_GENERATOR_X: Final = ec.derive_private_key(1, ec.SECP256R1()).public_key().public_numbers().x
"""Of the key whose private half is 1, or its negative: what a broken generator makes."""


def _check_extra(request: x509.CertificateSigningRequest) -> None:
    """We name the subject and choose the extensions: what else is sent would be a claim nobody checked."""
    try:
        names = [str(attribute.value) for attribute in request.subject]
        attributes = [bytes(attribute.value) for attribute in request.attributes]
    except (ValueError, UnsupportedAlgorithm):
        raise RefusedRequest("extra_data") from None
    texts = [*names, *(value.decode("utf-8", "ignore") for value in attributes)]
    if any(contains_my_number(text) for text in texts):
        raise RefusedRequest("my_number")
    if names or attributes:
        raise RefusedRequest("extra_data")
