"""What a service states as its purpose, told apart."""

import hashlib


def purpose_key(version: int, *languages: str) -> str:
    """32 characters, hexadecimal; another for every wording in any language and for every version."""
    return hashlib.sha256("\n".join([str(version), *languages]).encode()).hexdigest()[:32]
