"""A relying party in a few lines, and the world it lives in."""

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from django.test import Client

from services.models import RelyingParty

from .proofs import Prover

HOST = "localhost:8001"
ISSUER = f"http://{HOST}"
INTROSPECT, REVOKE = "/oauth/introspect", "/oauth/revoke"
AUTHORIZE, CONSENT, TOKEN, USERINFO = "/oauth/authorize", "/oauth/consent", "/oauth/token", "/oauth/userinfo"
PAR = "/oauth/par"
CALLBACK = "http://localhost:8002/callback"
FORM = "application/x-www-form-urlencoded"
_SEEN = re.compile(r'name="seen" value="([^"]+)"')
_ACTION = re.compile(r'<form class="form" method="post" action="([^"]+)"')


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def jwt_claims(token: str) -> dict[str, Any]:
    """Unverified: for looking at, where another test verifies."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


@dataclass
class Service:
    """A client of the provider. Talks through Django's test client, without cookies.

    issuer: as the provider calls itself.
    """

    party: RelyingParty
    secret: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    machine: Client = field(default_factory=lambda: Client(HTTP_HOST=HOST))
    issuer: str = ISSUER

    def parameters(self, **more: str | None) -> dict[str, str]:
        """An authorization request; None takes a parameter away."""
        base: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.party.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid resident_of age_over_65",
            "state": "s-1",
            "nonce": "n-1",
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**base, **more}.items() if value is not None}

    def authorize(self, browser: Client, **more: str | None) -> Any:
        return browser.get(f"{AUTHORIZE}?{urlencode(self.parameters(**more))}", HTTP_HOST=HOST)

    def decide(
        self, browser: Client, decision: str = "allow", *, page: Any = None, **more: str | None
    ) -> Any:
        """Answers the consent screen; without a page, without having seen it."""
        query = urlencode(self.parameters(**more))
        return browser.post(f"{CONSENT}?{query}", {"decision": decision, **seen(page)}, HTTP_HOST=HOST)

    def code(self, browser: Client, **more: str | None) -> str:
        """A fresh code, consenting where asked."""
        response = self.authorize(browser, **more)
        if not leaves(response):
            response = self.decide(browser, page=response, **more)
        return answer(response)["code"]

    def push(self, prover: Prover | None = None, proof: dict[str, str] | None = None, **more: Any) -> Any:
        """proof: of who the client is, where it has no secret; prover: with a proof of its key."""
        headers = {"HTTP_DPOP": prover.proof("POST", f"{self.issuer}{PAR}")} if prover else {}
        return self.post({**self.parameters(**more), **(proof or {})}, to=PAR, **headers)

    def pushed(self, **more: Any) -> dict[str, str]:
        """The parameters that lead a browser to a request that was pushed just now."""
        response = self.push(**more)
        assert response.status_code == 201, response.content
        return {"client_id": self.party.client_id, "request_uri": response.json()["request_uri"]}

    def redeem(self, code: str, prover: Prover | None = None, **more: str | None) -> Any:
        """prover: with a proof of its key."""
        headers = {"HTTP_DPOP": prover.proof("POST", f"{self.issuer}{TOKEN}")} if prover else {}
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
            **more,
        }
        return self.post({name: value for name, value in body.items() if value is not None}, **headers)

    def post(self, body: dict[str, str], *, to: str = TOKEN, **headers: str) -> Any:
        if self.secret and "HTTP_AUTHORIZATION" not in headers:
            headers["HTTP_AUTHORIZATION"] = basic(self.party.client_id, self.secret)
        elif self.party.auth_method == "none":
            body = {"client_id": self.party.client_id, **body}
        return self.machine.post(to, urlencode(body), content_type=FORM, **headers)

    def proof(self, prover: Prover | None) -> dict[str, str]:
        """A header for the token endpoint."""
        return {"HTTP_DPOP": prover.proof("POST", f"{self.issuer}{TOKEN}")} if prover else {}

    def refresh(self, token: str, prover: Prover | None = None, **more: str) -> Any:
        body = {"grant_type": "refresh_token", "refresh_token": token, **more}
        return self.post(body, **self.proof(prover))

    def introspect(self, token: str, **more: str) -> Any:
        return self.post({"token": token, **more}, to=INTROSPECT)

    def revoke(self, token: str, **more: str) -> Any:
        return self.post({"token": token, **more}, to=REVOKE)

    def is_active(self, token: str) -> bool:
        """By introspection, which says nothing else of what is not."""
        answered = self.introspect(token)
        assert answered.status_code == 200, answered.content
        told: dict[str, Any] = answered.json()
        assert told["active"] or told == {"active": False}
        return bool(told["active"])

    def tokens(self, browser: Client, prover: Prover | None = None, **more: str | None) -> dict[str, Any]:
        response = self.redeem(self.code(browser, **more), prover)
        assert response.status_code == 200, response.content
        found: dict[str, Any] = response.json()
        return found

    def userinfo(self, token: str, prover: Prover | None = None, **claims: Any) -> Any:
        """prover: the token is bound to its key; claims: of the proof, see Prover."""
        if prover is None:
            return self.machine.get(USERINFO, HTTP_AUTHORIZATION=f"Bearer {token}")
        proof = prover.proof("GET", f"{self.issuer}{USERINFO}", token=token, **claims)
        return self.machine.get(USERINFO, HTTP_AUTHORIZATION=f"DPoP {token}", HTTP_DPOP=proof)


OFFLINE = "openid resident_of age_over_65 offline_access"


def refused(response: Any, status: int, error: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, error), response.content
    assert response.json().get("error_description")
    assert response["Cache-Control"] == "no-store"


def leaves(response: Any) -> str:
    """Where an answer leads the browser outside this site: by a redirect, or by a page that goes on."""
    if response.status_code == 200 and response.context and "location" in response.context:
        return str(response.context["location"])
    outside = response.status_code == 303 and response["Location"].startswith("http")
    return str(response["Location"]) if outside else ""


def answer(response: Any) -> dict[str, str]:
    """What an authorization response carries to the redirect URI."""
    location = leaves(response)
    assert location.startswith(f"{CALLBACK}?"), (response.status_code, response.content.decode()[:2000])
    return dict(parse_qsl(urlsplit(location).query))


def go(browser: Client, query: dict[str, str]) -> Any:
    """To the authorization endpoint."""
    return browser.get(f"{AUTHORIZE}?{urlencode(query)}", HTTP_HOST=HOST)


def agree(browser: Client, page: Any, decision: str = "allow") -> Any:
    """Answers the consent screen as it stands on the page."""
    return browser.post(form_action(page), {"decision": decision, **seen(page)}, HTTP_HOST=HOST)


def seen(page: Any) -> dict[str, str]:
    """What the consent screen says about itself in its form."""
    found = _SEEN.search(page.content.decode()) if page else None
    return {"seen": found[1]} if found else {}


def next_of(response: Any) -> str:
    """Where sign-in would lead back to."""
    parts = urlsplit(response["Location"])
    assert parts.path == "/sign-in/", response["Location"]
    return parse_qs(parts.query)["next"][0]


def form_action(response: Any) -> str:
    found = _ACTION.search(response.content.decode())
    assert found, response.content.decode()
    return found[1].replace("&amp;", "&")
