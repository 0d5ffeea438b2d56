"""Giving, withdrawing, disclosing: nothing leaves without a consent live at that moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Event as Signal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from identity.actions import consents
from identity.actions import disclose as module
from identity.actions.consents import withdraw_consent
from identity.actions.disclose import NoConsent, NotAvailable, NotProofed, disclose
from identity.actions.pseudonyms import pseudonym_for
from identity.context import NotActive
from identity.context import resident as speaking
from identity.models import AccessToken, Authorization, ConsentEvent, Disclosure, Proofing
from identity.queries.consents import consents as consents_of
from services.actions import suspend_relying_party
from services.actions.adoptions import end_adoption
from services.models import Adoption, RelyingParty

from .residents import HANAKO, Counter, Resident, make_resident

Grant = Callable[..., UUID]


def ask(resident: Resident, party: RelyingParty, *attributes: str) -> dict[str, Any]:
    with speaking(resident.citizen_id) as actor:
        found = disclose(by=actor, relying_party=party, requested=attributes, path="userinfo")
        return {str(name): value for name, value in found.items()}


def withdraw(resident: Resident, consent_id: UUID) -> None:
    with speaking(resident.citizen_id) as actor:
        withdraw_consent(by=actor, consent_id=consent_id)


def rows(resident: Resident) -> list[Disclosure]:
    with context.citizen(resident.citizen_id):
        return list(Disclosure.objects.all())


def test_only_what_was_asked_and_consented(hanako: Resident, adopted: RelyingParty, consent: Grant) -> None:
    consent_id = consent(hanako, adopted, "resident_of", "age_over_65")
    found = ask(hanako, adopted, "age_over_65", "under_18", "name", "resident_of")
    assert found == {"resident_of": "102016", "age_over_65": True}
    row = rows(hanako)[0]
    assert row.attributes == ["resident_of", "age_over_65"]
    assert (row.consent_id, row.path, row.recipient) == (consent_id, "userinfo", "まちなか交通割引")
    assert row.stream == f"citizen:{hanako.citizen_id}"
    assert row.municipality_id is None


def test_without_consent(hanako: Resident, adopted: RelyingParty) -> None:
    with pytest.raises(NoConsent):
        ask(hanako, adopted, "resident_of")
    assert rows(hanako) == []


def test_after_withdrawal(hanako: Resident, adopted: RelyingParty, consent: Grant) -> None:
    consent_id = consent(hanako, adopted, "resident_of")
    token = _token(hanako, adopted)
    withdraw(hanako, consent_id)
    with pytest.raises(NoConsent):
        ask(hanako, adopted, "resident_of")
    token.refresh_from_db()
    assert token.is_revoked()
    with pytest.raises(ValidationError, match="終了"):
        withdraw(hanako, consent_id)


def test_one_withdrawal_is_enough(hanako: Resident, adopted: RelyingParty, consent: Grant) -> None:
    consent(hanako, adopted, "resident_of", "under_18")
    second = consent(hanako, adopted, "resident_of")
    assert ask(hanako, adopted, "resident_of", "under_18") == {"resident_of": "102016"}
    withdraw(hanako, second)
    with pytest.raises(NoConsent):
        ask(hanako, adopted, "resident_of")


def test_expired(hanako: Resident, adopted: RelyingParty, consent: Grant, monkeypatch: Any) -> None:
    consent(hanako, adopted, "resident_of", days=1)
    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("identity.queries.consents.timezone.now", lambda: later)
    with pytest.raises(NoConsent):
        ask(hanako, adopted, "resident_of")


def test_a_server_whose_clock_is_late_does_not_miss_a_withdrawal(
    hanako: Resident, adopted: RelyingParty, consent: Grant, monkeypatch: Any
) -> None:
    withdraw(hanako, consent(hanako, adopted, "resident_of"))
    earlier = timezone.now() - timedelta(minutes=1)
    monkeypatch.setattr("identity.queries.consents.timezone.now", lambda: earlier)
    with pytest.raises(NoConsent):
        ask(hanako, adopted, "resident_of")


def test_a_new_purpose_needs_a_new_consent(hanako: Resident, adopted: RelyingParty, consent: Grant) -> None:
    consent(hanako, adopted, "resident_of")
    adopted.purpose_ja = "広告を送るため"
    with pytest.raises(NoConsent):
        ask(hanako, adopted, "resident_of")


def test_consent_to_one_service_is_none_to_another(
    hanako: Resident, adopted: RelyingParty, approved: Callable[..., RelyingParty], consent: Grant
) -> None:
    """Not even of the same component, which her municipality has adopted."""
    another = approved(name_ja="高齢者タクシー割引")
    consent(hanako, adopted, "resident_of")
    with pytest.raises(NoConsent):
        ask(hanako, another, "resident_of")
    consent(hanako, another, "age_over_65")
    assert ask(hanako, another, "resident_of", "age_over_65") == {"age_over_65": True}


def test_a_sector_s_policy_outlives_a_registration(
    hanako: Resident, adopted: RelyingParty, consent: Grant, monkeypatch: Any
) -> None:
    adopted.attributes = [*adopted.attributes, "name"]
    monkeypatch.setattr(consents, "_check", lambda *_: None)
    consent(hanako, adopted, "name", "resident_of")
    assert ask(hanako, adopted, "name", "resident_of") == {"resident_of": "102016"}


def test_only_where_the_municipality_adopted_it(
    hanako: Resident, party: RelyingParty, consent: Grant
) -> None:
    consent(hanako, party, "resident_of")
    with pytest.raises(NotAvailable):
        ask(hanako, party, "resident_of")


def test_suspended_service(
    hanako: Resident, adopted: RelyingParty, consent: Grant, secretary: Any, acting: Any
) -> None:
    consent(hanako, adopted, "resident_of")
    with acting(secretary) as actor:
        suspended = suspend_relying_party(by=actor, relying_party=adopted)
    with pytest.raises(NotAvailable):
        ask(hanako, suspended, "resident_of")


def test_ended_adoption(
    hanako: Resident, adopted: RelyingParty, consent: Grant, counter: Counter, staff: Any, acting: Any
) -> None:
    consent(hanako, adopted, "resident_of")
    with acting(staff(counter.municipality, "administrator"), counter.municipality) as actor:
        end_adoption(by=actor, adoption=Adoption.objects.get())
    with pytest.raises(NotAvailable):
        ask(hanako, adopted, "resident_of")


def test_proofing_must_be_in_force(hanako: Resident, adopted: RelyingParty, consent: Grant) -> None:
    consent(hanako, adopted, "resident_of")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE owner")
        cursor.execute(f"UPDATE {Proofing._meta.db_table} SET expires_on = '2020-01-01'")
        cursor.execute("RESET ROLE")
    with pytest.raises(NotProofed):
        ask(hanako, adopted, "resident_of")


@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        (date(1960, 4, 1), date(2025, 3, 30), False),
        (date(1960, 4, 1), date(2025, 3, 31), True),  # reached on the day before the birthday
        (date(1960, 2, 29), date(2025, 2, 27), False),
        (date(1960, 2, 29), date(2025, 2, 28), True),
    ],
)
def test_age_is_that_of_the_moment(
    identity_surface: Any,
    counter: Counter,
    adopted: RelyingParty,
    consent: Grant,
    monkeypatch: Any,
    born: date,
    today: date,
    expected: bool,
) -> None:
    resident = make_resident(counter, replace(HANAKO, birth_date=born))
    consent(resident, adopted, "age_over_65")
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: today)
    monkeypatch.setattr(module, "_check_policy", lambda *_: None)
    assert ask(resident, adopted, "age_over_65") == {"age_over_65": expected}


@pytest.mark.parametrize(
    ("attributes", "days", "code"),
    [(["name"], 30, "attributes"), (["nonsense"], 30, "attributes"), (["resident_of"], -1, "until")],
)
def test_consent_that_cannot_be_given(
    hanako: Resident, adopted: RelyingParty, consent: Grant, attributes: list[str], days: int, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        consent(hanako, adopted, *attributes, days=days)
    assert refused.value.code == code


def test_nobody_consents_or_withdraws_for_her(
    hanako: Resident, counter: Counter, adopted: RelyingParty, consent: Grant, acting: Any
) -> None:
    consent_id = consent(hanako, adopted, "resident_of")
    with acting(counter.first, counter.municipality) as actor, pytest.raises(PermissionDenied):
        withdraw_consent(by=actor, consent_id=consent_id)
    other = make_resident(counter, replace(HANAKO, kana="べつじん"))
    with pytest.raises(ValidationError, match="見つかりません"):
        withdraw(other, consent_id)
    with pytest.raises(NoConsent):
        ask(other, adopted, "resident_of")


def test_a_service_acts_with_her_id_only(hanako: Resident, adopted: RelyingParty, consent: Grant) -> None:
    consent(hanako, adopted, "resident_of")
    with speaking(hanako.citizen_id):
        nobody = Actor(ActorKind.SERVICE, id=adopted.client_id)
        with pytest.raises(NoConsent):
            disclose(by=nobody, relying_party=adopted, requested=["resident_of"], path="userinfo")
        service = replace(nobody, citizen_id=hanako.citizen_id)
        assert disclose(by=service, relying_party=adopted, requested=["resident_of"], path="userinfo")


def test_no_value_without_its_row(
    hanako: Resident, adopted: RelyingParty, consent: Grant, monkeypatch: Any
) -> None:
    consent(hanako, adopted, "resident_of")

    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(module, "_write", broken)
    with pytest.raises(RuntimeError):
        ask(hanako, adopted, "resident_of")


@pytest.mark.parametrize("break_", ["record", "revoke_tokens"])
def test_withdrawal_is_whole(
    hanako: Resident, adopted: RelyingParty, consent: Grant, monkeypatch: Any, break_: str
) -> None:
    consent_id = consent(hanako, adopted, "resident_of")

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(consents, break_, broken)
        with pytest.raises(RuntimeError):
            withdraw(hanako, consent_id)
    assert ask(hanako, adopted, "resident_of")


def test_logs_are_append_only(hanako: Resident, adopted: RelyingParty, consent: Grant) -> None:
    consent(hanako, adopted, "resident_of")
    ask(hanako, adopted, "resident_of")
    with context.citizen(hanako.citizen_id):
        for model in (ConsentEvent, Disclosure):
            for change in (model.objects.all().delete, lambda m=model: m.objects.update(purpose="x")):
                with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                    change()


def test_unknown_resident(identity_surface: Any, db: None) -> None:
    with pytest.raises(NotActive), speaking(uuid4()):
        pass


def test_pseudonyms_agree_within_a_sector_only(hanako: Resident, counter: Counter) -> None:
    with context.citizen(hanako.citizen_id):
        transport = pseudonym_for(hanako.citizen_id, "transport")
        assert pseudonym_for(hanako.citizen_id, "transport") == transport
        assert pseudonym_for(hanako.citizen_id, "medical") != transport


def _token(resident: Resident, party: RelyingParty) -> AccessToken:
    ends = timezone.now() + timedelta(minutes=5)
    authorization = Authorization.objects.create(
        client_id=party.client_id,
        citizen_id=resident.citizen_id,
        subject="s",
        sid="s",
        scope="openid",
        acr="aal3",
        level=3,
        auth_time=0,
        expires_at=ends,
    )
    return AccessToken.objects.create(
        authorization=authorization, scope="openid", token_hash=uuid4().hex, expires_at=ends
    )


# --- pages --------------------------------------------------------------------------------------


def test_her_pages(hanako: Resident, adopted: RelyingParty, consent: Grant) -> None:
    consent_id = consent(hanako, adopted, "resident_of", "age_over_65")
    ask(hanako, adopted, "resident_of")
    client = hanako.client
    assert "まちなか交通割引" in client.get("/me/").content.decode()
    assert "65歳以上かどうか" in client.get("/me/consents/").content.decode()
    assert "住んでいる市区町村" in client.get("/me/uses/").content.decode()
    assert "運賃の割引" in client.get(f"/me/consents/{consent_id}/").content.decode()
    page = client.get(f"/me/consents/{consent_id}/withdraw/").content.decode()
    assert "既に提供した情報は、自動では消えません" in page
    assert client.post(f"/me/consents/{consent_id}/withdraw/").status_code == 302
    assert "撤回済" in client.get(f"/me/consents/{consent_id}/").content.decode()
    assert client.get(f"/me/consents/{consent_id}/withdraw/").status_code == 302
    assert "架空 花子" in client.get("/me/profile/").content.decode()


def test_another_s_consent_is_not_there(
    hanako: Resident, counter: Counter, adopted: RelyingParty, consent: Grant
) -> None:
    consent_id = consent(hanako, adopted, "resident_of")
    other: Client = make_resident(counter, replace(HANAKO, kana="べつじん")).client
    assert other.get(f"/me/consents/{consent_id}/").status_code == 404
    assert other.post(f"/me/consents/{consent_id}/withdraw/").status_code == 404


def test_uses_page_is_flat_in_rows(
    hanako: Resident, adopted: RelyingParty, consent: Grant, django_assert_max_num_queries: Any
) -> None:
    consent(hanako, adopted, "resident_of")
    for _ in range(25):
        ask(hanako, adopted, "resident_of")
    with django_assert_max_num_queries(18):
        page = hanako.client.get("/me/uses/").content.decode()
    assert "25回" in page, "one line for one day"


# --- at the same time ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_withdrawal_waits_for_a_disclosure_and_none_follows_it(
    hanako: Resident, adopted: RelyingParty, consent: Grant, monkeypatch: Any
) -> None:
    consent_id = consent(hanako, adopted, "resident_of")
    reading, go_on = Signal(), Signal()
    values = module.values

    def slowly(*arguments: Any) -> Any:
        reading.set()
        go_on.wait(10)
        return values(*arguments)

    monkeypatch.setattr(module, "values", slowly)
    with ThreadPoolExecutor(2) as pool:
        disclosure = pool.submit(_closing, ask, hanako, adopted, "resident_of")
        assert reading.wait(10)
        withdrawal = pool.submit(_closing, withdraw, hanako, consent_id)
        assert not _done(withdrawal, 0.3), "it waits"
        go_on.set()
        assert disclosure.result(10) == {"resident_of": "102016"}
        withdrawal.result(10)
    with pytest.raises(NoConsent):
        ask(hanako, adopted, "resident_of")
    with context.citizen(hanako.citizen_id):
        assert [view.state for view in consents_of(hanako.citizen_id)] == ["withdrawn"]


def _closing(function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    finally:
        connection.close()


def _done(future: Any, seconds: float) -> bool:
    try:
        future.result(seconds)
    except TimeoutError:
        return False
    return True
