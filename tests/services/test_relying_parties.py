"""Third-party services: registered and approved by the secretariat, secrets kept from members."""

import hashlib
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from services import queries
from services.actions import approve_relying_party, register_relying_party, suspend_relying_party
from services.models import ClientSecret, Component, RelyingParty
from tests.ui.support import walk

from .conftest import PARTY

pytestmark = pytest.mark.django_db
FORM = {**PARTY, "redirect_uris": "http://localhost:8002/callback", "post_logout_redirect_uris": ""}


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


def test_public_client_has_no_secret(body: Client, component: Component) -> None:
    response = walk(body, url(component), {**{**FORM, "auth_method": "none"}, "component": component.code})
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
        ({"jwks": "{"}, "jwks"),
        ({"contact": "担当 1234 5678 9018"}, "contact"),
        ({"name_ja": ""}, "name_ja"),
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


def test_approve_and_suspend(body: Client, party: RelyingParty) -> None:
    detail = reverse("services:relying_party", args=[party.client_id])
    for name, status in (("approve", "approved"), ("suspend", "suspended")):
        page = reverse(f"services:{name}_relying_party", args=[party.client_id])
        assert body.get(page).status_code == 200
        assert body.post(page).url == detail
        assert body.get(detail).context["party"].status == status
        assert body.post(page).status_code == 422


@pytest.mark.parametrize("act", [approve_relying_party, suspend_relying_party])
def test_nothing_is_decided_without_its_audit_row(
    party: RelyingParty, secretary: Any, acting: Callable[..., Any], act: Callable[..., Any]
) -> None:
    with acting(secretary) as actor:
        with (
            patch("services.actions.relying_parties.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            act(by=actor, relying_party=party)
        party.refresh_from_db()
        assert party.status == "draft"


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
        assert len(queries.secret_hashes(party)) == 1
        assert queries.relying_party("unknown") is None
