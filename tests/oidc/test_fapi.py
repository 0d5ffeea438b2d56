"""Medical and administrative services end to end: what their sectors demand, and nothing below it."""

import time
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from consortium.tenancy import context
from identity.models import Authorization, AuthorizationCode, Proofing, PushedRequest
from tests.identity.residents import Resident

from .proofs import ClientKey, Prover
from .support import CALLBACK, ISSUER, PAR, TOKEN, Service, agree, answer, go, jwt_claims, leaves

pytestmark = pytest.mark.django_db
WISHES = {"medical": "openid birth_date", "administrative": "openid birth_date resident_of"}
FAPI = {"require_pushed_authorization_requests": True, "dpop_bound_access_tokens": True}


@pytest.fixture
def known(hanako: Resident) -> Resident:
    """Hanako, as if her card's chip had been read: proofing level 3."""
    with context.opened(context.Context("owner")):
        Proofing.objects.filter(citizen=hanako.citizen_id).update(level=3)
    return hanako


@pytest.fixture
def key() -> ClientKey:
    return ClientKey()


@pytest.fixture
def sector_service(component: Any, adopt: Any, register: Any, key: ClientKey) -> Any:
    """sector_service(sector) -> a client of it."""

    def make(sector: str, **fields: Any) -> Service:
        made = component(sector)
        adopt(made)
        wished = [name for name in WISHES[sector].split() if name != "openid"]
        found: Service = register(
            made, auth_method="private_key_jwt", attributes=wished, jwks=key.jwks, **{**FAPI, **fields}
        )
        return found

    return make


def pushed(service: Service, key: ClientKey, prover: Prover | None, **more: Any) -> dict[str, str]:
    proof = key.assertion(service.party.client_id, ISSUER)
    scope = WISHES[service.party.sector]
    return service.pushed(**{"proof": proof, "prover": prover, "scope": scope, **more})


def redeemed(service: Service, key: ClientKey, prover: Prover | None, code: str) -> Any:
    return service.redeem(code, prover, **key.assertion(service.party.client_id, ISSUER))


@pytest.mark.parametrize("sector", ["medical", "administrative"])
def test_sector_from_push_to_attributes(
    known: Resident, sector_service: Any, key: ClientKey, sector: str
) -> None:
    service, prover = sector_service(sector), Prover()
    page = go(known.client, pushed(service, key, prover))
    given = answer(agree(known.client, page))
    assert (given["iss"], given["state"]) == (ISSUER, "s-1")
    life = AuthorizationCode.objects.get()
    assert (life.expires_at - life.issued_at).total_seconds() <= 60
    response = redeemed(service, key, prover, given["code"])
    tokens = response.json()
    assert (response.status_code, tokens["token_type"]) == (200, "DPoP"), tokens
    claims = jwt_claims(tokens["id_token"])
    assert (claims["iss"], claims["aud"], claims["acr"]) == (ISSUER, service.party.client_id, "aal3")
    info = service.userinfo(tokens["access_token"], prover).json()
    assert info["birth_date"] == "1955-04-01" and info["sub"] == claims["sub"]
    assert service.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.parametrize("sector", ["medical", "administrative"])
def test_sector_never_without_a_pushed_request(known: Resident, sector_service: Any, sector: str) -> None:
    service = sector_service(sector, require_pushed_authorization_requests=True)
    refused = answer(service.authorize(known.client, scope=WISHES[sector]))
    assert refused["error"] == "invalid_request" and "must push" in refused["error_description"]
    assert answer(service.decide(known.client, scope=WISHES[sector]))["error"] == "invalid_request"


def test_medical_client_never_gets_bearer(known: Resident, sector_service: Any, key: ClientKey) -> None:
    service = sector_service("medical")
    page = go(known.client, pushed(service, key, None))
    code = answer(agree(known.client, page))["code"]
    refused = redeemed(service, key, None, code)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_dpop_proof")
    assert redeemed(service, key, Prover(), code).json()["token_type"] == "DPoP"


def test_medical_consent_is_asked_for_each_time(known: Resident, sector_service: Any, key: ClientKey) -> None:
    service, prover = sector_service("medical"), Prover()
    agree(known.client, go(known.client, pushed(service, key, prover)))
    assert not leaves(go(known.client, pushed(service, key, prover)))
    silent = go(known.client, pushed(service, key, prover, prompt="none"))
    assert answer(silent)["error"] == "consent_required"


