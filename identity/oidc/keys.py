"""The issuer's keys for the protocol: the ring of identity.keyring, its absence as the protocol's error."""

from typing import Any, Final

from authlib.oauth2.rfc6749 import UnauthorizedClientError

from identity import keyring
from identity.keyring import DEFAULT_ALGORITHM, Signer, forget, ring

from .errors import ServerError

ALGORITHMS: Final = ("ES256", "EdDSA", "PS256", "RS256")
"""What a client may register for what is signed for it, the one without need of registration first."""

LAST_RESORT: Final = "RS256"
"""For clients that can verify nothing better."""

__all__ = ["ALGORITHMS", "DEFAULT_ALGORITHM", "Signer", "forget", "ring", "sign", "signing_key"]


def signing_key(algorithm: str = DEFAULT_ALGORITHM) -> Signer:
    """Raises ServerError when no key of the algorithm has been created."""
    try:
        return keyring.signer(algorithm)
    except keyring.NoKey:
        raise ServerError from None


def permitted(algorithm: str, *, fapi: bool) -> str:
    """A client held to FAPI 2.0 (section 5.4) never gets RS256, whatever its registration says.

    Raises UnauthorizedClientError.
    """
    if fapi and algorithm == LAST_RESORT:
        raise UnauthorizedClientError("This client must register another algorithm than RS256.")
    return algorithm


def sign(claims: dict[str, Any], algorithm: str, typ: str = "JWT") -> str:
    """A JWT in compact form. Raises ServerError."""
    try:
        return keyring.sign(claims, algorithm, typ)
    except keyring.NoKey:
        raise ServerError from None
