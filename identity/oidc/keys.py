"""The issuer's keys for the protocol: the ring of identity.keyring, its absence as the protocol's error."""

from typing import Final

from identity import keyring
from identity.keyring import DEFAULT_ALGORITHM, Signer, forget, ring

from .errors import ServerError

ALGORITHMS: Final = ("ES256", "EdDSA", "PS256", "RS256")
"""What a client may register for what is signed for it, the one without need of registration first."""

__all__ = ["ALGORITHMS", "DEFAULT_ALGORITHM", "Signer", "forget", "ring", "signing_key"]


def signing_key(algorithm: str = DEFAULT_ALGORITHM) -> Signer:
    """Raises ServerError when no key of the algorithm has been created."""
    try:
        return keyring.signer(algorithm)
    except keyring.NoKey:
        raise ServerError from None
