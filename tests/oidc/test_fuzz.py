"""No parameter value of any kind answers 500."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .support import FORM, HOST, INTROSPECT, PAR, REVOKE, TOKEN, USERINFO, Service

NAMES = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "prompt", "max_age", "acr_values", "claims", "login_hint", "ui_locales",
    "id_token_hint", "request", "request_uri", "response_mode", "resume", "dpop_jkt", "display",
    "registration", "日本", "",
)  # fmt: skip
FORM_NAMES = (
    "grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret", "client_assertion",
    "client_assertion_type", "scope", "refresh_token", "token", "token_type_hint",
)  # fmt: skip
DEEP = base64.urlsafe_b64encode(b"{" + b'"a":[' * 900).decode().rstrip("=") + ".e30.x"
"""A JWT whose header nests too deeply for a parser that recurses."""
NASTY = st.sampled_from(
    [
        '"',
        "\\",
        "\0",
        "日本",
        "\r\nSet-Cookie: a=b",
        "𠮷",
        "%00",
        "%ff",
        "//",
        "http://[",
        "",
        " ",
        "a" * 5000,
        "[" * 4000,
        '{"id_token": {"acr": {"values": [1]}}}',
        "urn:ietf:params:oauth:request_uri:x",
        DEEP,
    ]
)
VALUES = st.one_of(
    NASTY, st.text(max_size=40), st.sampled_from(["openid", "code", "none login", "authorization_code"])
)
HEADERS = st.sampled_from([DEEP, "x", "a.b.c", "e30.e30.", ""]) | st.text(
    st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="\r\n"), max_size=40
)
FUZZ = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTERACTIONS", "FAILURES", "PER_ADDRESS", "PER_CLIENT", "PUBLIC", "MACHINE"):
        monkeypatch.setattr(f"identity.oidc.throttle.{name}", 10**9)


@FUZZ
@given(changes=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4))
def test_authorization_parameters(identity_surface: Any, service: Service, changes: dict[str, str]) -> None:
    query = urlencode({**service.parameters(), **changes}, errors="surrogatepass")
    response = Client(HTTP_HOST=HOST).get(f"/oauth/authorize?{query}")
    assert response.status_code in {200, 302, 303, 400}
    if "Location" in response:
        assert response["Location"].startswith(("/sign-in/?", "http://localhost:8002/callback?"))


@FUZZ
@given(raw=st.binary(max_size=200))
def test_raw_queries(identity_surface: Any, service: Service, raw: bytes) -> None:
    query = "".join(chr(byte) if 32 < byte < 127 else f"%{byte:02x}" for byte in raw)
    query = query.replace("#", "%23")
    response = Client(HTTP_HOST=HOST).get(f"/oauth/authorize?{urlencode(service.parameters())}&{query}")
    assert response.status_code in {200, 302, 303, 400}


@FUZZ
@given(changes=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4), proof=st.none() | HEADERS)
def test_pushed_parameters(
    identity_surface: Any, service: Service, changes: dict[str, str], proof: str | None
) -> None:
    headers = {"HTTP_DPOP": proof} if proof is not None else {}
    response = service.post({**service.parameters(), **changes}, to=PAR, **headers)
    assert response.status_code in {201, 400, 401} and "Location" not in response


@FUZZ
@given(changes=st.dictionaries(st.sampled_from(FORM_NAMES), VALUES, max_size=5), basic=st.booleans())
def test_token_parameters(
    identity_surface: Any, service: Service, changes: dict[str, str], basic: bool
) -> None:
    body = {"grant_type": "authorization_code", "code": "x", "token": "x", **changes}
    caller = service if basic else Service(service.party)
    assert caller.post(body).status_code in {400, 401}
    for endpoint in (INTROSPECT, REVOKE):
        assert caller.post(body, to=endpoint).status_code in {200, 400, 401}


@FUZZ
@given(raw=st.binary(max_size=200), encode=st.booleans())
def test_raw_bodies_and_headers(identity_surface: Any, service: Service, raw: bytes, encode: bool) -> None:
    header = base64.b64encode(raw).decode() if encode else raw.decode("latin-1")
    more = {"HTTP_AUTHORIZATION": f"Basic {header}"}
    assert service.machine.post(TOKEN, raw, content_type=FORM, **more).status_code in {400, 401}
    more = {"HTTP_AUTHORIZATION": f"Bearer {header}"}
    assert service.machine.get(USERINFO, **more).status_code == 401
    more = {"HTTP_AUTHORIZATION": f"DPoP {header}", "HTTP_DPOP": header}
    assert service.machine.get(USERINFO, **more).status_code == 401
