"""A client's half of DPoP: a key and the proofs it signs."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from identity.oidc import dpop

ALGORITHMS = ["ES256", "EdDSA", "Ed25519", "PS256", "RS256", "ES384", "HS256", "none"]


def ath_of(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Prover:
    """Proofs as a careful client makes them; `claims` and `header` change or (None) take away a part."""

    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256"))
    alg: str = "ES256"

    @property
    def jkt(self) -> str:
        return str(self.key.thumbprint())

    def proof(
        self, method: str, url: str, *, token: str = "", header: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        base = {
            "jti": uuid4().hex,
            "htm": method,
            "htu": url,
            "iat": int(time.time()),
            "nonce": dpop.nonce(),
            "ath": ath_of(token) if token else None,
        }
        jwk = self.key.as_dict(private=False)
        protected = {"typ": "dpop+jwt", "alg": self.alg, "jwk": jwk, **(header or {})}
        return jwt.encode(_present(protected), _present(base | claims), self.key, algorithms=ALGORITHMS)


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@dataclass
class ClientKey:
    """The key of a client that authenticates by private_key_jwt."""

    key: Any = field(default_factory=lambda: ECKey.generate_key("P-256", auto_kid=True))
    alg: str = "ES256"

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def assertion(self, client_id: str, audience: Any, **claims: Any) -> dict[str, str]:
        now = int(time.time())
        base = {"iss": client_id, "sub": client_id, "aud": audience, "iat": now, "exp": now + 60}
        payload = _present({**base, "jti": uuid4().hex, **claims})
        header = {"alg": self.alg, "kid": self.key.kid}
        return {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": jwt.encode(header, payload, self.key, algorithms=ALGORITHMS),
        }
