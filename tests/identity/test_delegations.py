"""Acting in another's name: never beyond what the delegation's row covers, whatever the code asks for."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.tasks import HOUSEKEEPING
from identity.actions import delegations as actions
from identity.actions.handover import issue_own_code
from identity.actions.standing import close_citizen, suspend_citizen
from identity.context import resident as speaking
from identity.domain.attributes import Attribute
from identity.domain.enrolment_code import code_hash
from identity.domain.standing import Reason
from identity.models import (
    Basis,
    Citizen,
    ConsentEvent,
    DelegateAct,
    Delegation,
    Passkey,
    Pseudonym,
    Residence,
    ResidentNotice,
)
from identity.queries.consents import live_consents
from identity.queries.personal import person, values
from identity.tasks import end_delegations
from tests import factories

from .residents import HANAKO, TARO, Counter, Resident, make_resident

TODAY = timezone.localdate


@pytest.fixture
def taro(hanako: Resident, counter: Counter) -> Resident:
    return make_resident(counter, TARO)


def terms(days: int = 30, *, may_consent: bool = True, sectors: Any = ("transport",), **more: Any) -> Any:
    return actions.Terms(sectors=sectors, may_consent=may_consent, until=TODAY() + timedelta(days), **more)


def code_of(delegate: UUID) -> str:
    with speaking(delegate) as actor:
        return code_hash(issue_own_code(by=actor, kind="delegate"))


def give(principal: Resident, delegate: Resident, given: Any = None, *, accept: bool = True) -> Delegation:
    hashed = code_of(delegate.citizen_id)
    with speaking(principal.citizen_id) as actor:
        delegation = actions.give_delegation(by=actor, hashed=hashed, terms=given or terms())
    if accept:
        with speaking(delegate.citizen_id) as actor:
            actions.accept_delegation(by=actor, delegation_id=delegation.pk)
    return delegation


def consent(delegate: Resident, delegation: Delegation, party: Any, days: int = 10) -> UUID:
    with speaking(delegate.citizen_id) as actor:
        return actions.consent_as_delegate(
            by=actor,
            delegation_id=delegation.pk,
            relying_party=party,
            attributes=["resident_of"],
            until=timezone.now() + timedelta(days),
        )


def test_a_delegate_consents_and_both_are_on_record(hanako: Resident, taro: Resident, adopted: Any) -> None:
    delegation = give(hanako, taro)
    consent_id = consent(taro, delegation, adopted, days=300)
    with context.citizen(hanako.citizen_id):
        (view,) = live_consents(hanako.citizen_id, adopted.client_id)
        assert view.consent_id == consent_id
        assert timezone.localdate(view.until) == delegation.until + timedelta(1), "capped by the delegation"
        event = Event.objects.get(action="consent.given")
        assert (event.citizen_id, event.actor_id) == (hanako.citizen_id, str(taro.citizen_id))
        assert DelegateAct.objects.get().delegate_id == taro.citizen_id
        assert ResidentNotice.objects.filter(kind="delegation.acted").exists()
    with context.citizen(taro.citizen_id):
        assert DelegateAct.objects.get().citizen_id == hanako.citizen_id
        assert not ConsentEvent.objects.exists(), "her own consents are not his"
    with speaking(taro.citizen_id) as actor:
        actions.withdraw_as_delegate(
            by=actor, delegation_id=delegation.pk, relying_party=adopted, consent_id=consent_id
        )
    with context.citizen(hanako.citizen_id):
        assert not live_consents(hanako.citizen_id, adopted.client_id)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (terms(may_consent=False), "see_only"),
        (terms(sectors=("administrative",)), "other_sector"),
        (terms(client_ids=("another",)), "other_service"),
    ],
)
def test_a_delegate_beyond_scope(
    hanako: Resident, taro: Resident, adopted: Any, given: Any, code: str
) -> None:
    delegation = give(hanako, taro, given)
    with pytest.raises(ValidationError) as refused:
        consent(taro, delegation, adopted)
    assert refused.value.code == code
    with context.citizen(hanako.citizen_id):
        assert not ConsentEvent.objects.exists()


@pytest.mark.parametrize("given", [terms(may_consent=False), terms(sectors=("administrative",))])
def test_the_database_refuses_it_too(
    hanako: Resident, taro: Resident, adopted: Any, given: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the check in the action."""
    delegation = give(hanako, taro, given)
    monkeypatch.setattr(actions, "check_scope", lambda *args: None)
    with pytest.raises((DatabaseError, PermissionDenied)):
        consent(taro, delegation, adopted)


