"""What the conformance suite's FAPI 2.0 modules look for and no other test of ours does.

A medical client, the strictest there is: PAR, DPoP, private_key_jwt; docs/conformance.md names the modules.
"""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from consortium.tenancy import context
from identity.models import Proofing
from tests.identity.residents import Resident
from tests.oidc.proofs import Prover
from tests.oidc.support import (
    ISSUER,
    PAR,
    TOKEN,
    USERINFO,
    Service,
    agree,
    answer,
    go,
    jwt_claims,
    leaves,
    refused,
)

pytestmark = pytest.mark.django_db
METHOD = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE = "openid name birth_date"


@dataclass
class Medical:
    """The client with its two keys: one to say who it is, one that its tokens are bound to."""

    service: Service
    key: ECKey
    prover: Prover = field(default_factory=Prover)

    @property
    def client_id(self) -> str:
        return str(self.service.party.client_id)

    def assertion(self, **claims: Any) -> dict[str, str]:
        now = int(time.time())
        base = {"iss": self.client_id, "sub": self.client_id, "aud": ISSUER, "iat": now, "exp": now + 60}
        text = jwt.encode({"alg": "ES256", "kid": "c1"}, {**base, "jti": uuid4().hex, **claims}, self.key)
        return {"client_assertion_type": METHOD, "client_assertion": text}

    def push(self, assertion: dict[str, str] | None = None, **more: str | None) -> Any:
        asked = self.service.parameters(**{"scope": SCOPE, **more})
        return self.service.post({**asked, **(assertion or self.assertion())}, to=PAR)

    def code(self, resident: Resident, **more: str | None) -> str:
        return self.answered(resident, **more)["code"]

    def answered(self, resident: Resident, **more: str | None) -> dict[str, str]:
        """The answer to a pushed request, after her consent."""
        pushed = self.push(**more)
        assert pushed.status_code == 201, pushed.content
        page = go(resident.client, {"client_id": self.client_id, "request_uri": pushed.json()["request_uri"]})
        return answer(page if leaves(page) else agree(resident.client, page))

    def redeem(self, code: str, *, proof: str | None = None, **more: str | None) -> Any:
        headers = {"HTTP_DPOP": proof or self.prover.proof("POST", f"{ISSUER}{TOKEN}")}
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.service.parameters()["redirect_uri"],
            "code_verifier": self.service.verifier,
            **self.assertion(),
            **more,
        }
        return self.service.post(
            {name: value for name, value in body.items() if value is not None}, **headers
        )

    def tokens(self, resident: Resident, **more: str | None) -> dict[str, Any]:
        response = self.redeem(self.code(resident, **more))
        assert response.status_code == 200, response.content
        found: dict[str, Any] = response.json()
        return found


@pytest.fixture(autouse=True)
def proofed(hanako: Resident) -> None:
    """At level 3, which the medical sector asks for and no way of proofing reaches yet."""
    with context.opened(context.Context("owner")):
        Proofing.objects.filter(citizen_id=hanako.citizen_id).update(level=3)


@pytest.fixture
def register_medical(component: Any, adopt: Any, register: Any) -> Any:
    made = component("medical")
    adopt(made)

    def make(name: str = "診療予約") -> Medical:
        key = ECKey.generate_key("P-256", {"kid": "c1"})
        service = register(
            made,
            name_ja=name,
            auth_method="private_key_jwt",
            jwks={"keys": [key.as_dict(private=False)]},
            attributes=["name", "birth_date"],
            grant_types=["authorization_code", "refresh_token"],
            require_pushed_authorization_requests=True,
            dpop_bound_access_tokens=True,
        )
        return Medical(service, key)

    return make


@pytest.fixture
def medical(register_medical: Any) -> Medical:
    made: Medical = register_medical()
    return made


def test_happy_flow(hanako: Resident, medical: Medical, register_medical: Any) -> None:
    """Two clients of one sector: each its consent, one pseudonym."""
    subjects = set()
    for client in (medical, register_medical("薬局")):
        told = client.answered(hanako)
        assert (told["iss"], told["state"]) == (ISSUER, "s-1")
        tokens = client.redeem(told["code"]).json()
        claims = jwt_claims(tokens["id_token"])
        assert tokens["token_type"] == "DPoP" and "refresh_token" not in tokens
        assert (claims["aud"], claims["nonce"]) == (client.client_id, "n-1")
        info = client.service.userinfo(tokens["access_token"], client.prover).json()
        assert info["sub"] == claims["sub"] and info["birth_date"] == "1955-04-01"
        subjects.add(claims["sub"])
    assert len(subjects) == 1


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"state": None}, id="without-state"),
        pytest.param({"nonce": None}, id="without-nonce"),
        pytest.param({"nonce": "n" * 64}, id="64-char-nonce"),
        pytest.param({"nonce": "n" * 384}, id="long-nonce"),
        pytest.param({"state": "s" * 384}, id="long-state"),
        pytest.param({"scope": "birth_date name openid"}, id="other-scope-order"),
    ],
)
def test_succeeds(hanako: Resident, medical: Medical, more: dict[str, str | None]) -> None:
    asked = medical.service.parameters(**more)
    told = medical.answered(hanako, **more)
    assert told.get("state") == asked.get("state")
    tokens = medical.redeem(told["code"]).json()
    assert jwt_claims(tokens["id_token"]).get("nonce") == asked.get("nonce")


