"""The secretariat keeps the catalogue."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from services.actions import register_component
from services.models import Component

from .conftest import COMPONENT

pytestmark = pytest.mark.django_db
REGISTER = "services:register_component"


def test_anonymous_signs_in_first(client: Client) -> None:
    assert client.post(reverse(REGISTER), COMPONENT).status_code == 302


def test_municipal_staff_finds_nothing(administrator: Any, client_for: Callable[..., Client]) -> None:
    assert client_for(administrator).post(reverse(REGISTER), COMPONENT).status_code == 404


def test_register_and_publish(body: Client) -> None:
    assert body.get(reverse("services:catalogue")).status_code == 200
    assert body.get(reverse(REGISTER)).status_code == 200
    made = body.post(reverse(REGISTER), COMPONENT)
    assert made.status_code == 302, made.content.decode()
    assert body.get(made.url).status_code == 200
    assert body.post(made.url, {"version": "1.0.0", "notes": "最初の版"}).status_code == 302
    assert body.post(made.url, {"version": "1.0.0"}).status_code == 422
    assert "交通割引サービス" in body.get(reverse("services:catalogue")).content.decode()
    again = body.post(reverse(REGISTER), COMPONENT)
    assert again.status_code == 422
    assert "code" in again.context["form"].errors


def test_members_may_not_register(
    administrator: Any, maebashi: Municipality, acting: Callable[..., Any]
) -> None:
    with acting(administrator, maebashi) as actor, pytest.raises(PermissionDenied):
        register_component(by=actor, **COMPONENT)


def test_nothing_is_registered_without_its_audit_row(secretary: Any, acting: Callable[..., Any]) -> None:
    with acting(secretary) as actor:
        with (
            patch("services.actions.catalogue.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            register_component(by=actor, **COMPONENT)
        assert not Component.objects.exists()


def test_names_follow_the_language(component: Component, body: Client) -> None:
    page = body.get(reverse("services:catalogue"), headers={"accept-language": "en"})
    assert "Transport discount" in page.content.decode()
    with context.secretariat(), translation.override("ja"):
        assert Component.objects.get().name == "交通割引サービス"
