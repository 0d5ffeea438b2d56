"""What the medical and the administrative sector demand: a key instead of a secret, pushed requests, DPoP.

private_key_jwt is Authlib's own. Its client neither pushes requests (RFC 9126) nor proves the possession of
a key (RFC 9449): the rest of this file does, below and beside it.
"""

import json
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import requests
from authlib.oauth2.auth import TokenAuth
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from flask import redirect
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import ECKey, import_key
from requests.adapters import HTTPAdapter

from .settings import Registration

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Protected:
    """bound: the service's tokens are bound to a key, made anew whenever the process starts."""

    def __init__(self, known: Registration, *, bound: bool) -> None:
        key = json.loads(known.private_jwk)
        self._known, self._key, self._alg = known, import_key(key), key["alg"]
        self._proving = Proving(self.assertion) if bound else None

    @property
    def options(self) -> dict[str, Any]:
        """Of Authlib's client. The audience of its assertions is the issuer, whatever it calls."""
        signing = PrivateKeyJWT(self._known.issuer, headers={"kid": self._key.kid}, alg=self._alg)
        return {
            "client_secret": self._key,
            "client_auth_methods": [signing],
            "compliance_fix": self._prove if self._proving else None,
        }

    def assertion(self) -> str:
        return str(
            private_key_jwt_sign(
                self._key,
                client_id=self._known.client_id,
                token_endpoint=self._known.issuer,
                alg=self._alg,
                header={"kid": self._key.kid},
            )
        )

    def push(self, client: Any, callback: str) -> ResponseReturnValue:
        """Authlib's authorization request, by the back way; the browser carries its number only."""
        asked = client.create_authorization_url(callback)
        endpoints = client.load_server_metadata()
        fields = dict(parse_qsl(urlsplit(asked["url"]).query))
        fields |= {"client_assertion_type": ASSERTION, "client_assertion": self.assertion()}
        address = endpoints["pushed_authorization_request_endpoint"]
        answer = client.post(address, data=fields, withhold_token=True)
        answer.raise_for_status()
        client.save_authorize_data(redirect_uri=callback, **asked)
        query = {"client_id": self._known.client_id, "request_uri": answer.json()["request_uri"]}
        return redirect(f"{endpoints['authorization_endpoint']}?{urlencode(query)}")

    def _prove(self, session: Any) -> None:
        session.mount(self._known.issuer, self._proving)
        session.token_auth.SIGN_METHODS = {**TokenAuth.SIGN_METHODS, "dpop": _add_token}


def _add_token(token: str, uri: str, headers: Any, body: Any, placement: str) -> Any:
    headers["Authorization"] = f"DPoP {token}"
    return uri, headers, body


class Proving(HTTPAdapter):
    """Sends a proof with each request to the issuer; once more where it wants one with its latest nonce.

    assert_anew: who the client is, since an assertion counts once.
    """

    def __init__(self, assert_anew: Any) -> None:
        super().__init__()
        self._key, self._nonce, self._assert_anew = ECKey.generate_key("P-256"), "", assert_anew

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        response = self._sent(request, *args, **kwargs)
        if not _wants_nonce(response):
            return response
        body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
        fields = dict(parse_qsl(body))
        if "client_assertion" in fields:
            request.prepare_body({**fields, "client_assertion": self._assert_anew()}, None)
        return self._sent(request, *args, **kwargs)

    def _sent(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        request.headers["DPoP"] = self._proof(request)
        response = super().send(request, *args, **kwargs)
        self._nonce = response.headers.get("DPoP-Nonce", self._nonce)
        return response

    def _proof(self, request: Any) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        claims = {
            "jti": uuid4().hex,
            "htm": request.method,
            "htu": request.url.partition("?")[0],
            "iat": int(time.time()),
            **({"nonce": self._nonce} if self._nonce else {}),
            **({"ath": _hash(token)} if scheme == "DPoP" else {}),
        }
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self._key.as_dict(private=False)}
        return jwt.encode(header, claims, self._key)


def _wants_nonce(response: requests.Response) -> bool:
    if response.status_code not in {400, 401}:
        return False
    return "use_dpop_nonce" in response.headers.get("WWW-Authenticate", "") + response.text


def _hash(token: str) -> str:
    return urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()