def test_medical_attributes_need_a_sign_in_of_the_last_hour(
    known: Resident, sector_service: Any, key: ClientKey
) -> None:
    service, prover = sector_service("medical"), Prover()
    code = answer(agree(known.client, go(known.client, pushed(service, key, prover))))["code"]
    token = redeemed(service, key, prover, code).json()["access_token"]
    with context.opened(context.Context("owner")):
        Authorization.objects.update(auth_time=int(time.time()) - 3700)
    refused = service.userinfo(token, prover)
    assert refused.status_code == 401
    told = refused["WWW-Authenticate"]
    assert 'error="insufficient_user_authentication"' in told and 'max_age="3600"' in told


def test_resident_below_the_sector_s_minimum(hanako: Resident, sector_service: Any, key: ClientKey) -> None:
    """Her identity was established by a document alone: level 2."""
    service = sector_service("medical")
    page = go(hanako.client, pushed(service, key, Prover()))
    assert page.status_code == 403
    assert "error=access_denied" in page.context["location"]


@pytest.mark.parametrize(
    "audience", [f"{ISSUER}{PAR}", f"{ISSUER}{TOKEN}", [ISSUER], [ISSUER, f"{ISSUER}{PAR}"], None], ids=str
)
def test_audience_at_the_push_is_the_issuer_as_a_string(
    identity_surface: Any, sector_service: Any, key: ClientKey, audience: Any
) -> None:
    service = sector_service("medical")
    wrong = service.push(proof=key.assertion(service.party.client_id, audience), scope=WISHES["medical"])
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert not PushedRequest.objects.exists()


def test_assertion_valid_for_years_is_refused_at_the_push(
    identity_surface: Any, sector_service: Any, key: ClientKey
) -> None:
    service = sector_service("medical")
    for wrong in ({"exp": 4_000_000_000}, {"exp": None}, {"jti": None}, {"sub": "other"}):
        proof = key.assertion(service.party.client_id, ISSUER, **wrong)
        assert service.push(proof=proof, scope=WISHES["medical"]).status_code == 401, wrong
    proof = key.assertion(service.party.client_id, ISSUER)
    assert service.push(proof=proof, scope=WISHES["medical"]).status_code == 201
    assert service.push(proof=proof, scope=WISHES["medical"]).status_code == 401  # its jti was used
    named = key.assertion(service.party.client_id, ISSUER)
    other = service.push(proof=named, scope=WISHES["medical"], client_id="0" * 32)
    assert other.status_code == 401


@pytest.mark.parametrize(
    ("make", "alg"),
    [
        (lambda: ECKey.generate_key("P-256", auto_kid=True), "ES256"),
        (lambda: OKPKey.generate_key("Ed25519", auto_kid=True), "EdDSA"),
        (lambda: OKPKey.generate_key("Ed25519", auto_kid=True), "Ed25519"),
        (lambda: RSAKey.generate_key(2048, auto_kid=True), "PS256"),
    ],
    ids=["ES256", "EdDSA", "Ed25519", "PS256"],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_each_algorithm_of_fapi_signs_assertions_and_proofs(
    known: Resident, sector_service: Any, key: ClientKey, make: Any, alg: str
) -> None:
    key.key, key.alg = make(), alg
    service, prover = sector_service("medical"), Prover(make(), alg)
    code = answer(agree(known.client, go(known.client, pushed(service, key, prover))))["code"]
    assert redeemed(service, key, prover, code).json()["token_type"] == "DPoP"


def test_never_an_open_redirect(known: Resident, sector_service: Any, key: ClientKey) -> None:
    service = sector_service("medical")
    proof = key.assertion(service.party.client_id, ISSUER)
    wrong = service.push(proof=proof, scope=WISHES["medical"], redirect_uri=f"{CALLBACK}/other")
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_request")
    for query in (
        {"client_id": service.party.client_id, "redirect_uri": "https://evil.example/"},
        {"client_id": service.party.client_id, "request_uri": "urn:ietf:params:oauth:request_uri:x"},
    ):
        refused = go(known.client, query)
        assert refused.status_code == 400 and not leaves(refused)
