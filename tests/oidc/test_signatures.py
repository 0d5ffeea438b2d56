"""What the provider signs, by the algorithm that a client registered: EC keys work wherever RSA keys do."""

from typing import Any

import pytest
from django.core.management import call_command
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from consortium.tenancy import context
from identity.domain.session_id import sid_of
from identity.models import Authorization
from identity.oidc import keys
from services.domain.sectors import MEDICAL
from services.models import RelyingParty
from tests.identity.residents import Resident

from .support import ISSUER, Service, jwt_claims

pytestmark = pytest.mark.django_db


def set_up(service: Service, **fields: str) -> Service:
    with context.secretariat():
        RelyingParty.objects.filter(pk=service.party.pk).update(**fields)
    return service


@pytest.fixture
def all_keys(signing_key: None) -> None:
    call_command("create_signing_key", verbosity=0)
    keys.forget()


def verified(service: Service, text: str, algorithm: str) -> dict[str, Any]:
    published = KeySet.import_key_set(service.machine.get("/oauth/jwks").json())
    header = jws.extract_compact(text.encode()).headers()
    assert (header["alg"], header["typ"]) == (algorithm, "JWT")
    assert header["kid"] == keys.signing_key(algorithm).kid
    return jwt.decode(text, published, algorithms=[algorithm]).claims


@pytest.mark.parametrize("algorithm", keys.ALGORITHMS)
def test_ec_keys_work_everywhere_rsa_keys_do(
    hanako: Resident, service: Service, all_keys: None, algorithm: str
) -> None:
    algorithms = {"id_token_signed_response_alg": algorithm, "userinfo_signed_response_alg": algorithm}
    set_up(service, rs256_reason="更新までの間", **algorithms)
    tokens = service.tokens(hanako.client)
    claims = verified(service, tokens["id_token"], algorithm)
    assert claims["at_hash"] and claims["nonce"] == "n-1" and claims["auth_time"] and claims["sid"]
    answer = service.userinfo(tokens["access_token"])
    assert answer["Content-Type"] == "application/jwt" and answer["Cache-Control"] == "no-store"
    told = verified(service, answer.content.decode(), algorithm)
    assert (told.pop("iss"), told.pop("aud")) == (ISSUER, service.party.client_id)
    assert told.pop("iat")
    assert told == {"sub": claims["sub"], "resident_of": "102016", "age_over_65": True}


def test_rs256_never_reaches_a_client_held_to_fapi() -> None:
    assert keys.permitted("RS256", fapi=False) == "RS256"
    assert keys.permitted("PS256", fapi=MEDICAL.profile.fapi) == "PS256"
    with pytest.raises(keys.UnauthorizedClientError):
        keys.permitted("RS256", fapi=MEDICAL.profile.fapi)


def test_each_service_hears_a_session_name_of_its_own(
    hanako: Resident, service: Service, transport: Any, register: Any
) -> None:
    """Two services, of one sector or of two, cannot compare sessions to find that they share a resident."""
    other = register(transport, name_ja="別のサービス")
    first = jwt_claims(service.tokens(hanako.client)["id_token"])["sid"]
    second = jwt_claims(other.tokens(hanako.client)["id_token"])["sid"]
    assert first != second
    assert first == jwt_claims(service.tokens(hanako.client)["id_token"])["sid"]
    (session,) = set(Authorization.objects.values_list("sid", flat=True))
    assert first == sid_of(session, service.party.client_id) and session not in {first, second}
