"""A municipality's colour and display name: who may, what is refused, where it shows."""

from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from consortium.audit.models import Event
from consortium.membership.actions import change_branding
from consortium.membership.models import Branding
from consortium.tenancy import context

GREEN, PALE = "#1d6b3a", "#f2c200"


@pytest.fixture
def administrator(maebashi, staff) -> Any:
    return staff(maebashi, "administrator")


@pytest.fixture
def url(maebashi) -> str:
    return reverse("membership:branding", args=[maebashi.code])


@pytest.fixture
def desk(administrator, client_for) -> Client:
    return client_for(administrator)


def test_anonymous_signs_in_first(client: Client, url: str):
    assert client.get(url).status_code == 302


def test_others_find_nothing_and_colleagues_are_refused(url, staff, takasaki, maebashi, client_for, acting):
    assert client_for(staff(takasaki, "administrator")).get(url).status_code == 404
    editor = staff(maebashi, "editor")
    assert client_for(editor).get(url).status_code == 403
    with acting(editor, maebashi) as actor, pytest.raises(PermissionDenied):
        change_branding(by=actor, colour=GREEN)


def test_saved_shown_and_told(desk: Client, url: str, maebashi, django_capture_on_commit_callbacks):
    desk.get(url)  # the look is in the cache now
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(url, {"colour": "1D6B3A", "short_name": "まえばし"}).url == url
    html = desk.get(url).content.decode()
    assert "/ui/brand/1d6b3a.css" in html
    assert '<span class="tenant__name">まえばし</span>' in html
    assert maebashi.code in html
    with context.tenant(maebashi.pk):
        assert Event.objects.get(action="branding.changed").detail["colour"] == GREEN
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(url, {"colour": "", "short_name": ""})
    html = desk.get(url).content.decode()
    assert "/ui/brand/" not in html
    assert '<span class="tenant__name">前橋市</span>' in html


def test_a_preview_saves_nothing(desk: Client, url: str, maebashi):
    response = desk.post(url, {"colour": GREEN, "short_name": "", "preview": "1"})
    assert response.status_code == 200
    assert "/ui/brand/1d6b3a.css" in response.content.decode()
    with context.tenant(maebashi.pk):
        assert not Branding.objects.exists()


@pytest.mark.parametrize("more", [{}, {"preview": "1"}])
def test_an_unreadable_colour_is_refused_with_a_proposal(desk: Client, url: str, maebashi, more):
    response = desk.post(url, {"colour": PALE, "short_name": "", **more})
    assert response.status_code == 422
    assert response.context["form"].has_error("colour", "contrast")
    nearest = response.context["nearest"]
    assert desk.get(url, {"colour": nearest}).context["form"]["colour"].value() == nearest
    assert desk.post(url, {"colour": nearest, "short_name": ""}).status_code == 302
    with context.tenant(maebashi.pk):
        assert Branding.objects.get().colour == nearest


@pytest.mark.parametrize("colour", ["red", "#12", "url(//x)", "#0b4f62}"])
def test_no_colour(desk: Client, url: str, colour: str):
    response = desk.post(url, {"colour": colour, "short_name": ""})
    assert response.status_code == 422
    assert response.context["nearest"] == ""


def test_the_action_checks_for_itself(administrator, maebashi, acting):
    with acting(administrator, maebashi) as actor, pytest.raises(ValidationError):
        change_branding(by=actor, colour=PALE)


def test_nothing_is_changed_without_its_audit_row(administrator, maebashi, acting):
    target = "consortium.membership.actions.branding.record"
    with acting(administrator, maebashi) as actor:
        with patch(target, side_effect=RuntimeError), pytest.raises(RuntimeError):
            change_branding(by=actor, colour=GREEN)
        assert not Branding.objects.exists()


def test_the_stylesheet(client: Client, db):
    answer = client.get("/ui/brand/1d6b3a.css")
    assert answer.content.decode() == ":root { --brand: #1d6b3a; }\n"
    assert answer.headers["Content-Type"] == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["ETag"] == '"1d6b3a"'


@pytest.mark.parametrize("digits", ["f2c200", "1D6B3A", "fff", "red", "0b4f62-"])
def test_no_stylesheet_for_what_cannot_be_read(client: Client, db, digits: str):
    assert client.get(f"/ui/brand/{digits}.css").status_code == 404


def test_other_places_keep_their_colour(administrator, maebashi, acting, secretary, client_for):
    with acting(administrator, maebashi) as actor:
        change_branding(by=actor, colour=GREEN)
    assert "/ui/brand/" not in client_for(secretary).get("/secretariat/").content.decode()
