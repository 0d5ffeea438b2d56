"""The CA for devices: what of it is public, in a folder, and its key, where this process may have it.

The folder holds `root.crt`, `root.crl`, `issuing.crt` and earlier issuing certificates as `issuing-*.crt`.
Each issuing CA signs lists and appoints responders for what it has issued, and for nothing else. Its
generation tells them apart: "" for the first, "g2" for the one that `roll_over_ca` made after it.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .signer import FileSigner, SignerKey

ROOT, ROOT_CRL, ISSUING = "root.crt", "root.crl", "issuing.crt"


@dataclass(frozen=True, slots=True)
class Authority:
    """Public: `earlier` are issuing certificates whose devices may still sign or have signed."""

    root: x509.Certificate
    root_crl: x509.CertificateRevocationList
    issuing: x509.Certificate
    earlier: tuple[x509.Certificate, ...]

    @property
    def intermediates(self) -> list[x509.Certificate]:
        return [self.issuing, *self.earlier]

    def issuer(self, generation: str) -> x509.Certificate | None:
        return next((one for one in self.intermediates if generation_of(one) == generation), None)


def is_configured() -> bool:
    return bool(settings.DEVICE_CA["FOLDER"])


def authority() -> Authority:
    """Of `DEVICE_CA_FOLDER`. Raises ImproperlyConfigured."""
    if not is_configured():
        raise ImproperlyConfigured("DEVICE_CA_FOLDER is not set; make one with manage.py create_ca.")
    return of_folder(settings.DEVICE_CA["FOLDER"])


def signing_key() -> SignerKey:
    """The issuing CA's, in a process that was given it (the worker). Raises ImproperlyConfigured."""
    if not settings.DEVICE_CA["KEY"]:
        raise ImproperlyConfigured("This process was given no DEVICE_CA_KEY.")
    key = _key(settings.DEVICE_CA["KEY"], settings.DEVICE_CA["PASSPHRASE"])
    if key.public_key() != authority().issuing.public_key():
        raise ImproperlyConfigured("DEVICE_CA_KEY is not the key of issuing.crt in DEVICE_CA_FOLDER.")
    return key


def signing_keys() -> list[tuple[x509.Certificate, SignerKey]]:
    """The issuing CA with its key, and the one before it while this process was given its key, too.

    Raises ImproperlyConfigured.
    """
    found = [(authority().issuing, signing_key())]
    if settings.DEVICE_CA["EARLIER_KEY"]:
        key = _key(settings.DEVICE_CA["EARLIER_KEY"], settings.DEVICE_CA["EARLIER_PASSPHRASE"])
        earlier = [one for one in authority().earlier if one.public_key() == key.public_key()]
        if not earlier:
            raise ImproperlyConfigured("DEVICE_CA_EARLIER_KEY is not the key of any issuing-*.crt.")
        found.append((earlier[0], key))
    return found


def generation_of(issuing: x509.Certificate) -> str:
    """As its name tells: it outlives every folder."""
    (name,) = issuing.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    found = re.search(r" (G\d+)$", str(name.value))
    return found[1].lower() if found else ""


def holds_key() -> bool:
    return bool(is_configured() and settings.DEVICE_CA["KEY"])


def der(certificate: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def key_of(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("our certificates are of elliptic curves")
    return key


@lru_cache(maxsize=4)
def of_folder(folder: str) -> Authority:
    """Read once in a process. Raises ImproperlyConfigured."""
    place = Path(folder)
    try:
        return Authority(
            root=_certificate(place / ROOT),
            root_crl=x509.load_pem_x509_crl((place / ROOT_CRL).read_bytes()),
            issuing=_certificate(place / ISSUING),
            earlier=tuple(_certificate(path) for path in sorted(place.glob("issuing-*.crt"))),
        )
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"DEVICE_CA_FOLDER holds no usable CA: {error}") from error


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


@lru_cache(maxsize=4)
def _key(pem: str, passphrase: str) -> SignerKey:
    return SignerKey(FileSigner(pem, passphrase))
