"""Signing in, and looking after one's keys."""

import json
from typing import Any

import pytest
from django.test import Client

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from deploy.demo.authenticator import Authenticator
from identity.ceremonies import RECENT_SECONDS
from identity.models import Citizen, Passkey, ResidentSession

from .residents import ORIGIN, TARO, Counter, Resident, make_resident, options, sign_in


def test_anonymous_is_sent_to_sign_in(identity_surface: Any, db: None, client: Client) -> None:
    for page in ("", "consents/", "uses/", "passkeys/", "passkeys/add/", "profile/"):
        response = client.get(f"/me/{page}")
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/?next=/me/")


def test_the_page_says_what_to_do_without_scripts(identity_surface: Any, db: None, client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert "JavaScriptを有効にしてください" in page.split("<noscript>")[1].split("</noscript>")[0]


def test_sign_in_with_a_discoverable_key(hanako: Resident) -> None:
    client = Client()
    before = client.get("/sign-in/") and client.session.session_key
    response = sign_in(client, hanako.device, next="/me/uses/")
    assert response["Location"] == "/me/uses/"
    assert client.session.session_key != before
    assert client.session["sign_in"]["level"] == 3
    assert ResidentSession.objects.get(pk=client.session.session_key).citizen_id == hanako.citizen_id


def test_synced_key_reaches_level_two(identity_surface: Any, counter: Counter) -> None:
    resident = make_resident(counter, backup_eligible=True, backed_up=True)
    client = Client()
    sign_in(client, resident.device)
    assert (client.session["sign_in"]["level"], client.session["sign_in"]["amr"][0]) == (2, "swk")


def test_next_stays_on_this_site(hanako: Resident) -> None:
    for url in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert sign_in(Client(), hanako.device, next=url)["Location"] == "/me/"


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://localhost", "https://localhost:8001"])
def test_wrong_origin(hanako: Resident, origin: str) -> None:
    hanako.device.origin = origin
    assert sign_in(Client(), hanako.device).status_code == 422


def test_unverified_user(hanako: Resident) -> None:
    hanako.device.user_verified = False
    assert sign_in(Client(), hanako.device).status_code == 422


def test_cloned_key_is_refused_and_recorded(hanako: Resident) -> None:
    clone = Authenticator.from_dict(json.loads(json.dumps(hanako.device.to_dict())))
    assert sign_in(Client(), hanako.device).status_code == 302
    assert sign_in(Client(), clone).status_code == 422
    with context.citizen(hanako.citizen_id):
        assert Event.objects.get(action="passkey.refused").detail["problem"] == "counter"


def test_backup_flags(hanako: Resident) -> None:
    hanako.device.backup_eligible = True
    assert sign_in(Client(), hanako.device).status_code == 422
    with context.citizen(hanako.citizen_id):
        assert Event.objects.get(action="passkey.refused").detail["problem"] == "backup_eligibility"


def test_backup_state_change_is_noted(identity_surface: Any, counter: Counter) -> None:
    resident = make_resident(counter, backup_eligible=True)
    resident.device.backed_up = True
    sign_in(Client(), resident.device)
    with context.citizen(resident.citizen_id):
        assert Passkey.objects.get().backup_state
        assert Event.objects.filter(action="resident.signed_in").first().detail["backup_changed"]


def test_an_answer_is_used_once(hanako: Resident) -> None:
    client = Client()
    answer = {"credential": json.dumps(hanako.device.get(options(client.get("/sign-in/"))))}
    assert client.post("/sign-in/", answer).status_code == 302
    assert client.post("/sign-in/", answer).status_code == 422


def test_unknown_key_and_unknown_person_get_one_answer(hanako: Resident) -> None:
    stranger = Authenticator.from_dict(hanako.device.to_dict())
    stranger.passkeys[0].user_handle = "AAAA"
    other_key = Authenticator.from_dict(hanako.device.to_dict())
    other_key.passkeys[0].id = "AAAA"
    pages = [sign_in(Client(), device).content.decode() for device in (stranger, other_key)]
    assert len({page.split("error-summary")[1].split("</div>")[0] for page in pages}) == 1


def test_staff_cannot_come_in_here(maebashi: Municipality, staff: Any, identity_surface: Any) -> None:
    client = Client()
    client.force_login(staff(maebashi, "administrator"))
    assert client.get("/me/").status_code == 302


def test_closed_identity_ends_the_session(hanako: Resident, counter: Counter) -> None:
    assert hanako.client.get("/me/").status_code == 200
    with context.tenant(counter.municipality.pk):
        Citizen.objects.update(status="suspended")
    assert hanako.client.get("/me/").status_code == 302
    assert sign_in(Client(), hanako.device).status_code == 422


def test_sign_out_is_a_post(hanako: Resident) -> None:
    assert hanako.client.get("/sign-out/").status_code == 405
    assert hanako.client.post("/sign-out/").status_code == 302
    assert hanako.client.get("/me/").status_code == 302


def add(client: Client, device: Authenticator) -> Any:
    credential = device.create(options(client.get("/me/passkeys/add/")))
    return client.post("/me/passkeys/add/", {"name": "予備", "credential": json.dumps(credential)})


def test_add_and_revoke(hanako: Resident) -> None:
    spare, elsewhere = Authenticator(ORIGIN), Client()
    assert add(hanako.client, spare).status_code == 302
    assert sign_in(elsewhere, spare).status_code == 302
    with context.citizen(hanako.citizen_id):
        lost = Passkey.objects.get(name="予備")
    assert hanako.client.post(f"/me/passkeys/{lost.pk}/revoke/").status_code == 302
    assert hanako.client.get("/me/").status_code == 200, "the present session goes on"
    assert elsewhere.get("/me/").status_code == 302, "all others end"
    assert sign_in(Client(), spare).status_code == 422


def test_the_last_key_stays(hanako: Resident) -> None:
    with context.citizen(hanako.citizen_id):
        only = Passkey.objects.get()
    assert hanako.client.post(f"/me/passkeys/{only.pk}/revoke/").status_code == 422
    assert sign_in(Client(), hanako.device).status_code == 302


def test_one_device_is_not_added_twice(hanako: Resident) -> None:
    excluded = options(hanako.client.get("/me/passkeys/add/"))["excludeCredentials"]
    assert [item["id"] for item in excluded] == [key.id for key in hanako.device.passkeys]


def test_changing_keys_needs_a_recent_sign_in(hanako: Resident) -> None:
    session = hanako.client.session
    session["sign_in"] = {**session["sign_in"], "at": session["sign_in"]["at"] - RECENT_SECONDS}
    session.save()
    response = hanako.client.get("/me/passkeys/add/")
    assert response["Location"] == "/sign-in/?next=%2Fme%2Fpasskeys%2Fadd%2F"


def test_another_s_key_cannot_be_revoked(hanako: Resident, next_door: Counter) -> None:
    other = make_resident(next_door, TARO)
    with context.citizen(other.citizen_id):
        key = Passkey.objects.get()
    assert hanako.client.post(f"/me/passkeys/{key.pk}/revoke/").status_code == 404
