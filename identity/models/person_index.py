"""Blind index: finds a second enrolment of one person without a searchable plaintext.

It is made of the reading of the name and the date of birth, the parts of 基本4情報 that outlive a move;
the address does not, and names are written in several ways. Namesakes born on the same day exist: the
clerk who has told them apart enrols the second one under the next `namesake` number.
"""

import hashlib
import hmac
from datetime import date
from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from consortium.domain.text import search_key
from identity.domain.proofing import plain

NAMESAKES = 9
"""So many people of one name and day of birth can be told apart."""


def person_index(kana: str, birth_date: date, *, namesake: int = 0) -> str:
    """HMAC-SHA256 in hex. Spaces, width and katakana or hiragana make no difference."""
    reading = search_key(kana).replace(" ", "")
    message = "\x1f".join((reading, birth_date.isoformat(), str(namesake)))
    return hmac.new(_key(settings.BLIND_INDEX_KEY), message.encode(), hashlib.sha256).hexdigest()


def name_index(name: str, birth_date: date) -> str:
    """HMAC-SHA256 in hex of the name as it is written: cards tell no reading. Namesakes share it."""
    message = "\x1f".join((plain(name), birth_date.isoformat()))
    return hmac.new(
        _key(settings.BLIND_INDEX_KEY, b"identity.name_index"), message.encode(), hashlib.sha256
    ).hexdigest()


def evidence_reference(source: bytes) -> str:
    """Recognises a certificate or an upstream account that was shown before, and tells nothing of it."""
    key = _key(settings.BLIND_INDEX_KEY, b"identity.proofing_evidence")
    return hmac.new(key, source, hashlib.sha256).hexdigest()


def all_indexes(kana: str, birth_date: date) -> list[str]:
    return [person_index(kana, birth_date, namesake=number) for number in range(NAMESAKES + 1)]


@cache
def _key(secret: str, purpose: bytes = b"identity.person_index") -> bytes:
    if not secret:
        raise ImproperlyConfigured("Set BLIND_INDEX_KEY (or BLIND_INDEX_KEY_FILE) to a long random value.")
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
