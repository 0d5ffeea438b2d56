"""A certification authority that issues test cards: root, issuing CA, CRL and OCSP.

After the public profile of JPKI signature certificates (J-LIS 公的個人認証サービス プロファイル仕様書 3.2 and
the 署名用認証局運用規程 at www.jpki.go.jp): RSA 2048 with SHA-256, key usage digitalSignature and
nonRepudiation, a critical policy, 基本4情報 as otherName of the SubjectAltName. EC keys
are ours, to see that nothing hangs on RSA; so is the issuing CA below a root, and the organisation's name.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from asn1crypto.core import UTF8String
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

SIGNATURE_POLICY: Final = "1.2.392.200149.8.5.1.1.20"
AUTHENTICATION_POLICY: Final = "1.2.392.200149.8.5.1.3.30"
ANY_POLICY: Final = "2.5.29.32.0"
ATTRIBUTES: Final = {
    "name": "1.2.392.200149.8.5.5.1",
    "name_substitutes": "1.2.392.200149.8.5.5.2",
    "sex": "1.2.392.200149.8.5.5.3",
    "birth_date": "1.2.392.200149.8.5.5.4",
    "address": "1.2.392.200149.8.5.5.5",
    "address_substitutes": "1.2.392.200149.8.5.5.6",
}
_OCSP: Final = x509.AccessDescription(
    AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.cards.invalid/")
)
"""Declared, as in the profile, and never followed: the address asked is a setting."""
SEXES: Final = {"male": "1", "female": "2", "unstated": "3"}
ERAS: Final = ((date(2019, 5, 1), 5), (date(1989, 1, 8), 4), (date(1926, 12, 25), 3), (date(1912, 7, 30), 2))
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Holder:
    """基本4情報 as a card shows them. sex: male, female or unstated."""

    name: str
    birth_date: date
    sex: str
    address: str


@dataclass(frozen=True)
class Card:
    """What a chip holds: a key that never leaves it, and its certificate."""

    key: Key = field(repr=False)
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


def new_key(kind: str = "ec") -> Key:
    """kind: "ec" (P-256) or "rsa" (2048 bits)."""
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())


def era_date(day: date) -> str:
    """EYYYYMMDD: one digit for the era, then the Gregorian date."""
    era = next((number for start, number in ERAS if day >= start), 1)
    return f"{era}{day:%Y%m%d}"


class CardAuthority:
    """Issues cards and answers for their standing. Its keys exist as long as it does."""

    def __init__(self, name: str = "Test JPKI") -> None:
        self.name, self.now = name, datetime.now(UTC).replace(microsecond=0)
        self.root_key, self.issuing_key, self.responder_key = new_key(), new_key(), new_key()
        self.root = self._ca(f"{name} Root", self.root_key, None, 1)
        self.issuing = self._ca(f"{name} Signature CA", self.issuing_key, self.root, 0)
        self.responder = self._responder()
        self.revoked: dict[int, datetime] = {}

    def _ca(self, name: str, key: Key, issuer: x509.Certificate | None, below: int) -> x509.Certificate:
        subject = _name(name)
        builder = self._begin(subject, issuer.subject if issuer else subject, key.public_key(), days=3650)
        builder = builder.add_extension(x509.BasicConstraints(True, below), critical=True)
        builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        if issuer:  # a root's policies are not asked for
            any_policy = x509.PolicyInformation(ObjectIdentifier(ANY_POLICY), None)
            builder = builder.add_extension(x509.CertificatePolicies([any_policy]), critical=False)
        return _signed(builder, self.root_key)

    def _responder(self) -> x509.Certificate:
        subject = _name(f"{self.name} OCSP")
        key = self.responder_key.public_key()
        builder = self._begin(subject, self.issuing.subject, key, days=365)
        builder = builder.add_extension(_usage(digital_signature=True), critical=True)
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        builder = builder.add_extension(purpose, critical=False)
        return _signed(builder.add_extension(x509.OCSPNoCheck(), critical=False), self.issuing_key)

    def _begin(
        self, subject: x509.Name, issuer: x509.Name, key: Any, *, days: int
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(days=1))
            .not_valid_after(self.now + timedelta(days=days))
        )

    def card(
        self,
        holder: Holder,
        *,
        kind: str = "ec",
        purpose: str = "signature",
        policy: str | None = None,
        starts: timedelta = timedelta(days=-1),
        ends: timedelta = timedelta(days=5 * 365),
        extra: dict[str, str] | None = None,
        self_signed: bool = False,
        subject: str = "",
    ) -> Card:
        """purpose: "signature" or "authentication", which has neither 基本4情報 nor the signature's policy.

        starts, ends: of its validity, from now. extra: further otherNames, OID -> text. self_signed: by the
        card's own key under the name of the real authority: a forgery.
        """
        key = new_key(kind)
        serial = x509.random_serial_number()
        signs = purpose == "signature"
        subject_name = _name(subject or f"{serial:040x}"[:20])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject_name)
            .issuer_name(subject_name if self_signed else self.issuing.subject)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(self.now + starts)
            .not_valid_after(self.now + ends)
            .add_extension(_usage(digital_signature=True, content_commitment=signs), critical=True)
        )
        oid = policy or (SIGNATURE_POLICY if signs else AUTHENTICATION_POLICY)
        policies = x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(oid), None)])
        builder = builder.add_extension(policies, critical=True)
        builder = builder.add_extension(x509.AuthorityInformationAccess([_OCSP]), critical=False)
        if names := _other_names({**(_basic_four(holder) if signs else {}), **(extra or {})}):
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return Card(key, _signed(builder, key if self_signed else self.issuing_key))

    def revoke(self, card: Card) -> None:
        self.revoked[card.certificate.serial_number] = datetime.now(UTC).replace(microsecond=0)

    def crl(self, *, of_root: bool = False) -> bytes:
        """DER; the root's names no certificate."""
        now = datetime.now(UTC)
        issuer, key = (self.root, self.root_key) if of_root else (self.issuing, self.issuing_key)
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
        builder = builder.last_update(now - timedelta(minutes=1)).next_update(now + timedelta(days=1))
        for serial, at in {} if of_root else self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
            builder = builder.add_revoked_certificate(entry.build())
        builder = builder.add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def ocsp(self, request: bytes) -> bytes:
        """The answer to one request (RFC 6960), its nonce repeated."""
        asked, now = ocsp.load_der_ocsp_request(request), datetime.now(UTC)
        at = self.revoked.get(asked.serial_number)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            ocsp.OCSPCertStatus.REVOKED if at else ocsp.OCSPCertStatus.GOOD,
            now - timedelta(minutes=1),
            now + timedelta(minutes=10),
            at,
            x509.ReasonFlags.key_compromise if at else None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder)
        builder = builder.certificates([self.responder])
        for extension in asked.extensions:
            builder = builder.add_extension(extension.value, critical=False)
        answer = builder.sign(self.responder_key, hashes.SHA256())
        return answer.public_bytes(serialization.Encoding.DER)

    @classmethod
    def at(cls, folder: Path) -> "CardAuthority":
        """The one that is kept in a folder, made when there is none; `anchors.pem` is its public side."""
        kept = folder / "authority.pem"
        if not kept.exists():
            folder.mkdir(parents=True, exist_ok=True)
            made = cls()
            made.write_anchors(folder / "anchors.pem")
            kept.touch(mode=0o600)
            kept.write_bytes(b"".join(made._parts()))
        return cls._of(kept.read_bytes())

    def _parts(self) -> list[bytes]:
        keys = (self.root_key, self.issuing_key, self.responder_key)
        plain = serialization.NoEncryption()  # test keys: whoever has them can make test cards
        pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        certificates = (self.root, self.issuing, self.responder)
        return [
            *(key.private_bytes(pem, pkcs8, plain) for key in keys),
            *(one.public_bytes(pem) for one in certificates),
        ]

    @classmethod
    def _of(cls, kept: bytes) -> "CardAuthority":
        end = b"-----END PRIVATE KEY-----\n"
        first, second, third, certificates = kept.split(end)
        found = cls.__new__(cls)
        found.name, found.now, found.revoked = "Test JPKI", datetime.now(UTC).replace(microsecond=0), {}
        keys: Any = [serialization.load_pem_private_key(one + end, None) for one in (first, second, third)]
        found.root_key, found.issuing_key, found.responder_key = keys
        found.root, found.issuing, found.responder = x509.load_pem_x509_certificates(certificates)
        return found

    def anchors(self) -> str:
        """PEM of root and issuing CA: what JPKI_TRUST_ANCHORS is given."""
        return "".join(
            one.public_bytes(serialization.Encoding.PEM).decode() for one in (self.root, self.issuing)
        )

    def write_anchors(self, path: Path) -> Path:
        path.write_text(self.anchors(), encoding="ascii")
        return path


def _basic_four(holder: Holder) -> dict[str, str]:
    values = {
        "name": holder.name,
        "name_substitutes": "0" * len(holder.name),
        "sex": SEXES[holder.sex],
        "birth_date": era_date(holder.birth_date),
        "address": holder.address,
        "address_substitutes": "0" * len(holder.address),
    }
    return {ATTRIBUTES[name]: value for name, value in values.items()}


def _other_names(values: dict[str, str]) -> list[x509.GeneralName]:
    return [x509.OtherName(ObjectIdentifier(oid), UTF8String(value).dump()) for oid, value in values.items()]


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test cards, no real identity"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})


def _signed(builder: x509.CertificateBuilder, key: Key) -> x509.Certificate:
    return builder.sign(key, hashes.SHA256())