@pytest.mark.parametrize("scheme", ["DPoP", "dpop", "DPOP"])
def test_access_token_type_header_case_sensitivity(hanako: Resident, medical: Medical, scheme: str) -> None:
    token = medical.tokens(hanako)["access_token"]
    proof = medical.prover.proof("GET", f"{ISSUER}{USERINFO}", token=token)
    headers = {"HTTP_AUTHORIZATION": f"{scheme} {token}", "HTTP_DPOP": proof}
    assert medical.service.machine.get(USERINFO, **headers).status_code == 200


@pytest.mark.parametrize("seconds", [-10, 10])
def test_dpop_proof_made_ten_seconds_off(hanako: Resident, medical: Medical, seconds: int) -> None:
    proof = medical.prover.proof("POST", f"{ISSUER}{TOKEN}", iat=int(time.time()) + seconds)
    assert medical.redeem(medical.code(hanako), proof=proof).status_code == 200


def test_mismatched_dpop_jkt(identity_surface: Any, medical: Medical) -> None:
    response = medical.service.push(medical.prover, medical.assertion(), scope=SCOPE, dpop_jkt=Prover().jkt)
    refused(response, 400, "invalid_dpop_proof")


def test_another_key_at_the_token_endpoint(hanako: Resident, medical: Medical) -> None:
    """The proof at the push binds the code (RFC 9449, 10.1)."""
    pushed = medical.service.push(medical.prover, medical.assertion(), scope=SCOPE).json()
    page = go(hanako.client, {"client_id": medical.client_id, "request_uri": pushed["request_uri"]})
    code = answer(agree(hanako.client, page))["code"]
    refused(medical.redeem(code, proof=Prover().proof("POST", f"{ISSUER}{TOKEN}")), 400, "invalid_grant")


def test_state_only_outside_is_not_used(hanako: Resident, medical: Medical) -> None:
    uri = medical.push(state=None).json()["request_uri"]
    page = go(hanako.client, {"client_id": medical.client_id, "request_uri": uri, "state": "outside"})
    assert "state" not in answer(agree(hanako.client, page))


@pytest.mark.parametrize(
    ("more", "error"),
    [
        pytest.param({"redirect_uri": None}, "invalid_request", id="without-redirect-uri"),
        pytest.param({"redirect_uri": "https://evil.example/"}, "invalid_request", id="unregistered"),
        pytest.param({"response_type": "code id_token"}, "unsupported_response_type", id="code-id_token"),
        pytest.param({"response_type": "token"}, "unsupported_response_type", id="token"),
        pytest.param(
            {"code_challenge": None, "code_challenge_method": None}, "invalid_request", id="pkce-required"
        ),
        pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="plain-pkce"),
    ],
)
def test_refused_at_the_push(
    identity_surface: Any, medical: Medical, more: dict[str, str | None], error: str
) -> None:
    refused(medical.push(**more), 400, error)


def test_client_id_of_another_client(hanako: Resident, medical: Medical, register_medical: Any) -> None:
    other = register_medical("薬局")
    refused(medical.redeem(medical.code(hanako), client_id=other.client_id), 401, "invalid_client")


def test_client_without_its_assertion(hanako: Resident, medical: Medical) -> None:
    nothing = {"client_assertion": None, "client_assertion_type": None, "client_id": medical.client_id}
    refused(medical.redeem(medical.code(hanako), **nothing), 401, "invalid_client")


@pytest.mark.parametrize("verifier", [None, "", "w" * 64])
def test_code_verifier(hanako: Resident, medical: Medical, verifier: str | None) -> None:
    response = medical.redeem(medical.code(hanako), code_verifier=verifier)
    assert response.status_code == 400 and response.json()["error"] in {"invalid_grant", "invalid_request"}


def test_refresh_token(hanako: Resident, medical: Medical, register_medical: Any) -> None:
    """Bound to client and key; it stays the same, as FAPI 2.0 asks (5.3.2.1, note)."""
    token = medical.tokens(hanako, scope=f"{SCOPE} offline_access")["refresh_token"]

    def refreshed(client: Medical, prover: Prover) -> Any:
        body = {"grant_type": "refresh_token", "refresh_token": token, **client.assertion()}
        return client.service.post(body, HTTP_DPOP=prover.proof("POST", f"{ISSUER}{TOKEN}"))

    refused(refreshed(register_medical("薬局"), medical.prover), 400, "invalid_grant")
    for _ in range(2):
        again = refreshed(medical, medical.prover)
        assert again.status_code == 200 and again.json()["token_type"] == "DPoP"
        assert again.json().get("refresh_token", token) == token


@pytest.mark.parametrize(("seconds", "status"), [(8, 201), (70, 401)])
def test_assertion_made_by_a_clock_that_is_fast(
    identity_surface: Any, medical: Medical, seconds: int, status: int
) -> None:
    then = int(time.time()) + seconds
    assert medical.push(medical.assertion(iat=then, nbf=then, exp=then + 60)).status_code == status


@pytest.mark.parametrize("aud", [[ISSUER], f"{ISSUER}{PAR}", f"{ISSUER}{TOKEN}"], ids=str)
def test_assertion_for_another_audience_at_par(identity_surface: Any, medical: Medical, aud: Any) -> None:
    refused(medical.push(medical.assertion(aud=aud)), 401, "invalid_client")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_other_methods_of_par(identity_surface: Any, medical: Medical, method: str) -> None:
    response = getattr(medical.service.machine, method)(PAR)
    assert response.status_code == 405 and response["Allow"] == "POST"
