"""That a request comes from the phone that holds a key: a JWS over this one request, good once.

After DPoP (RFC 9449), with the body in it: there is no token beside it, so the proof alone has to stand for
the whole request. docs/adr/0032-device-certificates.md says why not TLS client certificates.
"""

import base64
import hashlib
import secrets
import time
from typing import Any, Final
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import CompactSignature
from redis.exceptions import RedisError

from consortium import problems
from consortium.api.exceptions import Refusal
from identity.models import DeviceCertificate

SCHEME: Final = "Device"
TYPE: Final = "device-proof+jwt"
OLDEST: Final = 120
LEEWAY: Final = 30
LONGEST: Final = 2048


class BadProof(Exception):
    """Says what is wrong, for whoever writes an app; nothing that helps to forge one."""


def proven_device(request: HttpRequest) -> DeviceCertificate:
    """The row whose key signed this request; its state is the caller's to judge. Raises BadProof, Refusal."""
    scheme, _space, proof = request.headers.get("Authorization", "").partition(" ")
    if scheme != SCHEME or not proof:
        raise BadProof(f"Authorization must be: {SCHEME} <proof>.")
    found: list[DeviceCertificate] = []
    try:
        if len(proof) > LONGEST:
            raise ValueError("too long")
        claims = jwt.decode(proof, lambda held: _key(held, found), ["ES256"]).claims
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise BadProof(
            f"The proof must be a JWT of type {TYPE}, signed with ES256 by the key of kid."
        ) from None
    _check(request, claims)
    _use_up(found[0], claims)
    return found[0]


def _key(held: Any, found: list[DeviceCertificate]) -> ECKey:
    header = held.headers() if isinstance(held, CompactSignature) else {}
    if header.get("typ") != TYPE:
        raise ValueError("typ")
    device = DeviceCertificate.objects.filter(pk=UUID(str(header.get("kid")))).first()
    if device is None:
        raise ValueError("kid")
    found.append(device)
    key = x509.load_der_x509_csr(bytes(device.request)).public_key()
    return ECKey.import_key(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _check(request: HttpRequest, claims: dict[str, Any]) -> None:
    if claims.get("htm") != request.method:
        raise BadProof("htm of the proof is not the method of the request.")
    if claims.get("htu") != settings.IDENTITY_URL + request.get_full_path():
        raise BadProof("htu of the proof is not the address of the request, query included.")
    if not _same(claims.get("bh"), body_hash(request.body)):
        raise BadProof("bh of the proof is not the SHA-256 of the body, in base64url.")
    made, now = claims.get("iat"), time.time()
    if (
        not isinstance(made, int | float)
        or isinstance(made, bool)
        or not now - OLDEST <= made <= now + LEEWAY
    ):
        raise BadProof(f"iat of the proof must lie within the last {OLDEST} seconds.")


def _use_up(device: DeviceCertificate, claims: dict[str, Any]) -> None:
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 16 <= len(jti) <= 100:
        raise BadProof("jti of the proof must be a random text of 16 to 100 characters.")
    key = hashlib.sha256(f"{device.pk}\0{jti}".encode(errors="replace")).hexdigest()
    try:
        fresh = cache.add(f"identity:device-proof:{key}", 1, OLDEST + LEEWAY)
    except (RedisError, OSError):  # whether it is a replay cannot be found out
        raise Refusal(problems.UNAVAILABLE) from None
    if not fresh:
        raise BadProof("The proof was used before: make a new one for each request.")


def body_hash(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


def _same(one: Any, other: str) -> bool:
    return isinstance(one, str) and secrets.compare_digest(one.encode(errors="replace"), other.encode())
