"""Disclosures that a law orders: two people write them down, and the resident reads of them when she may."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from consortium.audit.models import Event
from consortium.tenancy import context
from identity.actions import legal_entries
from identity.actions.legal_entries import Order, confirm_entry, prepare_entry
from identity.domain.receipt import receipt_of
from identity.models import Citizen, Disclosure, LegalEntry
from identity.models.sharing import new_salt
from identity.queries.uses import used_by_month
from tests import factories

from .residents import TARO, Counter, Resident


def filled(resident: Resident, **more: str) -> dict[str, Any]:
    now = timezone.localtime() - timedelta(hours=1)
    return {
        "receipt": receipt_of(resident.citizen_id),
        "authority": "架空県警察本部",
        "law": "刑事訴訟法第197条第2項による照会への回答",
        "attributes": ["name", "address"],
        **typed("day", now.date()),
        "time": now.strftime("%H:%M"),
        **more,
    }


def typed(field: str, day: date) -> dict[str, str]:
    return {f"{field}_year": str(day.year), f"{field}_month": str(day.month), f"{field}_day": str(day.day)}


def after(months: int, field: str = "visible_on") -> dict[str, str]:
    return typed(field, timezone.localdate() + timedelta(days=30 * months))


@pytest.fixture
def home(counter: Counter) -> str:
    return f"/m/{counter.municipality.code}/by-law/"


@pytest.fixture
def officers(counter: Counter, client_for: Any, hanako: Resident, at_portal: Any) -> Any:
    with at_portal():
        yield [client_for(factories.make_staff(counter.municipality, "legal_officer")) for _ in range(2)]


def entered(officers: list[Client], home: str, form: dict[str, Any]) -> str:
    first, second = officers
    page = first.post(f"{home}new/", form)["Location"]
    assert "準備した職員は確認できません" in first.get(page).content.decode()
    first.post(f"{page}confirm/")
    with context.opened(context.Context("owner")):
        assert not Disclosure.objects.exists(), "one person alone writes nothing"
    assert "記録済み" in second.post(f"{page}confirm/", follow=True).content.decode()
    return str(page)


def seen(resident: Resident) -> list[str]:
    with context.citizen(resident.citizen_id):
        return [use.recipient for use in used_by_month(resident.citizen_id).uses]


def test_who_may(home: str, counter: Counter, client: Client, client_for: Any, stranger: Any) -> None:
    for page in (home, f"{home}new/"):
        assert client.get(page).status_code == 302
        assert client_for(stranger).get(page).status_code == 404
        assert client_for(counter.first).get(page).status_code == 403
        assert (
            client_for(factories.make_staff(counter.municipality, "legal_officer")).get(page).status_code
            == 200
        )


def test_shown_at_once(officers: list[Client], home: str, hanako: Resident) -> None:
    entered(officers, home, filled(hanako))
    assert seen(hanako) == ["架空県警察本部"]
    with context.opened(context.Context("owner")):
        row = Disclosure.objects.get()
    assert (row.legal_basis, row.consent_id, row.path, row.client_id) == ("law", None, "law", "")
    assert row.attributes == ["address", "name"]


def test_delayed_it_leaves_no_trace_until_its_day(
    officers: list[Client], home: str, hanako: Resident
) -> None:
    entered(officers, home, filled(hanako, reason_code="investigation", **after(6)))
    assert seen(hanako) == []
    with context.citizen(hanako.citizen_id):
        assert not Event.objects.filter(action__startswith="legal_entry").exists()
    with context.opened(context.Context("owner")):
        assert not Event.objects.filter(
            action__startswith="legal_entry", citizen_id=hanako.citizen_id
        ).exists()
        Disclosure.objects.update(visible_from=timezone.now() - timedelta(days=1))
    assert seen(hanako) == ["架空県警察本部"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"reason_code": "investigation"}, "理由と表示を始める日の両方"),
        (after(2), "理由と表示を始める日の両方"),
        ({"reason_code": "safety", **after(0)}, "あす以後"),
        ({"reason_code": "safety", **after(70)}, "5年まで"),
        (after(-2, "day"), "30日を過ぎた"),
        (after(1, "day"), "今より前"),
        ({"attributes": ["unknown"]}, "unknown"),
        ({"receipt": "0000-0000"}, "見つかりません"),
        ({"receipt": ""}, "両方を入力"),
        ({"law": "123456789018"}, "個人番号"),
    ],
)
def test_bad_input(
    officers: list[Client], home: str, counter: Counter, hanako: Resident, wrong: dict[str, Any], told: str
) -> None:
    answer = officers[0].post(f"{home}new/", {**filled(hanako), **wrong})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    with context.tenant(counter.municipality.pk):
        assert not LegalEntry.objects.exists()


def test_what_staff_can_write_is_by_law_and_of_who_lives_here(
    counter: Counter, next_door: Counter, hanako: Resident
) -> None:
    elsewhere = next_door.proofed(TARO)

    def row(citizen_id: Any, **more: Any) -> Disclosure:
        values = {"legal_basis": "law", "purpose": "法", "recipient": "庁", "path": "law", "salt": new_salt()}
        stream = f"citizen:{citizen_id}"
        return Disclosure(stream=stream, citizen_id=citizen_id, attributes=[], **{**values, **more})

    with context.tenant(counter.municipality.pk):
        row(hanako.citizen_id).save(force_insert=True)
        for wrong in (
            row(elsewhere.pk),
            row(hanako.citizen_id, legal_basis="consent", consent_id=hanako.citizen_id),
            row(hanako.citizen_id, seal_number=1),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                wrong.save(force_insert=True)
        with pytest.raises(DatabaseError), transaction.atomic():
            Disclosure.objects.exists()  # nor do they read it


def test_without_its_audit_row_nothing_is_entered(
    counter: Counter, hanako: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (factories.make_staff(counter.municipality, "legal_officer") for _ in range(2))
    order = Order("庁", "法", ["name"], timezone.now() - timedelta(hours=1))
    with factories.acting(first, counter.municipality) as actor:
        citizen = Citizen.objects.get(pk=hanako.citizen_id)
        entry = prepare_entry(by=actor, citizen=citizen, order=order)
        with pytest.raises(ValidationError) as refused:
            confirm_entry(by=actor, entry=entry)
    assert refused.value.code == "four_eyes"

    def fail(**kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(legal_entries, "record", fail)
    with pytest.raises(RuntimeError), factories.acting(second, counter.municipality) as actor:
        confirm_entry(by=actor, entry=entry)
    with context.opened(context.Context("owner")):
        assert not Disclosure.objects.exists()
    with context.tenant(counter.municipality.pk):
        assert LegalEntry.objects.get().state == "prepared"
