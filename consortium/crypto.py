"""Encryption at rest: one keyring from the environment, the first key encrypts, all decrypt."""

import base64
import os
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


@cache
def keyring() -> MultiFernet:
    """The keyring of `FIELD_KEYS`; rotate by putting a new key in front."""
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def encrypt(plain: str) -> str:
    return keyring().encrypt(plain.encode()).decode()


def decrypt(token: str) -> str:
    """Raises `cryptography.fernet.InvalidToken` when no key of the ring fits."""
    return keyring().decrypt(token.encode()).decode()


def key_fingerprint() -> str:
    """Names the first key of the ring without telling it: SHA-256 in hex of its 256 random bits."""
    return sha256(base64.urlsafe_b64decode(settings.FIELD_KEYS[0])).hexdigest()


def is_current(token: str) -> bool:
    """Whether it was encrypted with the first key of the ring."""
    try:
        Fernet(settings.FIELD_KEYS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def reencrypt(token: str) -> str:
    """With the first key, without changing when it was made. Raises `InvalidToken`."""
    return keyring().rotate(token.encode()).decode()


_NONCE: Final = 12


class Unreadable(Exception):
    """The key does not fit, or what was sealed has been changed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """key: of this content alone, encrypted by the keyring, whose rotation leaves `content` as it is."""

    key: str
    content: bytes


def seal(plain: bytes, name: str) -> Sealed:
    """AES-256-GCM with a key of its own, bound to a name: under another name it can't be opened."""
    key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
    content = nonce + AESGCM(key).encrypt(nonce, plain, name.encode())
    return Sealed(keyring().encrypt(key).decode(), content)


def unseal(sealed: Sealed, name: str) -> bytes:
    """Raises Unreadable."""
    try:
        key = keyring().decrypt(sealed.key.encode())
        return AESGCM(key).decrypt(sealed.content[:_NONCE], sealed.content[_NONCE:], name.encode())
    except (InvalidTag, InvalidToken, ValueError) as error:
        raise Unreadable from error