def test_not_accepted_ended_or_over_it_opens_nothing(hanako: Resident, taro: Resident, adopted: Any) -> None:
    delegation = give(hanako, taro, accept=False)
    with pytest.raises(PermissionDenied):
        consent(taro, delegation, adopted)
    with speaking(taro.citizen_id) as actor:
        actions.accept_delegation(by=actor, delegation_id=delegation.pk)
    with speaking(hanako.citizen_id) as actor:
        actions.end_delegation(by=actor, delegation_id=delegation.pk)
    with pytest.raises(PermissionDenied):
        consent(taro, delegation, adopted)
    with speaking(taro.citizen_id), context.representing(hanako.citizen_id, delegation.pk):
        assert not Citizen.objects.exists(), "nor does the database, whatever the process claims"


def test_a_delegate_sees_nothing_of_other_sectors(hanako: Resident, taro: Resident, adopted: Any) -> None:
    consent(taro, give(hanako, taro), adopted)
    elsewhere = give(hanako, taro, terms(sectors=("medical",)))
    with speaking(taro.citizen_id) as actor, actions.acting(actor, elsewhere.pk):
        assert not ConsentEvent.objects.exists()
        assert not Pseudonym.objects.filter(sector="transport").exists()


def test_within_it_only_what_it_is_for(hanako: Resident, taro: Resident) -> None:
    delegation = give(hanako, taro)
    with speaking(taro.citizen_id) as actor, actions.acting(actor, delegation.pk):
        assert not Passkey.objects.exists()
        assert not ResidentNotice.objects.exists()
        assert not Citizen.objects.exists(), "neither his own record nor hers"
        assert not Residence.objects.exists()
        assert person(hanako.citizen_id) is None
        with pytest.raises(DatabaseError), transaction.atomic():
            Delegation(
                citizen_id=hanako.citizen_id,
                delegate_id=taro.citizen_id,
                basis=Basis.VOLUNTARY,
                starts_on=TODAY(),
                until=TODAY(),
                principal_name="",
            ).save(force_insert=True)
        assert not Citizen.objects.filter(pk=hanako.citizen_id).update(status="closed")


@pytest.mark.parametrize("days", [-1, 366 * 3])
def test_a_term_in_the_past_or_too_long(hanako: Resident, taro: Resident, days: int) -> None:
    with pytest.raises(ValidationError) as refused:
        give(hanako, taro, terms(days))
    assert refused.value.error_dict["until"][0].code == "until"


def test_nobody_is_made_a_delegate_without_her_code(hanako: Resident, taro: Resident) -> None:
    with speaking(hanako.citizen_id) as actor, pytest.raises(ValidationError, match="使用できません"):
        actions.give_delegation(by=actor, hashed=code_hash("0" * 16), terms=terms())
    with pytest.raises(ValidationError, match="自分自身"):
        give(hanako, hanako)


def guardianship(counter: Counter, ward: Any, guardian: Resident, basis: str = "parent") -> Delegation:
    hashed = code_of(guardian.citizen_id)
    with factories.acting(counter.first, counter.municipality) as actor:
        return actions.record_guardianship(
            by=actor,
            ward=Citizen.objects.get(pk=ward.pk),
            hashed=hashed,
            basis=Basis(basis),
            evidence="family_register",
            terms=terms(days=365 * 30),
        )


