"""Secrets and keys are renewed while the service runs."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from services import queries
from services.actions import approve_relying_party, issue_secret, register_relying_party, replace_keys
from services.models import ClientSecret, Component, RelyingParty
from tests import factories

from .conftest import FAPI, PARTY

pytestmark = pytest.mark.django_db


def page(name: str, party: RelyingParty) -> str:
    return reverse(f"services:{name}", args=[party.client_id])


@pytest.fixture
def signer(component: Component, secretary: Any, acting: Callable[..., Any]) -> RelyingParty:
    with acting(secretary) as actor:
        return register_relying_party(by=actor, component=component, **{**PARTY, **FAPI}).relying_party


def hashes(party: RelyingParty, maebashi: Municipality) -> list[str]:
    with context.citizen(party.pk, municipality_id=maebashi.pk):
        return (queries.client_stamp(party.client_id) or ("", []))[1]


def test_a_new_secret_beside_the_old_one(
    body: Client, party: RelyingParty, maebashi: Municipality, mailbox: Any
) -> None:
    colleague = factories.make_secretary()
    before = hashes(party, maebashi)
    assert body.get(page("issue_secret", party)).status_code == 200
    response = body.post(page("issue_secret", party), {"overlap": "168"})
    shown = body.get(response.url)
    secret = shown.context["secret"]
    assert len(shown.context["secrets"]) == 2
    assert body.get(response.url).context["secret"] == "", "shown once"
    after = hashes(party, maebashi)
    assert set(after) == {*before, hashlib.sha256(secret.encode()).hexdigest()}
    with context.opened(context.Context("owner")):
        ends = ClientSecret.objects.get(secret_hash=before[0]).expires_at
    assert timedelta(days=6, hours=23) < ends - timezone.now() < timedelta(days=7, hours=1)
    told = [one for one in mailbox() if one.to == [colleague.email]]
    assert "連携サービスの鍵の更新" in [one.subject for one in told]
    assert all(secret not in one.body for one in told)


def test_a_leaked_secret_ends_at_once_and_no_overlap_grows(
    party: RelyingParty, maebashi: Municipality, secretary: Any, acting: Callable[..., Any]
) -> None:
    with acting(secretary) as actor:
        issue_secret(by=actor, relying_party=party, overlap=timedelta(hours=1))
        issue_secret(by=actor, relying_party=party, overlap=timedelta(days=30))
    with context.opened(context.Context("owner")):
        first = ClientSecret.objects.order_by("created_at").first()
    assert first.expires_at < timezone.now() + timedelta(hours=2)
    with acting(secretary) as actor:
        last = issue_secret(by=actor, relying_party=party, overlap=timedelta(0))
    assert hashes(party, maebashi) == [hashlib.sha256(last.encode()).hexdigest()]


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=31)])
def test_overlap_is_bounded(
    party: RelyingParty, secretary: Any, acting: Callable[..., Any], overlap: timedelta
) -> None:
    with acting(secretary) as actor, pytest.raises(ValidationError) as error:
        issue_secret(by=actor, relying_party=party, overlap=overlap)
    assert error.value.code == "overlap"


def test_without_audit_row_the_old_secret_stays(
    party: RelyingParty, maebashi: Municipality, secretary: Any, acting: Callable[..., Any]
) -> None:
    before = hashes(party, maebashi)
    with (
        acting(secretary) as actor,
        patch("services.actions.relying_parties.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        issue_secret(by=actor, relying_party=party, overlap=timedelta(0))
    assert hashes(party, maebashi) == before


def test_keys_are_added_then_replaced(body: Client, signer: RelyingParty) -> None:
    second = factories.jwks_of(factories.make_key("OKP", "second"))
    keys = page("replace_keys", signer)
    assert "first" in body.get(keys).content.decode()
    assert body.post(keys, {"jwks": json.dumps(second), "present": "keep"}).status_code == 302
    signer.refresh_from_db()
    assert [key["kid"] for key in signer.jwks["keys"]] == ["first", "second"]
    assert body.post(keys, {"jwks": json.dumps(second), "present": "keep"}).status_code == 422
    assert body.post(keys, {"jwks": json.dumps(second), "present": "drop"}).status_code == 302
    signer.refresh_from_db()
    assert [key["kid"] for key in signer.jwks["keys"]] == ["second"]


def test_a_secret_of_a_running_service_is_issued_by_two(
    body: Client, colleague: Client, party: RelyingParty, maebashi: Municipality
) -> None:
    """Who asked for it alone gets nothing that opens the door; who approves hands it out."""
    colleague.post(page("approve_relying_party", party))
    before = hashes(party, maebashi)
    assert "発行を申請する" in body.get(page("issue_secret", party)).content.decode()
    response = body.post(page("issue_secret", party), {"overlap": "24"})
    assert body.get(response.url).context["secret"] == ""
    assert hashes(party, maebashi) == before
    assert body.post(page("issue_secret", party), {"overlap": "0"}).status_code == 422, "one waits already"
    assert body.post(page("decide_change", party), {"decision": "approve"}).status_code == 422
    assert "今の鍵は24時間後に無効にする" in colleague.get(page("decide_change", party)).content.decode()
    response = colleague.post(page("decide_change", party), {"decision": "approve"})
    secret = colleague.get(response.url).context["secret"]
    assert set(hashes(party, maebashi)) == {*before, hashlib.sha256(secret.encode()).hexdigest()}
    assert body.get(response.url).context["secret"] == ""


def test_whoever_gives_a_draft_its_keys_does_not_approve_it(
    signer: RelyingParty, party: RelyingParty, acting: Callable[..., Any]
) -> None:
    other = factories.jwks_of(factories.make_key("OKP", "other"))
    with acting(factories.make_secretary()) as actor:
        replace_keys(by=actor, relying_party=signer, jwks=other, keep_present=False)
        issue_secret(by=actor, relying_party=party, overlap=timedelta(0))
        for one in (signer, party):
            with pytest.raises(ValidationError) as error:
                approve_relying_party(by=actor, relying_party=one)
            assert error.value.code == "own_work"


def test_a_key_of_a_running_service_is_added_by_two_and_taken_away_by_one(
    body: Client, colleague: Client, signer: RelyingParty
) -> None:
    colleague.post(page("approve_relying_party", signer))
    second = factories.jwks_of(factories.make_key("OKP", "second"))
    keys, decide = page("replace_keys", signer), page("decide_change", signer)
    assert "ほかの事務局員が承認すると" in body.get(keys).content.decode()
    assert body.post(keys, {"jwks": json.dumps(second), "present": "keep"}).status_code == 302
    signer.refresh_from_db()
    assert [key["kid"] for key in signer.jwks["keys"]] == ["first"]
    assert body.post(keys, {"jwks": json.dumps(FAPI["jwks"]), "present": "drop"}).status_code == 422
    assert body.post(decide, {"decision": "approve"}).status_code == 422
    assert "second (" in colleague.get(decide).content.decode()
    assert colleague.post(decide, {"decision": "approve"}).status_code == 302
    signer.refresh_from_db()
    assert [key["kid"] for key in signer.jwks["keys"]] == ["first", "second"]
    assert body.post(keys, {"jwks": json.dumps(second), "present": "drop"}).status_code == 302
    signer.refresh_from_db()
    assert [key["kid"] for key in signer.jwks["keys"]] == ["second"]


def test_a_private_key_is_refused_and_not_kept(
    body: Client, signer: RelyingParty, secretary: Any, acting: Callable[..., Any]
) -> None:
    leaked = {"keys": [dict(factories.make_key().as_dict(private=True))]}
    response = body.post(page("replace_keys", signer), {"jwks": json.dumps(leaked), "present": "drop"})
    assert response.status_code == 422
    assert "秘密鍵が含まれています" in response.content.decode()
    with acting(secretary) as actor, pytest.raises(ValidationError):
        replace_keys(by=actor, relying_party=signer, jwks=leaked, keep_present=True)
    signer.refresh_from_db()
    assert signer.jwks == FAPI["jwks"]


def test_each_service_has_its_own_kind_of_proof(
    body: Client, party: RelyingParty, signer: RelyingParty
) -> None:
    assert body.get(page("replace_keys", party)).url == page("relying_party", party)
    assert body.post(page("issue_secret", signer), {"overlap": "0"}).url == page("relying_party", signer)
    with context.opened(context.Context("owner")):
        assert ClientSecret.objects.filter(relying_party=signer).count() == 0


@pytest.mark.parametrize(
    ("change", "told", "untold"),
    [
        ({}, ["Authorization Code + PKCE", "client_secret_basic", "mod_auth_openidc"], ["DPoP"]),
        (
            {**FAPI},
            ["PAR / DPoP / private_key_jwt", "buildAuthorizationUrlWithPAR", "getDPoPHandle"],
            ["mod_auth"],
        ),
        (
            {"grant_types": ["client_credentials"], "allowed_scopes": ["components.read"]},
            ["clientCredentialsGrant", "components.read"],
            ["PKCE", "mod_auth"],
        ),
    ],
    ids=["basic", "fapi", "machine"],
)
def test_what_a_developer_is_handed(
    body: Client,
    component: Component,
    secretary: Any,
    acting: Callable[..., Any],
    change: dict[str, Any],
    told: list[str],
    untold: list[str],
) -> None:
    with acting(secretary) as actor:
        made = register_relying_party(by=actor, component=component, **{**PARTY, **change})
    text = body.get(page("developer", made.relying_party)).content.decode()
    common = [made.relying_party.client_id, "/.well-known/openid-configuration", "/oauth/token"]
    assert [one for one in [*common, *told] if one not in text] == []
    assert [one for one in untold if one in text] == []
    assert not made.secret or made.secret not in text
