"""One iteration of each workload, as the load generator calls it over a kept connection."""

import time
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from joserfc import jwt

from .load import Connection
from .provider import CALLBACK, KEY, MACHINE_SCOPE, VERIFIER, Provider, Visitor

Iteration = Callable[[Connection, Provider, Visitor], Awaitable[None]]
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def discovery(connection: Connection, held: Provider, visitor: Visitor) -> None:
    await connection.get("/.well-known/openid-configuration")


async def jwks(connection: Connection, held: Provider, visitor: Visitor) -> None:
    await connection.get("/oauth/jwks")


async def client_credentials(connection: Connection, held: Provider, visitor: Visitor) -> None:
    form = {"grant_type": "client_credentials", "scope": MACHINE_SCOPE}
    answer = await connection.post("/oauth/token", form, Authorization=held.basic("machine"))
    assert answer["access_token"]


async def private_key_jwt(connection: Connection, held: Provider, visitor: Visitor) -> None:
    client_id = held.client_id("machine_jwt")
    form = {
        "grant_type": "client_credentials",
        "scope": MACHINE_SCOPE,
        "client_id": client_id,
        "client_assertion_type": ASSERTION,
        "client_assertion": _assertion(client_id, held.issuer),
    }
    assert (await connection.post("/oauth/token", form))["access_token"]


def _assertion(client_id: str, issuer: str) -> str:
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": issuer, "iat": now, "exp": now + 60}
    claims["jti"] = uuid4().hex
    return jwt.encode({"alg": "ES256", "kid": "c1"}, claims, KEY, algorithms=["ES256"])


async def introspection(connection: Connection, held: Provider, visitor: Visitor) -> None:
    form = {"token": visitor.tokens["es256"]["access_token"]}
    answer = await connection.post("/oauth/introspect", form, Authorization=held.basic("es256"))
    assert answer["active"] is True


async def userinfo(connection: Connection, held: Provider, visitor: Visitor) -> None:
    await _userinfo(connection, visitor.tokens["es256"]["access_token"])


async def _userinfo(connection: Connection, token: str) -> None:
    answer = await connection.get("/oauth/userinfo", Authorization=f"Bearer {token}")
    assert answer["resident_of"]


def login(name: str) -> Iteration:
    """Authorization request with a session, code for tokens, userinfo."""

    async def run(connection: Connection, held: Provider, visitor: Visitor) -> None:
        location = await connection.redirected(held.authorize(name), Cookie=visitor.cookie)
        form = {
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(location).query)["code"][0],
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        answer = await connection.post("/oauth/token", form, Authorization=held.basic(name))
        assert answer["id_token"]
        await _userinfo(connection, answer["access_token"])

    return run


async def refresh(connection: Connection, held: Provider, visitor: Visitor) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": visitor.tokens["es256"]["refresh_token"]}
    answer = await connection.post("/oauth/token", form, Authorization=held.basic("es256"))
    assert answer["refresh_token"] != form["refresh_token"]
    visitor.tokens["es256"] = answer


WORKLOADS: Final[dict[str, Iteration]] = {
    "discovery": discovery,
    "jwks": jwks,
    "client_credentials": client_credentials,
    "private_key_jwt": private_key_jwt,
    "introspection": introspection,
    "userinfo": userinfo,
    "login": login("es256"),
    "login_rs256": login("rs256"),
    "refresh": refresh,
}
