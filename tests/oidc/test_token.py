"""The token endpoint: who may redeem what, once, and how it is refused."""

import time
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from consortium.tenancy import context
from identity.keyring import Ring
from identity.models import AccessToken, Authorization, AuthorizationCode
from services.models import RelyingParty
from tests.identity.residents import Resident

from .proofs import Prover
from .support import FORM, HOST, ISSUER, TOKEN, USERINFO, Service, basic, refused

pytestmark = pytest.mark.django_db
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def test_code_replay_kills_the_family(hanako: Resident, service: Service) -> None:
    code = service.code(hanako.client)
    token = service.redeem(code).json()["access_token"]
    assert service.userinfo(token).status_code == 200
    refused(service.redeem(code), 400, "invalid_grant")
    assert service.userinfo(token).status_code == 401


def test_code_of_another_client(hanako: Resident, service: Service, transport: Any, register: Any) -> None:
    """It stays good for its owner: a stranger's try revokes nothing."""
    other = register(transport, name_ja="別のサービス")
    other.verifier = service.verifier
    code = service.code(hanako.client)
    refused(other.redeem(code), 400, "invalid_grant")
    assert service.redeem(code).status_code == 200


def test_expired_code(hanako: Resident, service: Service) -> None:
    code = service.code(hanako.client)
    with context.opened(context.Context("owner")):
        AuthorizationCode.objects.update(expires_at="2026-01-01T00:00:00Z")
    refused(service.redeem(code), 400, "invalid_grant")


def test_redirect_uri_must_be_repeated(hanako: Resident, service: Service) -> None:
    code = service.code(hanako.client)
    refused(service.redeem(code, redirect_uri="http://localhost:8002/other"), 400, "invalid_grant")
    refused(service.redeem(code, redirect_uri=None), 400, "invalid_grant")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"grant_type": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unauthorized_client"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({}, "invalid_request"),
        ({"code": "x"}, "unsupported_grant_type"),
        ({"grant_type": 'a"b'}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "日本"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "a\0b"}, "invalid_request"),
    ],
)
def test_bodies(service: Service, identity_surface: Any, body: dict[str, str], error: str) -> None:
    refused(service.post(body), 400, error)


def test_wrong_secret_and_unknown_client_look_alike(identity_surface: Any, service: Service) -> None:
    body = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}
    answers = [
        service.post(body, HTTP_AUTHORIZATION=basic(client_id, "wrong"))
        for client_id in (service.party.client_id, "0" * 32)
    ]
    for one in answers:
        refused(one, 401, "invalid_client")
        assert one["WWW-Authenticate"].startswith("Basic ")
    assert answers[0].content == answers[1].content


def test_confidential_client_cannot_come_without_its_secret(hanako: Resident, service: Service) -> None:
    code = service.code(hanako.client)
    service.secret = ""
    refused(service.redeem(code, client_id=service.party.client_id), 401, "invalid_client")


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ????",
        "Basic /w==",
        "Basic YTpi\u00e9",
        "Bearer x",
        "Basic YQ==",
        "Basic YSUwMDpi",
        "Basic JTAwOmI=",
    ],
)
def test_malformed_authorization_headers(identity_surface: Any, service: Service, header: str) -> None:
    """Non-UTF-8 Basic and an encoded NUL among them."""
    refused(
        service.post({"grant_type": "authorization_code"}, HTTP_AUTHORIZATION=header), 400, "invalid_request"
    )


@pytest.mark.parametrize("more", [{"client_secret": "x"}, {"client_assertion": "x"}, {"client_id": "other"}])
def test_double_client_authentication_is_refused(
    identity_surface: Any, service: Service, more: dict[str, str]
) -> None:
    refused(service.post({"grant_type": "authorization_code", **more}), 400, "invalid_request")


def test_parameters_in_the_query_are_refused(identity_surface: Any, service: Service) -> None:
    response = service.machine.post(f"{TOKEN}?grant_type=authorization_code", "", content_type=FORM)
    refused(response, 400, "invalid_request")


def test_repeated_parameters_are_refused(identity_surface: Any, service: Service) -> None:
    response = service.machine.post(TOKEN, "code=a&code=b&grant_type=authorization_code", content_type=FORM)
    refused(response, 400, "invalid_request")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/plain", f"{FORM}; charset=utf-16", "multipart/form-data; boundary=x"],
)
def test_only_forms_in_utf8(identity_surface: Any, service: Service, content_type: str) -> None:
    response = service.machine.post(TOKEN, b"grant_type=x", content_type=content_type)
    assert response.status_code == 400 and response.json()["error"] in {
        "invalid_request",
        "unsupported_grant_type",
    }


