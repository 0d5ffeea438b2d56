"""Whether a certificate still stands: the authority's OCSP responder and CRLs, at configured addresses only.

Addresses in a certificate are not followed. What cannot be asked is not believed.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import requests
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from django.core.cache import cache

from consortium.sso.outbound import guard
from identity.domain.proofing import ProofingRefused

REMEMBERED: Final = 300
"""Seconds that a CRL is not fetched again; a card's own standing is asked each time where OCSP is set."""


@dataclass(frozen=True, slots=True)
class Standing:
    """DER of what the authority says; pyhanko-certvalidator reads and verifies it."""

    crls: list[bytes]
    ocsps: list[bytes]


def standing(
    certificate: x509.Certificate, issuer: x509.Certificate, ocsp_url: str, crl_urls: Sequence[str]
) -> Standing:
    """Raises ProofingRefused `unavailable`."""
    with requests.Session() as session:
        guard(session)
        crls = [_crl(session, url) for url in crl_urls]
        ocsps = [_ocsp(session, ocsp_url, certificate, issuer)] if ocsp_url else []
    return Standing(crls, ocsps)


def _crl(session: requests.Session, url: str) -> bytes:
    key = f"jpki:crl:{url}"
    known: bytes | None = cache.get(key)
    if known is None:
        known = _body(session.get, url)
        try:
            x509.load_der_x509_crl(known)
        except ValueError:
            raise ProofingRefused("unavailable", "crl") from None
        cache.set(key, known, REMEMBERED)
    return known


def _ocsp(
    session: requests.Session, url: str, certificate: x509.Certificate, issuer: x509.Certificate
) -> bytes:
    nonce = secrets.token_bytes(16)
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    request = builder.add_extension(x509.OCSPNonce(nonce), critical=False).build()
    body = request.public_bytes(serialization.Encoding.DER)
    answer = _body(session.post, url, data=body, headers={"Content-Type": "application/ocsp-request"})
    try:
        found = ocsp.load_der_ocsp_response(answer)
        if found.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise ProofingRefused("unavailable", found.response_status.name)
        repeated = [one.value.nonce for one in found.extensions if isinstance(one.value, x509.OCSPNonce)]
    except (ValueError, UnsupportedAlgorithm):
        raise ProofingRefused("unavailable", "ocsp") from None
    if any(not hmac.compare_digest(one, nonce) for one in repeated):
        raise ProofingRefused("unavailable", "nonce")
    return answer


def _body(ask: object, url: str, **more: object) -> bytes:
    try:
        response: requests.Response = ask(url, allow_redirects=False, **more)  # type: ignore[operator]
    except requests.RequestException as error:
        raise ProofingRefused("unavailable", type(error).__name__) from None
    if response.status_code != requests.codes.ok:
        raise ProofingRefused("unavailable", str(response.status_code))
    return response.content
