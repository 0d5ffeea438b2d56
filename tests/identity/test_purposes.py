"""Every page of the staff about one resident: nothing before a purpose is stated, and she reads of it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.roles import MUNICIPAL_ROLES
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from identity import purposes
from identity.models import (
    AccessReason,
    AttestationBatch,
    AttestationRow,
    Citizen,
    Inquiry,
    LifeEvent,
    Residence,
)
from identity.queries.uses import staff_accesses
from tests.isolation.rows import Parties, Side, as_owner, parties
from tests.isolation.urls import Endpoint, endpoints
from tests.permission_objects import OBJECTS
from tests.permission_table import ATTEST, COUNTER
from tests.test_permissions import values

from .residents import Counter

PORTAL = endpoints("consortium.urls.portal")
STATING = {"counter:purpose", "counter:event_purpose", "attestations:purpose", "inquiries:read"}
SECRETS = {"family_name": "秘匿姓", "given_name": "秘匿名", "address": "秘匿県秘匿市1番地"}
OF_EVENT, ATTESTED, ASKED = "秘匿町2番地", "秘匿手帳", "秘匿の相手"

pytestmark = pytest.mark.django_db


def of_a_resident(parameter: str) -> bool:
    """Whether it names a resident, or a row that is about one; a batch of one line is."""
    entry = OBJECTS[parameter]
    if isinstance(entry, str):
        return False
    model = apps.get_model(entry[0])
    columns = {each.column for each in model._meta.local_concrete_fields}
    return "citizen_id" in columns or model is AttestationBatch


ABOUT = [
    each
    for each in PORTAL
    if each.is_tenant and each.name not in STATING and any(map(of_a_resident, each.parameters))
]


def test_which_pages_these_are() -> None:
    """All that the counter and the attesting office have with an object in the address."""
    of_staff = {each.name for each in PORTAL if each.permission in {COUNTER, ATTEST} and each.parameters}
    assert {each.name for each in ABOUT} == of_staff - STATING - {"inquiries:overdue"}
    assert len(ABOUT) >= 19


def name(endpoint: Endpoint) -> str:
    return endpoint.name


@pytest.fixture
def pair(maebashi: Municipality, takasaki: Municipality) -> Parties:
    found = parties(maebashi.pk, takasaki.pk)
    side = found(Citizen, Residence, LifeEvent, AttestationBatch, AttestationRow, Inquiry)[0]
    with as_owner(municipality_id=side.municipality_id, citizen_id=side.citizen_id):
        tell_apart(side)
    return found


def tell_apart(side: Side) -> None:
    citizen, batch, row = side.rows[Citizen], side.rows[AttestationBatch], side.rows[AttestationRow]
    for column, value in SECRETS.items():
        setattr(citizen, column, value)
    citizen.save()
    LifeEvent.objects.update(values=f'{{"address": "{OF_EVENT}"}}', evidence="notification")
    Inquiry.objects.filter(pk=side.rows[Inquiry].pk).update(recipient=ASKED)
    AttestationBatch.objects.filter(pk=batch.pk).update(total=1, title=ATTESTED)
    AttestationRow.objects.filter(pk=row.pk).update(subject_id=side.citizen_id, problem="", key="")


@pytest.fixture
def clerk(client_for: Any, staff: Any, maebashi: Municipality) -> Client:
    client: Client = client_for(staff(maebashi, *MUNICIPAL_ROLES))
    return client


def personal(answer: Any) -> list[str]:
    text = answer.content.decode()
    return [one for one in (*SECRETS.values(), OF_EVENT, ATTESTED, ASKED) if one in text]


def written(side: Side) -> dict[str, Any]:
    """Of what is hers, and what was recorded about her."""
    with as_owner(municipality_id=side.municipality_id, citizen_id=side.citizen_id):
        found = {
            model._meta.label: list(model.objects.order_by("pk").values())
            for model in apps.get_app_config("identity").get_models()
        }
        return found | {"events": Event.objects.count()}


@pytest.mark.parametrize("endpoint", ABOUT, ids=name)
def test_nothing_without_a_purpose_and_she_sees_it(
    endpoint: Endpoint, clerk: Client, pair: Parties, maebashi: Municipality
) -> None:
    address = endpoint.path(maebashi.code, values(endpoint, pair))
    side = pair(Citizen)[0]
    before = written(side)
    got, posted = clerk.get(address), clerk.post(address, {"deed": "suspend", "text": "x", "row": "1"})
    assert {got.status_code, posted.status_code} <= {302, 405, *([200] if is_inquiry(endpoint) else [])}
    assert personal(got) == personal(posted) == []
    assert written(side) == before

    state(clerk, endpoint, got if got.status_code == 302 else posted, side)
    with context.citizen(side.citizen_id):
        seen = staff_accesses(side.citizen_id)
    assert [(one.municipality, bool(one.purpose)) for one in seen] == [("前橋市", True)]
    opened = clerk.get(address)
    assert "/purpose/" not in opened.headers.get("Location", "")
    if opened.status_code == 405:
        assert "/purpose/" not in clerk.post(address).headers.get("Location", "")


def is_inquiry(endpoint: Endpoint) -> bool:
    return endpoint.name.startswith("inquiries:")


def state(clerk: Client, endpoint: Endpoint, asked: Any, side: Side) -> None:
    if is_inquiry(endpoint):
        page = f"/m/{endpoint_code(side)}/inquiries/{side.rows[Inquiry].pk}/read/"
        assert clerk.post(page).status_code == 302
        return
    question = asked["Location"]
    assert urlsplit(question).path.endswith("/purpose/")
    assert personal(clerk.get(question)) == []
    assert clerk.post(question, {"purpose": "other"}).status_code == 422
    assert clerk.post(question, {"purpose": "counter"}).status_code == 302


def endpoint_code(side: Side) -> str:
    return Municipality.objects.get(pk=side.municipality_id).code


# --- as clerks use it -----------------------------------------------------------------------------


def test_once_for_a_purpose_and_its_time(
    counter: Counter, client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako = counter.proofed()
    page = f"/m/{counter.municipality.code}/counter/{hanako.pk}/"
    clerk = client_for(counter.second)
    question = clerk.get(page)["Location"]
    assert parse_qs(urlsplit(question).query) == {"next": [page]}
    assert clerk.post(question, {"purpose": "other", "reason": "庁内の照会"})["Location"] == page
    for path in ("", "devices/", "events/", "events/address/", "guardian/", "again/"):
        assert clerk.get(f"{page}{path}").status_code == 200, path
    assert purposes_of(hanako) == ["その他（庁内の照会）"]
    clerk.post(question, {"purpose": "hotline"})
    clerk.post(question, {"purpose": "hotline"})
    assert purposes_of(hanako) == ["紛失の届出", "その他（庁内の照会）"]
    monkeypatch.setattr(purposes, "SECONDS", 0)
    assert clerk.get(page)["Location"] == question


def test_what_was_written_as_a_reason_is_in_no_log(counter: Counter, client_for: Any) -> None:
    """The log keeps the code; the words are encrypted, and she alone reads them."""
    hanako, words = counter.proofed(), "架空花子さんの母からの電話"
    page = f"/m/{counter.municipality.code}/counter/{hanako.pk}/"
    client_for(counter.second).post(f"{page}purpose/", {"purpose": "other", "reason": words})
    with as_owner(), connection.cursor() as cursor:
        assert Event.objects.get(action="citizen.viewed").detail == {"purpose": "other"}
        cursor.execute("SELECT text FROM identity_accessreason")
        assert words not in cursor.fetchone()[0]
    with context.tenant(counter.municipality.pk), pytest.raises(DatabaseError), transaction.atomic():
        AccessReason.objects.exists()
    assert purposes_of(hanako) == [f"その他（{words}）"]


def test_what_was_typed_waits_for_the_purpose(counter: Counter, client_for: Any) -> None:
    hanako = counter.proofed()
    page = f"/m/{counter.municipality.code}/counter/{hanako.pk}/events/address/"
    clerk = client_for(counter.second)
    typed = {"effective_on": "2026-04-01", "evidence": "notification", "address": "前橋市本町9番"}
    question = clerk.post(page, typed)["Location"]
    back = clerk.post(question, {"purpose": "move"})["Location"]
    assert "前橋市本町9番" in clerk.get(back).content.decode()
    assert purposes_of(hanako) == ["転入・転出の手続"]


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_nowhere_else(counter: Counter, client_for: Any, back: str) -> None:
    page = f"/m/{counter.municipality.code}/counter/{counter.proofed().pk}/"
    answer = client_for(counter.second).post(f"{page}purpose/?next={back}", {"purpose": "counter"})
    assert answer["Location"] == page


@pytest.mark.parametrize("reason", ["", " ", "あ" * 101, "123456789018"])
def test_a_reason_that_is_none(counter: Counter, client_for: Any, reason: str) -> None:
    hanako = counter.proofed()
    page = f"/m/{counter.municipality.code}/counter/{hanako.pk}/purpose/"
    answer = client_for(counter.second).post(page, {"purpose": "other", "reason": reason})
    assert answer.status_code == 422
    assert purposes_of(hanako) == []


def test_what_is_not_recorded_is_not_shown(
    counter: Counter, client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"/m/{counter.municipality.code}/counter/{counter.proofed().pk}/"
    clerk = client_for(counter.second)

    def fails(**_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("identity.actions.counter.record", fails)
        with pytest.raises(RuntimeError):
            clerk.post(f"{page}purpose/", {"purpose": "counter"})
    assert "/purpose/" in clerk.get(page)["Location"]


def purposes_of(citizen: Citizen) -> list[str]:
    with context.citizen(citizen.pk):
        seen = staff_accesses(citizen.pk)
        return [str(one.purpose) for one in seen if str(one.deed) == "登録情報を閲覧"]