def test_other_methods(identity_surface: Any, service: Service) -> None:
    response = service.machine.get(TOKEN)
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert service.machine.put(USERINFO).status_code == 405


def test_public_client(hanako: Resident, transport: Any, register: Any) -> None:
    public = register(transport, auth_method="none", dpop_bound_access_tokens=True)
    code = public.code(hanako.client)
    unnamed = urlencode({"grant_type": "authorization_code", "code": code})
    refused(public.machine.post(TOKEN, unnamed, content_type=FORM), 401, "invalid_client")
    refused(public.redeem(code), 400, "invalid_dpop_proof")
    prover = Prover()
    assert public.redeem(code, prover).json()["token_type"] == "DPoP"


def test_a_public_client_that_was_approved_before_it_had_to_be_bound(
    hanako: Resident, transport: Any, register: Any
) -> None:
    public = register(transport, auth_method="none", dpop_bound_access_tokens=True)
    prover = Prover()
    token = public.tokens(hanako.client, prover)["access_token"]
    code = public.code(hanako.client)
    with context.secretariat():
        RelyingParty.objects.filter(pk=public.party.pk).update(dpop_bound_access_tokens=False)
    refused(public.redeem(code, prover), 400, "unauthorized_client")
    assert public.userinfo(token, prover).status_code == 401


@pytest.fixture(params=[("ES256", "EC"), ("PS256", "RSA"), ("EdDSA", "OKP")], ids=lambda pair: pair[0])
def key(request: pytest.FixtureRequest) -> Any:
    algorithm, kind = request.param
    makers = {
        "EC": lambda: ECKey.generate_key("P-256", auto_kid=True),
        "RSA": lambda: RSAKey.generate_key(2048, auto_kid=True),
        "OKP": lambda: OKPKey.generate_key("Ed25519", auto_kid=True),
    }
    made = makers[kind]()
    made.test_algorithm = algorithm
    return made


@pytest.fixture
def signer(transport: Any, register: Any, key: Any) -> Service:
    jwks = KeySet([key]).as_dict(private=False)
    made: Service = register(transport, auth_method="private_key_jwt", jwks=jwks)
    return made


def assertion(signer: Service, key: Any, *, alg: str | None = None, **claims: Any) -> dict[str, str]:
    now, me = int(time.time()), signer.party.client_id
    base = {"iss": me, "sub": me, "aud": ISSUER, "exp": now + 60, "iat": now, "jti": str(time.monotonic_ns())}
    header = {"alg": alg or key.test_algorithm, "kid": key.kid}
    given = {name: value(now) if callable(value) else value for name, value in claims.items()}
    payload = {name: value for name, value in {**base, **given}.items() if value is not None}
    algorithms = ["ES256", "PS256", "EdDSA", "RS256", "HS256"]
    return {
        "client_assertion_type": ASSERTION,
        "client_assertion": jwt.encode(header, payload, key, algorithms=algorithms),
    }


def test_private_key_jwt_and_its_jti_once(hanako: Resident, signer: Service, key: Any) -> None:
    """EC keys work everywhere RSA keys do."""
    proof = assertion(signer, key)
    assert signer.redeem(signer.code(hanako.client), **proof).status_code == 200
    refused(signer.redeem(signer.code(hanako.client), **proof), 401, "invalid_client")


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": [ISSUER]},
        {"aud": f"{ISSUER}/oauth/token"},
        {"aud": None},
        {"exp": 2_000_000_000_0},
        {"exp": lambda now: now + 4000},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": None},
        {"jti": None},
        {"jti": 7},
        {"iss": "somebody"},
        {"sub": "somebody", "iss": "somebody"},
        {"nbf": lambda now: now + 3600},
    ],
    ids="-".join,
)
@pytest.mark.parametrize("key", [("ES256", "EC")], indirect=True, ids=["ES256"])
def test_assertions_refused(identity_surface: Any, signer: Service, key: Any, wrong: dict[str, Any]) -> None:
    """An assertion valid for years, an aud that is an endpoint or an array, among them."""
    body = {"grant_type": "authorization_code", "code": "x", **assertion(signer, key, **wrong)}
    refused(signer.post(body), 401, "invalid_client")


@pytest.mark.parametrize("key", [("PS256", "RSA")], indirect=True, ids=["RSA"])
def test_rs256_assertion_is_refused(identity_surface: Any, signer: Service, key: Any) -> None:
    body = {"grant_type": "authorization_code", "code": "x", **assertion(signer, key, alg="RS256")}
    refused(signer.post(body), 401, "invalid_client")


@pytest.mark.parametrize("text", ["x", "a.b.c", "e30.e30.", "e30.bnVsbA.x", "eyJhbGciOiJub25lIn0.e30."])
def test_garbage_assertions(identity_surface: Any, service: Service, text: str) -> None:
    service.secret = ""
    body = {"grant_type": "authorization_code", "client_assertion_type": ASSERTION, "client_assertion": text}
    refused(service.post(body), 401, "invalid_client")


