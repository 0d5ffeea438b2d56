"""A phone: its key, its certificate, and requests signed with the key."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc import jwt
from joserfc.jwk import ECKey

from .signing import sign, without_root

TIMEOUT = 20


class Refused(Exception):
    """The server said no. problem: RFC 9457."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        super().__init__(f"{status} {problem.get('code', '')} {problem.get('detail', '')}")


@dataclass
class Phone:
    """server: the identity surface's origin. In a real phone the key never leaves the secure element."""

    server: str
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    device: str = ""
    certificate: str = ""
    chain: list[str] = field(default_factory=list)

    @classmethod
    def new(cls, server: str) -> Self:
        return cls(server, ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def load(cls, path: Path) -> Self:
        kept = json.loads(path.read_text())
        key = load_pem_private_key(kept.pop("key").encode(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return cls(key=key, **kept)

    def save(self, path: Path) -> None:
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        path.write_text(
            json.dumps(
                {
                    "server": self.server,
                    "key": pem,
                    "device": self.device,
                    "certificate": self.certificate,
                    "chain": self.chain,
                }
            )
        )
        path.chmod(0o600)

    def register(self, code: str, name: str) -> dict[str, Any]:
        body = {"code": code, "csr": csr(self.key), "name": name}
        answer = requests.post(f"{self.server}/wallet/v1/devices", json=body, timeout=TIMEOUT)
        found = read(answer)
        self.device = found["id"]
        return found

    def wait(self, seconds: float = 40) -> dict[str, Any]:
        """Until the certificate is there."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            found = self.call("GET", f"/wallet/v1/devices/{self.device}")
            if found["state"] != "requested":
                self.certificate, self.chain = found["certificate"], found["chain"]
                return found
            time.sleep(0.3)
        raise TimeoutError("no certificate was issued; is the worker running?")

    def renew(self, seconds: float = 40) -> dict[str, Any]:
        key = ec.generate_private_key(ec.SECP256R1())
        self.device = self.call("POST", "/wallet/v1/devices/renew", {"csr": csr(key)})["id"]
        self.key = key
        return self.wait(seconds)

    def confirm(self, link: str, number: str) -> dict[str, Any]:
        """A sign-in: the link of the QR code, the number beside it."""
        code = {"code": urlsplit(link).fragment}
        seen = self.call("POST", "/wallet/v1/sign-ins", code)
        if urlsplit(link)._replace(path="", query="", fragment="").geturl() != seen["origin"]:
            raise SystemExit("This link leads somewhere else than it says.")
        answer = {**code, "origin": seen["origin"], "number": number}
        return self.call("POST", "/wallet/v1/sign-ins/confirm", answer)

    def sign(self, request: str) -> dict[str, Any]:
        """What a service asked for. request: its id."""
        path = f"/wallet/v1/signature-requests/{request}"
        digest = bytes.fromhex(self.call("GET", path)["digest"])
        chain = without_root([base64.b64decode(one) for one in self.chain])
        made = sign(digest, self.key, base64.b64decode(self.certificate), chain)
        return self.call("POST", f"{path}/sign", {"signature": base64.b64encode(made).decode()})

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Raises Refused."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Device {self.proof(method, path, content)}"}
        if content:
            headers["Content-Type"] = "application/json"
        url = self.server + path
        return read(requests.request(method, url, data=content, headers=headers, timeout=TIMEOUT))

    def proof(self, method: str, path: str, content: bytes = b"", **more: Any) -> str:
        claims = {
            "htm": method,
            "htu": self.server + path,
            "iat": int(time.time()),
            "jti": secrets.token_urlsafe(16),
            "bh": base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode(),
        }
        header = {"alg": "ES256", "typ": "device-proof+jwt", "kid": self.device}
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return jwt.encode(header, claims | more, ECKey.import_key(pem), ["ES256"])


def csr(key: ec.EllipticCurvePrivateKey) -> str:
    builder = x509.CertificateSigningRequestBuilder(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def read(answer: requests.Response) -> dict[str, Any]:
    """Raises Refused."""
    found: dict[str, Any] = answer.json() if answer.content else {}
    if not answer.ok:
        raise Refused(answer.status_code, found)
    return found
