"""Third-party services: registered and approved by the secretariat, secrets kept from members."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from identity.oidc import clients as oidc
from services import queries
from services.actions import (
    approve_relying_party,
    register_relying_party,
    resume_relying_party,
    suspend_relying_party,
)
from services.models import ClientSecret, Component, RelyingParty
from tests import factories
from tests.ui.support import walk

from .conftest import FAPI, PARTY

pytestmark = pytest.mark.django_db
FORM = {
    **PARTY,
    "redirect_uris": "http://localhost:8002/callback",
    "post_logout_redirect_uris": "",
    "grant_types": ["authorization_code"],
    "id_token_signed_response_alg": "ES256",
}


def url(component: Component) -> str:
    return f"{reverse('services:register_relying_party')}?component={component.code}"


def test_anonymous_signs_in_first(client: Client) -> None:
    assert client.get(reverse("services:relying_parties")).status_code == 302


def test_municipal_staff_finds_nothing(
    administrator: Any, client_for: Callable[..., Client], component: Component
) -> None:
    client = client_for(administrator)
    assert client.get(reverse("services:relying_parties")).status_code == 404
    assert client.post(url(component), FORM).status_code == 404


def test_municipal_staff_may_not_register(
    administrator: Any, maebashi: Municipality, component: Component, acting: Callable[..., Any]
) -> None:
    with acting(administrator, maebashi) as actor, pytest.raises(PermissionDenied):
        register_relying_party(by=actor, component=component, **PARTY)


def test_register_shows_the_secret_once_and_keeps_its_hash(body: Client, component: Component) -> None:
    response = walk(body, url(component), {**FORM, "component": component.code})
    assert response.status_code == 302, response.content.decode()
    secret = body.get(response.url).context["secret"]
    assert len(secret) >= 43
    assert secret not in body.get(response.url).content.decode()
    with context.opened(context.Context("owner")):
        assert ClientSecret.objects.get().secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(dict(body.session))


PUBLIC = {"auth_method": "none", "dpop_bound_access_tokens": "on"}


def test_public_client_has_no_secret(body: Client, component: Component) -> None:
    response = walk(body, url(component), {**FORM, **PUBLIC, "component": component.code})
    assert body.get(response.url).context["secret"] == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"attributes": ["name"]}, "attributes"),
        ({"attributes": []}, "attributes"),
        ({"redirect_uris": "https://*.example/cb"}, "redirect_uris"),
        ({"redirect_uris": "http://service.example/cb"}, "redirect_uris"),
        ({"redirect_uris": ""}, "redirect_uris"),
        ({"post_logout_redirect_uris": "https://a.example/#x"}, "post_logout_redirect_uris"),
        ({"auth_method": "private_key_jwt", "jwks": '{"keys": [{"kty": "EC", "d": "x"}]}'}, "jwks"),
        ({"auth_method": "private_key_jwt"}, "jwks"),
        ({"auth_method": "private_key_jwt", "jwks": "{"}, "jwks"),
        ({"contact": "担当 1234 5678 9018"}, "contact"),
        ({"name_ja": ""}, "name_ja"),
        ({"grant_types": []}, "grant_types"),
        ({"grant_types": ["refresh_token"]}, "grant_types"),
        ({"grant_types": ["client_credentials"]}, "allowed_scopes"),
        ({"id_token_signed_response_alg": "RS256"}, "rs256_reason"),
        ({"backchannel_logout_uri": "http://service.example/out"}, "backchannel_logout_uri"),
        ({**PUBLIC, "grant_types": ["client_credentials"]}, "grant_types"),
        ({"auth_method": "none"}, "dpop_bound_access_tokens"),
    ],
)
def test_bad_input_is_shown_at_its_field(
    body: Client, component: Component, change: dict[str, Any], field: str
) -> None:
    response = walk(body, url(component), {**{**FORM, **change}, "component": component.code})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    with context.opened(context.Context("owner")):
        assert not RelyingParty.objects.exists()


def test_what_the_chosen_way_does_not_ask_for_is_left_out(body: Client, component: Component) -> None:
    unasked = {"allowed_scopes": ["components.read"], "jwks": "{", "rs256_reason": "古い機器"}
    walk(body, url(component), {**FORM, **unasked, "component": component.code})
    with context.opened(context.Context("owner")):
        party = RelyingParty.objects.get()
        assert (party.allowed_scopes, party.jwks, party.rs256_reason) == ([], {}, "")


def test_action_refuses_a_scope_that_is_not_asked_for(
    secretary: Any, component: Component, acting: Callable[..., Any]
) -> None:
    with acting(secretary) as actor, pytest.raises(ValidationError) as error:
        register_relying_party(
            by=actor, component=component, **{**PARTY, "allowed_scopes": ["components.read"]}
        )
    assert error.value.error_dict["allowed_scopes"][0].code == "unused"


def test_action_refuses_attributes_beyond_the_sector(
    secretary: Any, component: Component, acting: Callable[..., Any]
) -> None:
    with acting(secretary) as actor, pytest.raises(ValidationError) as error:
        register_relying_party(by=actor, component=component, **{**PARTY, "attributes": ["name"]})
    assert error.value.error_dict["attributes"][0].code == "attributes"


def test_unknown_component_is_asked_for_again(body: Client) -> None:
    start = reverse("services:register_relying_party")
    assert body.get(start, follow=True).status_code == 200
    assert body.post(f"{start}component/", {"component": "nothing"}).status_code == 422
    assert body.get(f"{start}service/").url == f"{start}component/"


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"auth_method": "client_secret_basic"}, "auth_method"),
        ({"auth_method": "none"}, "auth_method"),
        ({"require_pushed_authorization_requests": ""}, "require_pushed_authorization_requests"),
        ({"dpop_bound_access_tokens": ""}, "dpop_bound_access_tokens"),
        (
            {"id_token_signed_response_alg": "RS256", "rs256_reason": "古い機器"},
            "id_token_signed_response_alg",
        ),
        (
            {"userinfo_signed_response_alg": "RS256", "rs256_reason": "古い機器"},
            "userinfo_signed_response_alg",
        ),
        ({"test": "on", "auth_method": "client_secret_basic"}, "auth_method"),
    ],
)
def test_a_medical_client_cannot_register_below_its_sector(
    body: Client, medical: Component, missing: dict[str, str], field: str
) -> None:
    """Said at the field, with the reason, before anything is sent; and once more by the action."""
    full = {**FORM, **FAPI, "jwks": json.dumps(FAPI["jwks"]), "attributes": ["birth_date"]}
    response = walk(body, url(medical), {**full, **missing, "component": medical.code})
    assert response.status_code == 422
    assert response.request["PATH_INFO"].endswith("/connection/")
    assert "この分野" in str(response.context["form"].errors[field])


@pytest.mark.parametrize(
    "missing",
    [
        {"auth_method": "client_secret_basic"},
        {"require_pushed_authorization_requests": False},
        {"dpop_bound_access_tokens": False},
        {"id_token_signed_response_alg": "RS256"},
        {"userinfo_signed_response_alg": "RS256"},
    ],
    ids=str,
)
def test_the_action_refuses_it_too(
    medical: Component, secretary: Any, acting: Callable[..., Any], missing: dict[str, Any]
) -> None:
    values = {**PARTY, **FAPI, "attributes": ["birth_date"], **missing}
    with acting(secretary) as actor, pytest.raises(ValidationError) as error:
        register_relying_party(by=actor, component=medical, **values)
    assert set(error.value.error_dict) == set(missing)


def test_the_form_of_a_medical_client_is_filled_in_beforehand(body: Client, medical: Component) -> None:
    values = {**FORM, "attributes": ["birth_date"], "component": medical.code}
    body.post(f"{reverse('services:register_relying_party')}component/", values)
    body.post(f"{reverse('services:register_relying_party')}service/", values)
    form = body.get(f"{reverse('services:register_relying_party')}connection/").context["form"]
    assert form["auth_method"].value() == "private_key_jwt"
    assert form["require_pushed_authorization_requests"].value()
    assert form["dpop_bound_access_tokens"].value()


def test_whoever_registered_does_not_approve(
    body: Client, colleague: Client, party: RelyingParty, secretary: Any, acting: Callable[..., Any]
) -> None:
    detail = reverse("services:relying_party", args=[party.client_id])
    approve = reverse("services:approve_relying_party", args=[party.client_id])
    assert approve not in body.get(detail).content.decode()
    refused = body.post(approve)
    assert refused.status_code == 422
    assert "ほかの事務局員に承認を依頼してください" in refused.content.decode()
    party.refresh_from_db()
    assert party.status == "draft"
    assert "交通割引サービス」の登録を承認する" in colleague.get("/secretariat/").content.decode()
    assert "交通割引サービス」の登録を承認する" not in body.get("/secretariat/").content.decode()
    assert colleague.post(approve).status_code == 302


def test_approve_suspend_and_resume(body: Client, colleague: Client, party: RelyingParty) -> None:
    detail = reverse("services:relying_party", args=[party.client_id])
    for name, who, status in (
        ("approve", colleague, "approved"),
        ("suspend", colleague, "suspended"),
        ("resume", body, "approved"),
    ):
        page = reverse(f"services:{name}_relying_party", args=[party.client_id])
        assert who.get(page).status_code == 200
        assert who.post(page).url == detail
        assert who.get(detail).context["party"].status == status
        assert who.post(page).status_code == 422


def test_who_suspended_a_service_does_not_resume_it(
    body: Client, colleague: Client, party: RelyingParty
) -> None:
    colleague.post(reverse("services:approve_relying_party", args=[party.client_id]))
    body.post(reverse("services:suspend_relying_party", args=[party.client_id]))
    resume = reverse("services:resume_relying_party", args=[party.client_id])
    assert resume not in body.get(reverse("services:relying_party", args=[party.client_id])).content.decode()
    assert "停止した本人は再開できません" in body.get(resume).content.decode()
    assert body.post(resume).status_code == 422
    party.refresh_from_db()
    assert party.status == "suspended"
    assert colleague.post(resume).status_code == 302


def test_a_suspension_ends_what_was_issued_before_it_for_good(
    party: RelyingParty, secretary: Any, acting: Callable[..., Any]
) -> None:
    before = timezone.now()
    with acting(factories.make_secretary()) as actor:
        approve_relying_party(by=actor, relying_party=party)
        suspend_relying_party(by=actor, relying_party=party)
    with acting(secretary) as actor:
        again = oidc.Client(resume_relying_party(by=actor, relying_party=party))
    assert not again.honours(before)
    assert again.honours(timezone.now())


def test_a_draft_is_neither_suspended_nor_resumed_into_use(
    party: RelyingParty, acting: Callable[..., Any]
) -> None:
    """Else two steps of one person would stand for the approval of another."""
    with acting(factories.make_secretary()) as actor:
        for act in (suspend_relying_party, resume_relying_party):
            with pytest.raises(ValidationError) as error:
                act(by=actor, relying_party=party)
            assert error.value.code == "status"


@pytest.mark.parametrize("act", [approve_relying_party, suspend_relying_party, resume_relying_party])
def test_nothing_is_decided_without_its_audit_row(
    party: RelyingParty, acting: Callable[..., Any], act: Callable[..., Any]
) -> None:
    before = {suspend_relying_party: "approved", resume_relying_party: "suspended"}.get(act, "draft")
    with acting(factories.make_secretary()) as actor:
        RelyingParty.objects.filter(pk=party.pk).update(status=before)
        with (
            patch("services.actions.relying_parties.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            act(by=actor, relying_party=party)
        party.refresh_from_db()
        assert party.status == before


def test_registration_without_audit_row_leaves_no_client_and_no_secret(
    component: Component, secretary: Any, acting: Callable[..., Any]
) -> None:
    with (
        acting(secretary) as actor,
        patch("services.actions.relying_parties.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        register_relying_party(by=actor, component=component, **PARTY)
    with context.opened(context.Context("owner")):
        assert not RelyingParty.objects.exists()
        assert not ClientSecret.objects.exists()


@pytest.mark.parametrize("role", ["app", "secretariat", "worker", "report"])
def test_who_cannot_read_secrets(party: RelyingParty, maebashi: Municipality, role: str) -> None:
    with (
        context.opened(context.Context(role, municipality_id=maebashi.pk)),
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError),
        transaction.atomic(),
    ):
        cursor.execute("SELECT secret_hash FROM services_clientsecret")


def test_identity_reads_client_and_secret(party: RelyingParty, maebashi: Municipality) -> None:
    with context.citizen(party.pk, municipality_id=maebashi.pk):
        found = queries.relying_party(party.client_id)
        assert found == party
        _, hashes = queries.client_stamp(party.client_id) or ("", [])
        assert len(hashes) == 1
        assert queries.relying_party("unknown") is None
