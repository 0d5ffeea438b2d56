"""Encryption at rest: one keyring from the environment, the first key encrypts, all decrypt."""

from functools import cache

from cryptography.fernet import Fernet, MultiFernet
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
