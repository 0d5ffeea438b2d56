"""The same provider with a forger behind it: what its token endpoint answers is altered and signed anew."""

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from oidc_provider_mock import app as provider_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from .conftest import Idp

Claims = dict[str, Any]


class Forger:
    """alter: changes the claims; algorithm: of the signature ("none" for none at all)."""

    def __init__(self) -> None:
        self.key, self.stranger = RSAKey.generate_key(2048, {"kid": "own"}), RSAKey.generate_key(2048)
        self.alter: Callable[[Claims], Any] = lambda claims: None
        self.algorithm, self.signer = "RS256", self.key
        self.document: Callable[[dict[str, Any]], Any] = lambda metadata: None
        self.inner = provider_app()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        if request.path == "/jwks":
            return self._json({"keys": [self.key.as_dict(private=False)]})(environ, start_response)
        answer = Response.from_app(self.inner, environ)
        if request.path == "/oauth2/token" and answer.status_code == 200:
            answer = self._json(
                {**answer.get_json(), "id_token": self._forged(answer.get_json()["id_token"])}
            )
        if request.path.endswith("openid-configuration"):
            metadata = answer.get_json()
            self.document(metadata)
            answer = self._json(metadata)
        return answer(environ, start_response)

    def _forged(self, token: str) -> str:
        claims = json.loads(_decoded(token.split(".")[1]))
        self.alter(claims)
        if self.algorithm == "none":
            return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."
        if self.algorithm == "HS256":
            secret = OctKey.import_key("s3cret-s3cret-s3cret-s3cret-s3cret")
            return jwt.encode({"alg": "HS256"}, claims, secret, algorithms=["HS256"])
        return jwt.encode({"alg": self.algorithm, "kid": "own"}, claims, self.signer)

    @staticmethod
    def _json(body: Any) -> Response:
        return Response(json.dumps(body), mimetype="application/json")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@contextmanager
def hostile() -> Iterator[tuple[Idp, Forger]]:
    forger = Forger()
    server = make_server("localhost", 0, forger, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Idp(f"http://localhost:{server.server_port}", server.server_port), forger
    finally:
        server.shutdown()
        thread.join(2)
