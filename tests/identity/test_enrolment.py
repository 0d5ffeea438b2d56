"""From the counter to the first passkey."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.models import User
from consortium.tenancy import context
from deploy.demo.authenticator import Authenticator
from identity.actions import counter as actions
from identity.actions.counter import decline_proofing, issue_enrolment_code, register_citizen
from identity.domain.enrolment_code import grouped
from identity.models import EnrolmentCode, Passkey
from tests import factories

from .residents import HANAKO, ORIGIN, TARO, Counter, enrol, options


def test_the_whole_way(identity_surface: Any, counter: Counter, client: Client) -> None:
    citizen = counter.proofed()
    device = Authenticator(ORIGIN)
    response = enrol(client, grouped(counter.issue(citizen)).lower(), device)
    assert response.status_code == 302
    assert response["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    record = client.session["sign_in"]
    assert record["level"] == 3
    assert record["amr"] == ["hwk", "user", "mfa"]
    user = User.objects.get(citizen_id=citizen.pk)
    assert len(bytes(user.handle)) == 64
    assert not user.has_usable_password()


def test_enrolment_on_the_way_to_a_service_leads_back_to_it(
    identity_surface: Any, counter: Counter, client: Client
) -> None:
    code, device = counter.issue(counter.proofed()), Authenticator(ORIGIN)
    asked = client.get("/enrol/?next=/oauth/resume/x")
    client.post("/enrol/", {"code": code, "next": asked.context["next"]})
    asked = client.get("/enrol/passkey/", headers={"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)"})
    assert asked.context["form"]["name"].value() == "iPhoneのパスキー"
    asked = client.get("/enrol/passkey/")
    assert asked.context["form"]["name"].value() == "パスキー"
    credential = json.dumps(device.create(options(asked)))
    done = client.post("/enrol/passkey/", {"name": "スマートフォン", "credential": credential})
    assert done["Location"] == "/oauth/resume/x"
    assert client.get("/enrol/?next=https://elsewhere.example/").context["next"] == "/me/"


def test_a_code_works_once(identity_surface: Any, counter: Counter) -> None:
    code = counter.issue(counter.proofed())
    assert enrol(Client(), code, Authenticator(ORIGIN)).status_code == 302
    assert enrol(Client(), code, Authenticator(ORIGIN)).status_code == 422


def test_unknown_used_expired_and_replaced_codes_get_one_answer(
    identity_surface: Any, counter: Counter, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = counter.proofed()
    replaced = counter.issue(citizen)
    with monkeypatch.context() as patch:
        patch.setattr(actions, "CODE_VALID", timedelta(0))
        expired = counter.issue(citizen)
    used = counter.issue(counter.proofed(TARO))
    enrol(Client(), used, Authenticator(ORIGIN))
    answers = {
        Client().post("/enrol/", {"code": code}).content.decode().split("<main")[1].split("csrfmiddleware")[0]
        for code in ("0" * 16, replaced, expired, used)
    }
    assert len(answers) == 1


def test_malformed_code_says_what_is_missing(identity_surface: Any, db: None, client: Client) -> None:
    response = client.post("/enrol/", {"code": "ABC"})
    assert response.status_code == 422
    assert "16文字" in response.content.decode()


def test_guessing_is_stopped(identity_surface: Any, db: None, client: Client) -> None:
    answers = [client.post("/enrol/", {"code": f"{i:016d}"}) for i in range(31)]
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"]


def test_a_failed_ceremony_does_not_use_up_the_code(
    identity_surface: Any, counter: Counter, client: Client
) -> None:
    citizen = counter.proofed()
    client.post("/enrol/", {"code": counter.issue(citizen)})
    wrong = Authenticator("http://localhost:9999")
    credential = wrong.create(options(client.get("/enrol/passkey/")))
    page = client.post("/enrol/passkey/", {"name": "端末", "credential": json.dumps(credential)})
    assert page.status_code == 422
    credential = Authenticator(ORIGIN).create(options(page))
    done = client.post("/enrol/passkey/", {"name": "端末", "credential": json.dumps(credential)})
    assert done.status_code == 302


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", "x", '{"rawId": 3}', "[" * 15_000])
def test_rubbish_for_a_credential(
    identity_surface: Any, counter: Counter, client: Client, credential: str
) -> None:
    client.post("/enrol/", {"code": counter.issue(counter.proofed())})
    client.get("/enrol/passkey/")
    page = client.post("/enrol/passkey/", {"name": "端末", "credential": credential})
    assert page.status_code == 422
    client.get("/sign-in/")
    assert client.post("/sign-in/", {"credential": credential}).status_code == 422


def test_user_verification_is_demanded(identity_surface: Any, counter: Counter) -> None:
    response = enrol(Client(), counter.issue(counter.proofed()), Authenticator(ORIGIN, user_verified=False))
    assert response.status_code == 422


def test_without_a_code_there_is_no_passkey_page(identity_surface: Any, db: None, client: Client) -> None:
    assert client.get("/enrol/passkey/").status_code == 422


# --- the counter --------------------------------------------------------------------------------


def test_needs_the_permission(maebashi: Any, staff: Any) -> None:
    with factories.acting(staff(maebashi, "editor"), maebashi) as actor, pytest.raises(PermissionDenied):
        register_citizen(by=actor, person=HANAKO, evidence="passport")


def test_four_eyes(counter: Counter) -> None:
    citizen = counter.record()
    for act in (actions.confirm_proofing, decline_proofing):
        with factories.acting(counter.first, counter.municipality) as actor:
            with pytest.raises(ValidationError) as refused:
                act(by=actor, citizen=citizen)
            assert refused.value.code == "four_eyes"


def test_no_code_before_confirmation(counter: Counter) -> None:
    citizen = counter.record()
    with factories.acting(counter.first, counter.municipality) as actor:
        with pytest.raises(ValidationError) as refused:
            issue_enrolment_code(by=actor, citizen=citizen)
        assert refused.value.code == "not_proofed"


def test_duplicates_are_found_in_another_municipality_too(counter: Counter, next_door: Counter) -> None:
    counter.record()
    for where in (counter, next_door):
        with pytest.raises(ValidationError) as refused:
            where.record(replace(HANAKO, kana="ｶｸｳ ﾊﾅｺ", address="高崎市高松町"))
        assert refused.value.code == "duplicate"
    assert next_door.record(namesake=True).pk


def test_declined_record_is_closed_and_can_be_made_anew(counter: Counter) -> None:
    citizen = counter.record()
    with factories.acting(counter.second, counter.municipality) as actor:
        decline_proofing(by=actor, citizen=citizen)
    assert counter.record().pk != citizen.pk
    with context.citizen(citizen.pk):
        assert Event.objects.filter(action="proofing.declined").count() == 1


@pytest.mark.parametrize(
    "act", [Counter.record, Counter.confirm, Counter.issue], ids=["record", "confirm", "issue"]
)
def test_nothing_without_its_audit_row(counter: Counter, monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    citizen = (
        counter.record() if act is Counter.confirm else counter.proofed() if act is Counter.issue else None
    )

    def broken(**_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(actions, "record", broken)
        with pytest.raises(RuntimeError):
            act(counter, citizen) if citizen else act(counter)
    if act is Counter.issue:
        assert not EnrolmentCode.objects.exists()
    elif citizen:
        assert counter.confirm(citizen)
    else:
        assert counter.record()


def test_no_passkey_without_its_audit_row(
    identity_surface: Any, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    citizen = counter.proofed()
    code = counter.issue(citizen)

    def broken(**_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("identity.actions.passkeys.record", broken)
        with pytest.raises(RuntimeError):
            enrol(Client(), code, Authenticator(ORIGIN))
    with context.citizen(citizen.pk):
        assert not Passkey.objects.exists()
    assert not User.objects.filter(citizen_id=citizen.pk).exists()
    assert enrol(Client(), code, Authenticator(ORIGIN)).status_code == 302
