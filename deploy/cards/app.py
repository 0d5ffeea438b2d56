"""The card app, in its smallest form: fetches a challenge or is shown one, has the card sign it, answers."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from .pki import Card

SCHEME: Final = "consortium-card"
CONTEXT: Final = b"consortium-identity/proofing/v1"
Post = Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]]]
"""Path and body -> status and answer."""


@dataclass(frozen=True)
class Asked:
    """What the app shows before it asks the PIN: for whom and what for. token: none where a browser began."""

    challenge: str
    purpose: str
    audience: str
    token: str = ""

    @classmethod
    def of_link(cls, link: str) -> "Asked":
        """Of a QR code or a link. Raises ValueError for anything else."""
        parts = urlsplit(link)
        if parts.scheme != SCHEME:
            raise ValueError("no link of a card app")
        values = {name: found[0] for name, found in parse_qs(parts.query).items()}
        return cls(values["challenge"], values["purpose"], values["audience"])

    @property
    def text(self) -> bytes:
        challenge = base64.urlsafe_b64decode(self.challenge + "=" * (-len(self.challenge) % 4))
        return b"\0".join((CONTEXT, self.purpose.encode(), self.audience.encode(), challenge))


def link_of(challenge: str, purpose: str, audience: str) -> str:
    query = urlencode({"challenge": challenge, "purpose": purpose, "audience": audience})
    return f"{SCHEME}:proof?{query}"


def over_http(base: str) -> Post:
    def post(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        response = requests.post(base + path, json=body, timeout=30)
        return response.status_code, response.json()

    return post


def ask(post: Post) -> Asked:
    """A challenge for the app itself. Raises RuntimeError when it is refused."""
    status, found = post("/wallet/v1/proofings", {})
    if status != requests.codes.created:
        raise RuntimeError(str(found.get("detail", status)))
    return Asked(found["challenge"], found["purpose"], found["audience"], found["token"])


def answer(post: Post, asked: Asked, card: Card, kana: str, **changed: Any) -> tuple[int, dict[str, Any]]:
    """changed: members to send instead of the right ones."""
    body = {
        "challenge": asked.challenge,
        "certificate": base64.b64encode(card.der).decode(),
        "signature": base64.b64encode(card.sign(asked.text)).decode(),
        "kana": kana,
    }
    if asked.token:
        body["token"] = asked.token
    return post("/wallet/v1/proofings/answers", {**body, **changed})


def enrolment_code(base: str, card: Card, kana: str) -> str:
    """Enrol by card, all in one: the code that registers a passkey or a device. Raises RuntimeError."""
    post = over_http(base)
    status, found = answer(post, ask(post), card, kana)
    if status != requests.codes.created:
        raise RuntimeError(str(found.get("detail", status)))
    return str(found["enrolment_code"])
