"""What a phone does by itself: a key, a request for a certificate."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def csr(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    *,
    name: str = "",
    extension: x509.ExtensionType | None = None,
) -> str:
    """PEM of a PKCS#10 request; with a subject or an extension where they are named."""
    subject = [x509.NameAttribute(x509.NameOID.COMMON_NAME, name)] if name else []
    builder = x509.CertificateSigningRequestBuilder(x509.Name(subject))
    if extension:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
