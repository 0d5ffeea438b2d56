"""Sector pseudonyms: random, stored values; never derived from a key or from the person."""

import re
import secrets
from typing import Final

_BYTES: Final = 24  # 192 bits; at least 128 are asked for
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{32}")


def new_pseudonym() -> str:
    """Return a fresh value: 32 characters of base64url, fit for a `sub` claim, a URL or a file name."""
    return secrets.token_urlsafe(_BYTES)


def is_pseudonym(text: str) -> bool:
    return _FORM.fullmatch(text) is not None
