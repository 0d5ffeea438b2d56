"""A municipality adopts a component; its residents can then use the services built on it."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from services import queries
from services.actions import adopt_component, approve_relying_party, end_adoption, register_component
from services.models import Adoption, Component, RelyingParty
from tests.factories import make_member, make_secretary

from .conftest import COMPONENT

pytestmark = pytest.mark.django_db


def url(municipality: Municipality, component: Component, name: str = "adopt") -> str:
    return reverse(f"services:{name}", kwargs={"code": municipality.code, "component": component.code})


def test_anonymous_signs_in_first(client: Client, maebashi: Municipality, component: Component) -> None:
    assert client.post(url(maebashi, component)).status_code == 302


def test_stranger_and_other_municipality_find_nothing(
    maebashi: Municipality,
    takasaki: Municipality,
    component: Component,
    stranger: Any,
    staff: Callable[..., Any],
    client_for: Callable[..., Client],
) -> None:
    for user in (stranger, staff(takasaki, "administrator")):
        assert client_for(user).get(url(maebashi, component, "component")).status_code == 404
        assert client_for(user).post(url(maebashi, component)).status_code == 404


def test_member_without_the_permission_looks_but_does_not_adopt(
    maebashi: Municipality,
    component: Component,
    staff: Callable[..., Any],
    client_for: Callable[..., Client],
    acting: Callable[..., Any],
) -> None:
    editor = staff(maebashi, "editor")
    client = client_for(editor)
    assert client.get(url(maebashi, component, "component")).status_code == 200
    assert client.get(url(maebashi, component)).status_code == 403
    with acting(editor, maebashi) as actor, pytest.raises(PermissionDenied):
        adopt_component(by=actor, component=component)


def test_adopt_and_end(
    maebashi: Municipality, component: Component, administrator: Any, client_for: Callable[..., Client]
) -> None:
    client = client_for(administrator)
    here = url(maebashi, component, "component")
    assert client.get(url(maebashi, component)).status_code == 200
    assert client.post(url(maebashi, component)).url == here
    page = client.get(here)
    assert page.context["adoption"].release.version == "1.0.0"
    assert page.context["adopters"] == [maebashi]
    assert client.post(url(maebashi, component)).status_code == 422
    assert client.get(url(maebashi, component, "end_adoption")).status_code == 200
    assert client.post(url(maebashi, component, "end_adoption")).url == here
    assert client.get(here).context["adoption"] is None
    assert client.get(url(maebashi, component, "end_adoption")).status_code == 404
    assert client.post(url(maebashi, component, "end_adoption")).status_code == 422
    assert client.post(url(maebashi, component)).url == here, "it may be adopted again on the same day"
    with context.tenant(maebashi.pk):
        actions = [event.action for event in Event.objects.filter(action__contains="adopt").order_by("id")]
    assert actions == ["component.adopted", "adoption.ended", "component.adopted"]


def test_a_form_sent_twice_adopts_once(
    maebashi: Municipality, component: Component, administrator: Any, client_for: Callable[..., Client]
) -> None:
    client = client_for(administrator)
    page = client.get(url(maebashi, component)).content.decode()
    token = page.split('name="once" value="')[1].split('"')[0]
    first = client.post(url(maebashi, component), {"once": token})
    second = client.post(url(maebashi, component), {"once": token})
    assert first.status_code == second.status_code == 302
    assert first.url == second.url
    with context.tenant(maebashi.pk):
        assert Adoption.objects.count() == 1


@pytest.mark.parametrize("ending", [False, True])
def test_nothing_changes_without_its_audit_row(
    maebashi: Municipality,
    component: Component,
    administrator: Any,
    acting: Callable[..., Any],
    ending: bool,
) -> None:
    with acting(administrator, maebashi) as actor:
        adoption = adopt_component(by=actor, component=component) if ending else None
        with (
            patch("services.actions.adoptions.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            if adoption:
                end_adoption(by=actor, adoption=adoption)
            else:
                adopt_component(by=actor, component=component)
        assert (queries.current_adoption(component) is not None) == ending


def test_other_municipality_counts_but_cannot_end(
    maebashi: Municipality,
    takasaki: Municipality,
    component: Component,
    administrator: Any,
    staff: Callable[..., Any],
    acting: Callable[..., Any],
) -> None:
    make_member(takasaki)
    with acting(administrator, maebashi) as actor:
        adoption = adopt_component(by=actor, component=component)
    with acting(staff(takasaki, "administrator"), takasaki) as actor:
        assert queries.components().get().adopters == 1
        assert not queries.own_adoptions().exists()
        with pytest.raises(ValidationError):
            end_adoption(by=actor, adoption=adoption)
        assert Adoption.visible.filter(pk=adoption.pk).update(ended_on="2030-01-01") == 0
    with acting(administrator, maebashi) as actor:  # positive control: the owner can
        assert end_adoption(by=actor, adoption=adoption).ended_on


def test_availability_follows_approval_and_adoption(
    maebashi: Municipality,
    takasaki: Municipality,
    component: Component,
    party: RelyingParty,
    administrator: Any,
    secretary: Any,
    acting: Callable[..., Any],
) -> None:
    def available(municipality: Municipality) -> bool:
        with context.citizen(uuid4(), municipality_id=municipality.pk):
            found = queries.relying_party(party.client_id)
            assert found
            return queries.is_available(found, municipality.pk, test=False)

    assert not available(maebashi)
    with acting(administrator, maebashi) as actor:
        adoption = adopt_component(by=actor, component=component)
    assert not available(maebashi), "not yet approved"
    with acting(make_secretary()) as actor:
        approve_relying_party(by=actor, relying_party=party)
    assert available(maebashi)
    assert not available(takasaki)
    with context.citizen(uuid4(), municipality_id=takasaki.pk):
        found = queries.relying_party(party.client_id)
        assert found
        assert not queries.is_available(found, maebashi.pk, test=False), (
            "a resident sees the own municipality alone"
        )
    with acting(administrator, maebashi) as actor:
        end_adoption(by=actor, adoption=adoption)
    assert not available(maebashi)


def test_list_is_flat_in_rows(
    maebashi: Municipality,
    component: Component,
    secretary: Any,
    administrator: Any,
    acting: Callable[..., Any],
    client_for: Callable[..., Client],
) -> None:
    client = client_for(administrator)
    page = reverse("services:components", args=[maebashi.code])
    few = _count(client, page)
    with acting(secretary) as actor:
        for number in range(8):
            register_component(by=actor, **{**COMPONENT, "code": f"component-{number}"})
    assert _count(client, page) == few


def _count(client: Client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def test_api_lists_and_adopts(
    maebashi: Municipality,
    component: Component,
    administrator: Any,
    staff: Callable[..., Any],
    client_for: Callable[..., Client],
) -> None:
    client = client_for(administrator)
    adoptions = reverse("services:api_adoptions", args=[maebashi.code])
    listed = client.get(reverse("services:api_components", args=[maebashi.code])).json()
    assert [row["code"] for row in listed["results"]] == ["transport-discount"]
    made = client.post(adoptions, {"component": component.code}, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["release"] == "1.0.0"
    again = client.post(adoptions, {"component": component.code}, content_type="application/json")
    assert again.status_code == 409
    assert again["Content-Type"].startswith("application/problem+json")
    unknown = client.post(adoptions, {"component": "nothing"}, content_type="application/json")
    assert unknown.status_code == 400
    editor = client_for(staff(maebashi, "editor"))
    assert (
        editor.post(adoptions, {"component": component.code}, content_type="application/json").status_code
        == 403
    )
    assert len(client.get(adoptions).json()["results"]) == 1
