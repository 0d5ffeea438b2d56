"""What a signature certificate says of its holder: 基本4情報 in otherNames of the SubjectAltName.

OIDs and formats after J-LIS 公的個人認証サービス プロファイル仕様書 3.2; the OIDs are settings.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from asn1crypto import core
from cryptography import x509

from consortium.domain.my_number import contains_my_number
from identity.domain.proofing import BasicFour, ProofingRefused

SEXES: Final = {"1": "male", "2": "female", "3": "unstated"}
LONGEST: Final = 300


def basic_four(certificate: x509.Certificate, oids: Mapping[str, str]) -> BasicFour:
    """oids: name, birth_date, sex and address -> OID. Raises ProofingRefused `my_number`, `attributes`."""
    texts = dict(_other_names(certificate))
    if any(contains_my_number(text) for text in (*_subject(certificate), *texts.values())):
        raise ProofingRefused("my_number")
    try:
        values = {name: _clean(texts[oids[name]]) for name in ("name", "birth_date", "sex", "address")}
        return BasicFour(
            name=values["name"],
            birth_date=_birth_date(values["birth_date"]),
            sex=SEXES[values["sex"]],
            address=values["address"],
        )
    except (KeyError, ValueError) as error:
        raise ProofingRefused("attributes", type(error).__name__) from None


def _birth_date(text: str) -> date:
    """EYYYYMMDD: a digit for the era, and the Gregorian date. Dates known in part only are refused."""
    if len(text) != 9 or not text.isascii() or not text.isdigit():
        raise ValueError("birth date")
    return date(int(text[1:5]), int(text[5:7]), int(text[7:9]))


def _clean(text: str) -> str:
    found = " ".join(text.split())
    if not found or len(found) > LONGEST or not found.isprintable():
        raise ValueError("text")
    return found


def _subject(certificate: x509.Certificate) -> Iterator[str]:
    for name in (certificate.subject, certificate.issuer):
        yield from (str(attribute.value) for attribute in name)


def _other_names(certificate: x509.Certificate) -> Iterator[tuple[str, str]]:
    """OID -> text of every otherName; the other kinds of name under their own, to be searched as well."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return
    for number, name in enumerate(names):
        if isinstance(name, x509.OtherName):
            yield name.type_id.dotted_string, _text(name.value)
        else:
            yield f"{type(name).__name__}{number}", str(name.value)


def _text(der: bytes) -> str:
    try:
        value: Any = core.load(der, strict=True).native
    except (ValueError, TypeError):
        return ""
    return value if isinstance(value, str) else ""