def test_a_parent_until_the_day_before_18(hanako: Resident, counter: Counter, adopted: Any) -> None:
    born = TODAY().replace(day=1) - timedelta(days=365 * 10)
    child = counter.proofed(HANAKO.__class__(**{**_fields(HANAKO), "kana": "かくう こ", "birth_date": born}))
    recorded = guardianship(counter, child, hanako)
    assert recorded.until < born.replace(year=born.year + 18)
    with pytest.raises(PermissionDenied):
        consent(hanako, recorded, adopted)
    with (
        factories.acting(counter.first, counter.municipality) as actor,
        pytest.raises(ValidationError, match="別の職員"),
    ):
        actions.confirm_guardianship(by=actor, delegation_id=recorded.pk)
    with factories.acting(counter.second, counter.municipality) as actor:
        actions.confirm_guardianship(by=actor, delegation_id=recorded.pk)
    consent(hanako, recorded, adopted)
    with context.opened(context.Context("owner")):
        Delegation.objects.filter(pk=recorded.pk).update(
            starts_on=TODAY() - timedelta(9), until=TODAY() - timedelta(1)
        )
    with pytest.raises(PermissionDenied):
        consent(hanako, recorded, adopted)
    end_delegations.apply(headers=HOUSEKEEPING, throw=True)
    end_delegations.apply(headers=HOUSEKEEPING, throw=True)
    with context.citizen(child.pk):
        assert Delegation.objects.get().ending == "term"
        assert ResidentNotice.objects.filter(kind="delegation.ended").count() == 1


def test_an_adult_has_no_parents_who_act(hanako: Resident, taro: Resident, counter: Counter) -> None:
    with pytest.raises(ValidationError) as refused:
        guardianship(counter, Citizen(pk=taro.citizen_id), hanako)
    assert refused.value.code == "adult"


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def test_an_administrative_service_learns_whom_she_represents(hanako: Resident, taro: Resident) -> None:
    delegation = give(hanako, taro, terms(sectors=("administrative", "transport")))
    with speaking(taro.citizen_id):
        own = person(taro.citizen_id)
        assert own
        (one,) = values(own, [Attribute.DELEGATIONS], TODAY())[Attribute.DELEGATIONS]
    with context.citizen(hanako.citizen_id):
        subject = Pseudonym.objects.get(sector="administrative").value
    until = delegation.until.isoformat()
    assert one == {"sub": subject, "scope": ["see", "consent"], "until": until}
    with speaking(hanako.citizen_id) as actor:
        actions.end_delegation(by=actor, delegation_id=delegation.pk)
    with speaking(taro.citizen_id):
        own = person(taro.citizen_id)
        assert own
        assert not values(own, [Attribute.DELEGATIONS], TODAY())


@pytest.mark.parametrize("change", [suspend_citizen, close_citizen])
def test_nobody_acts_for_whom_is_suspended_or_gone(
    hanako: Resident, taro: Resident, adopted: Any, change: Any
) -> None:
    """From the moment on, without waiting for the job that ends what is over."""
    delegation = give(hanako, taro, terms(sectors=("administrative", "transport")))
    given = consent(taro, delegation, adopted)
    waiting = give(hanako, taro, accept=False)
    with speaking(hanako.citizen_id) as actor:
        change(by=actor, citizen_id=hanako.citizen_id, reason=Reason.MISUSE)
    with pytest.raises(PermissionDenied):
        consent(taro, delegation, adopted)
    named = {"delegation_id": delegation.pk, "relying_party": adopted, "consent_id": given}
    with speaking(taro.citizen_id) as actor:
        with pytest.raises(PermissionDenied):
            actions.withdraw_as_delegate(by=actor, **named)
        with pytest.raises(ValidationError) as refused:
            actions.accept_delegation(by=actor, delegation_id=waiting.pk)
        assert refused.value.code == "state"
        own = person(taro.citizen_id)
        assert own
        assert not values(own, [Attribute.DELEGATIONS], TODAY()), "nor do services hear that he may"
    page = taro.client.get(f"/me/delegates/{delegation.pk}/act/")
    assert page["Location"] == "/me/delegates/"
    assert "今は手続ができません" in taro.client.get("/me/delegates/").content.decode()
