"""Public keys as a service would register them."""

from typing import Any

from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

ALGORITHMS = {"EC": "ES256", "OKP": "EdDSA", "RSA": "PS256"}


def make_key(kind: str = "EC", kid: str | None = None) -> Key:
    """Private; a thumbprint names it where no `kid` is given."""
    named = {"kid": kid} if kid else None
    if kind == "EC":
        return ECKey.generate_key("P-256", named, auto_kid=True)
    if kind == "OKP":
        return OKPKey.generate_key("Ed25519", named, auto_kid=True)
    return RSAKey.generate_key(2048, named, auto_kid=True)


def jwks_of(*keys: Key) -> dict[str, Any]:
    return {"keys": [dict(key.as_dict(private=False)) for key in keys]}