def test_failures_are_limited_per_address(
    identity_surface: Any, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("identity.oidc.throttle.FAILURES", 2)
    body = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}
    answers = [service.post(body) for _ in range(3)]
    assert [one.status_code for one in answers] == [400, 400, 429]
    assert answers[2].json()["error"] == "temporarily_unavailable"
    assert 1 <= int(answers[2]["Retry-After"]) <= 60


def test_withdrawal_that_came_before_the_code_was_there_counts(
    hanako: Resident, service: Service, withdraw: Any
) -> None:
    """It found no authorization to revoke, since that was only being written."""
    code = service.code(hanako.client)
    withdraw(hanako, service)
    with context.opened(context.Context("owner")):
        Authorization.objects.update(revoked_at=None)
    refused(service.redeem(code), 400, "invalid_grant")
    assert not AccessToken.objects.exists()


def test_nobody_uses_up_what_a_service_may_ask(
    hanako: Resident, service: Service, register: Any, transport: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls count for a client once it is known to be the one; for a public one at each address alone."""
    monkeypatch.setattr("identity.oidc.throttle.PER_CLIENT", 3)
    public = register(transport, auth_method="none", dpop_bound_access_tokens=True)
    for one in (Service(service.party, "wrong"), public):
        assert {one.post({"grant_type": "authorization_code"}).status_code for _ in range(5)} <= {400, 401}
    token = service.tokens(hanako.client)["access_token"]
    assert service.userinfo(token).status_code == 200
    assert service.redeem("x").status_code == 400
    limited = service.redeem("x")
    assert (limited.status_code, limited.json()["error"]) == (429, "temporarily_unavailable")
    assert service.userinfo(token).status_code == 429
    assert public.redeem("x").status_code == 400


def test_a_public_client_has_a_limit_at_each_address(
    identity_surface: Any, transport: Any, register: Any, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("identity.oidc.throttle.PUBLIC", 2)
    public = register(transport, auth_method="none", dpop_bound_access_tokens=True)
    assert [public.redeem("x").status_code for _ in range(3)] == [400, 400, 429]
    assert public.redeem("x")["Retry-After"]
    elsewhere = Service(public.party, machine=Client(HTTP_HOST=HOST, REMOTE_ADDR="192.0.2.9"))
    assert elsewhere.redeem("x").status_code == 400
    assert service.redeem("x").status_code == 400, "others' limits are their own"


@pytest.mark.parametrize("header", [None, "Basic YTpi", "Bearer", "x"])
def test_userinfo_without_a_token(identity_surface: Any, service: Service, header: str | None) -> None:
    headers = {"HTTP_AUTHORIZATION": header} if header else {}
    response = service.machine.get(USERINFO, **headers)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == (
        'Bearer realm="identity", DPoP realm="identity", algs="ES256 EdDSA Ed25519 PS256"'
    )


@pytest.mark.parametrize("token", ["x", "日本", "a" * 5000, 'a"b'])
def test_userinfo_with_a_wrong_token(identity_surface: Any, service: Service, token: str) -> None:
    response = service.machine.get(USERINFO, HTTP_AUTHORIZATION=f"Bearer {token}")
    assert response.status_code == 401
    assert 'error="invalid_token"' in response["WWW-Authenticate"]
    assert service.machine.get(f"{USERINFO}?access_token=x").status_code == 401


@pytest.mark.parametrize("where", ["query", "body"])
def test_access_token_in_two_places(identity_surface: Any, service: Service, where: str) -> None:
    header = {"HTTP_AUTHORIZATION": "Bearer x"}
    if where == "query":
        refused_there = service.machine.get(f"{USERINFO}?access_token=x", **header)
    else:
        refused_there = service.machine.post(USERINFO, "access_token=x", content_type=FORM, **header)
    assert (refused_there.status_code, refused_there.json()["error"]) == (400, "invalid_request")


def test_token_expires(hanako: Resident, service: Service) -> None:
    token = service.tokens(hanako.client)["access_token"]
    with context.opened(context.Context("owner")):
        AccessToken.objects.update(expires_at="2026-01-01T00:00:00Z")
    assert service.userinfo(token).status_code == 401


def test_without_a_signing_key_nothing_is_used_up(
    hanako: Resident, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = service.code(hanako.client)
    with monkeypatch.context() as patch:
        patch.setattr("identity.keyring.ring", lambda: Ring({"keys": []}, {}, ()))
        refused(service.redeem(code), 503, "server_error")
    assert service.redeem(code).status_code == 200
