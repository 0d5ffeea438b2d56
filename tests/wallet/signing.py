"""A detached CMS signature (RFC 5652) with the attributes of CAdES-B-B (ETSI EN 319 122-1) over a hash."""

import hashlib
from datetime import UTC, datetime

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec


def sign(digest: bytes, key: ec.EllipticCurvePrivateKey, certificate: bytes, chain: list[bytes]) -> bytes:
    """digest: SHA-256 of the document, which need not be here. certificate, chain: DER. Returns DER."""
    signer = x509.Certificate.load(certificate)
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    certificate_id = tsp.ESSCertIDv2(
        {
            "hash_algorithm": sha256,
            "cert_hash": hashlib.sha256(certificate).digest(),
            "issuer_serial": {
                "issuer": [x509.GeneralName("directory_name", signer.issuer)],
                "serial_number": signer.serial_number,
            },
        }
    )
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
            cms.CMSAttribute({"type": "signing_time", "values": [cms.Time("utc_time", datetime.now(UTC))]}),
            cms.CMSAttribute(
                {
                    "type": "signing_certificate_v2",
                    "values": [tsp.SigningCertificateV2({"certs": [certificate_id]})],
                }
            ),
        ]
    )
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": signer.issuer, "serial_number": signer.serial_number},
            ),
            "digest_algorithm": sha256,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": key.sign(attributes.dump(force=True), ec.ECDSA(hashes.SHA256())),
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [sha256],
            "encap_content_info": {"content_type": "data"},
            "certificates": [
                cms.CertificateChoices("certificate", x509.Certificate.load(one))
                for one in (certificate, *chain)
            ],
            "signer_infos": [info],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


def without_root(chain: list[bytes]) -> list[bytes]:
    """Roots are what verifiers have, not what they are sent."""
    return [one for one in chain if not _is_own_issuer(one)]


def _is_own_issuer(der: bytes) -> bool:
    certificate = x509.Certificate.load(der)
    return bool(certificate.subject == certificate.issuer)


_ = core  # asn1crypto.tsp registers its attributes with cms
