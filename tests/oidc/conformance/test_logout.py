"""What the conformance suite's RP-initiated logout modules look for and no other test of ours does."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from consortium.tenancy import context
from services.models import RelyingParty
from tests.identity.residents import Resident
from tests.oidc.support import Service
from tests.oidc.test_end_session import BACK, confirmation, end, is_signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def hint(hanako: Resident, service: Service) -> str:
    with context.secretariat():
        RelyingParty.objects.filter(pk=service.party.pk).update(post_logout_redirect_uris=[BACK])
    return str(service.tokens(hanako.client)["id_token"])


def test_no_state(hanako: Resident, hint: str) -> None:
    response = end(hanako.client, id_token_hint=hint, post_logout_redirect_uri=BACK)
    assert response["Location"] == BACK and not is_signed_in(hanako.client)


def test_no_post_logout_redirect_uri(hanako: Resident, hint: str) -> None:
    response = end(hanako.client, id_token_hint=hint)
    assert urlsplit(response["Location"]).path == "/oauth/signed-out" and not is_signed_in(hanako.client)


def test_only_state(hanako: Resident, hint: str) -> None:
    done = hanako.client.post(confirmation(end(hanako.client, state="s")))
    assert urlsplit(done["Location"]).path == "/oauth/signed-out" and not is_signed_in(hanako.client)


def test_query_added_to_post_logout_redirect_uri(hanako: Resident, hint: str) -> None:
    response: Any = end(hanako.client, id_token_hint=hint, post_logout_redirect_uri=f"{BACK}?foo=bar")
    assert response.status_code == 400 and is_signed_in(hanako.client)
