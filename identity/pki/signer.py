"""Where a CA's key lives. A file, encrypted; a token behind PKCS#11 has to do no more than `Signer` says."""

from typing import Any, NoReturn, Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from django.core.exceptions import ImproperlyConfigured


class Signer(Protocol):
    """Signs and hands nothing out."""

    def public_key(self) -> ec.EllipticCurvePublicKey: ...

    def sign(self, tbs: bytes) -> bytes:
        """ECDSA with SHA-256 over the bytes of a certificate or list, as DER."""
        ...


class FileSigner:
    """An encrypted PKCS#8 file (PEM, P-256 or P-384)."""

    def __init__(self, pem: str, passphrase: str) -> None:
        """Raises ImproperlyConfigured, without a word of the passphrase."""
        try:
            key = serialization.load_pem_private_key(pem.encode(), passphrase.encode())
        except (ValueError, TypeError):
            raise ImproperlyConfigured(
                "DEVICE_CA_KEY cannot be read with DEVICE_CA_PASSPHRASE: give an encrypted PKCS#8 file."
            ) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ImproperlyConfigured("DEVICE_CA_KEY is not on an elliptic curve.")
        self._key = key

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()

    def sign(self, tbs: bytes) -> bytes:
        return self._key.sign(tbs, ec.ECDSA(hashes.SHA256()))


class SignerKey(ec.EllipticCurvePrivateKey):
    """A signer in the shape in which cryptography's builders of certificates and lists take a key."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        algorithm = signature_algorithm.algorithm
        if not isinstance(algorithm, hashes.SHA256) or isinstance(algorithm, utils.Prehashed):
            raise ValueError("ECDSA with SHA-256 only")
        return self._signer.sign(bytes(data))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._signer.public_key()

    @property
    def curve(self) -> ec.EllipticCurve:
        return self.public_key().curve

    @property
    def key_size(self) -> int:
        return self.curve.key_size

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        raise NotImplementedError("A CA's key signs.")

    def private_numbers(self) -> NoReturn:
        raise NotImplementedError("A CA's key is not handed out.")

    def private_bytes(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError("A CA's key is not handed out.")

    def __copy__(self) -> "SignerKey":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "SignerKey":
        return self


def encrypted(key: ec.EllipticCurvePrivateKey, passphrase: str) -> bytes:
    """PEM of a PKCS#8 structure under PBES2."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
