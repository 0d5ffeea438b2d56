"""A stock client over HTTP: Authlib's own, and the demo's relying party with Authlib's Flask client."""

import html
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.identity.residents import Resident

from .support import CALLBACK, Service

pytestmark = pytest.mark.django_db(transaction=True)
_REFRESH = re.compile(r'http-equiv="refresh" content="0;url=([^"]+)"')
_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_SEEN = re.compile(r'name="seen" value="([^"]+)"')
_ACTION = re.compile(r'<form class="form" method="post" action="([^"]+)"')


@pytest.fixture
def person(hanako: Resident, issuer: str) -> requests.Session:
    """Hanako's, signed in at the running server."""
    session = requests.Session()
    session.cookies.set("identity_session", hanako.client.cookies["identity_session"].value)
    session.headers["Accept-Language"] = "ja"
    return session


def consent(person: requests.Session, page: requests.Response) -> str:
    """Presses 同意する; the page that follows leads to the service."""
    assert page.status_code == 200, page.text
    token, seen, action = (field.search(page.text) for field in (_FIELD, _SEEN, _ACTION))
    assert token and seen and action, page.url
    address = urlsplit(page.url)
    answer = person.post(
        f"{address.scheme}://{address.netloc}{html.unescape(action[1])}",
        data={"csrfmiddlewaretoken": token[1], "seen": seen[1], "decision": "allow"},
    )
    onward = _REFRESH.search(answer.text)
    assert onward, answer.text
    return html.unescape(onward[1])


def test_authlib_client(person: requests.Session, issuer: str, service: Service) -> None:
    told = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    assert told["issuer"] == issuer
    client = OAuth2Session(
        service.party.client_id,
        service.secret,
        scope="openid resident_of age_over_65",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
    )
    address, state = client.create_authorization_url(
        told["authorization_endpoint"], code_verifier=service.verifier, nonce="n"
    )
    back = consent(person, person.get(address))
    token = client.fetch_token(
        told["token_endpoint"],
        authorization_response=back,
        code_verifier=service.verifier,
        state=state,
    )
    published = KeySet.import_key_set(requests.get(told["jwks_uri"], timeout=10).json())
    claims = jwt.decode(token["id_token"], published, algorithms=["ES256"]).claims
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": service.party.client_id},
        nonce={"essential": True, "value": "n"},
        exp={"essential": True},
    ).validate(claims)
    info = client.get(told["userinfo_endpoint"]).json()
    assert info == {"sub": claims["sub"], "resident_of": "102016", "age_over_65": True}


def test_demo_relying_party(
    person: requests.Session, hanako: Resident, town_transport: tuple[str, Service], withdraw: Any
) -> None:
    address, service = town_transport
    back = consent(person, person.get(f"{address}/sign-in"))
    result = person.get(back)
    assert result.url == f"{address}/result"
    assert "102016" in result.text and "110円" in result.text and "age_over_65" in result.text
    assert "最新の情報を確認しました" in person.post(f"{address}/use-again").text
    withdraw(hanako, service)
    refused = person.post(f"{address}/use-again")
    assert refused.status_code == 401
    assert "情報の提供が断られました" in refused.text and "invalid_token" in refused.text
    assert person.get(f"{address}/result").url == f"{address}/"
    assert "同意する" in person.get(f"{address}/sign-in").text


def test_demo_relying_party_shows_a_denial_in_english(
    person: requests.Session, town_transport: tuple[str, Service]
) -> None:
    address, _ = town_transport
    person.get(f"{address}/sign-in")
    page = person.get(
        f"{address}/callback?error=access_denied&error_description=no", headers={"Accept-Language": "en"}
    )
    assert page.status_code == 401
    assert "We received nothing" in page.text and "access_denied" in page.text
