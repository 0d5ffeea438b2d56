"""A registration changes: harmless things at once, what residents depend on by four eyes."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from services import queries
from services.actions import approve_change, change_relying_party, decline_change, register_relying_party
from services.models import RegistrationChange, RelyingParty
from tests import factories

from .conftest import FAPI, PARTY
from .test_relying_parties import FORM

pytestmark = pytest.mark.django_db
PURPOSE = {"purpose_ja": "新しい割引のため", "purpose_en": "For a new discount"}


def page(name: str, party: RelyingParty) -> str:
    return reverse(f"services:{name}", args=[party.client_id])


@pytest.fixture
def proposed(approved: RelyingParty, secretary: Any, acting: Callable[..., Any]) -> RegistrationChange:
    with acting(secretary) as actor:
        found = change_relying_party(by=actor, relying_party=approved, **PURPOSE)
    assert found
    return found


def test_municipal_staff_may_not(
    administrator: Any, maebashi: Municipality, approved: RelyingParty, acting: Callable[..., Any]
) -> None:
    with acting(administrator, maebashi) as actor, pytest.raises(PermissionDenied):
        change_relying_party(by=actor, relying_party=approved, **PURPOSE)


def test_a_new_purpose_waits_for_a_second_person(
    body: Client, colleague: Client, approved: RelyingParty
) -> None:
    change, decide = page("change_relying_party", approved), page("decide_change", approved)
    shown = body.get(change).context["form"]
    assert shown["purpose_ja"].value() == approved.purpose_ja
    assert shown["redirect_uris"].value() == "http://localhost:8002/callback"
    form = {**FORM, **PURPOSE, "contact": "new@transport.example"}
    assert body.post(change, form).status_code == 302
    approved.refresh_from_db()
    assert approved.contact == "new@transport.example", "harmless: at once"
    assert approved.purpose_ja != PURPOSE["purpose_ja"]
    own = body.post(decide, {"decision": "approve"})
    assert own.status_code == 422
    assert "ほかの事務局員に承認を依頼してください" in own.content.decode()
    shown = colleague.get(decide).content.decode()
    assert "運賃割引の対象かどうかを確認するため → 新しい割引のため" in shown
    assert "もう一度同意を求められます" in shown
    assert "の変更を承認する" in colleague.get("/secretariat/").content.decode()
    assert colleague.post(decide, {"decision": "approve"}).status_code == 302
    approved.refresh_from_db()
    assert approved.purpose_ja == PURPOSE["purpose_ja"] and approved.status == "approved"
    assert colleague.get(decide).url == page("relying_party", approved)


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uris": ["https://elsewhere.example/cb"]},
        {"attributes": ["resident_of", "age_over_65", "under_18"]},
        {"name_ja": "別のサービス"},
        {"grant_types": ["authorization_code", "refresh_token"]},
        {"auth_method": "none", "dpop_bound_access_tokens": True},
        {"backchannel_logout_uri": "https://service.example/out"},
        {"dpop_bound_access_tokens": True},
    ],
    ids=str,
)
def test_what_residents_and_tokens_depend_on_is_proposed(
    approved: RelyingParty, secretary: Any, acting: Callable[..., Any], change: dict[str, Any]
) -> None:
    with acting(secretary) as actor:
        held = change_relying_party(by=actor, relying_party=approved, **change)
        assert held and held.values == change
        assert held.before == {name: getattr(approved, name) for name in change}
        approved.refresh_from_db()
        name = next(iter(change))
        assert getattr(approved, name) != change[name]
    with acting(factories.make_secretary()) as actor:
        after = approve_change(by=actor, change=held).relying_party
    assert getattr(after, name) == change[name]


def test_a_draft_changes_at_once_and_its_writer_may_not_approve(
    party: RelyingParty, colleague: Client, acting: Callable[..., Any]
) -> None:
    assert colleague.post(page("change_relying_party", party), {**FORM, **PURPOSE}).status_code == 302
    party.refresh_from_db()
    assert party.purpose_ja == PURPOSE["purpose_ja"]
    assert colleague.post(page("approve_relying_party", party)).status_code == 422


@pytest.mark.parametrize(
    ("change", "code"), [({}, "unchanged"), ({"test": True}, "fixed"), ({"name_ja": "別名"}, "open")]
)
def test_refused(
    proposed: RegistrationChange,
    secretary: Any,
    acting: Callable[..., Any],
    change: dict[str, Any],
    code: str,
) -> None:
    with acting(secretary) as actor, pytest.raises(ValidationError) as error:
        change_relying_party(by=actor, relying_party=proposed.relying_party, **change)
    assert error.value.code == code


def test_what_waits_is_said_before_the_form_is_filled_in(
    body: Client, proposed: RegistrationChange, approved: RelyingParty
) -> None:
    shown = body.get(page("change_relying_party", approved)).content.decode()
    assert "承認待ちの変更があります" in shown and page("decide_change", approved) in shown
    body.post(page("decide_change", approved), {"decision": "decline"})
    assert "承認待ちの変更" not in body.get(page("change_relying_party", approved)).content.decode()


def test_who_approves_sees_what_residents_will_read(colleague: Client, party: RelyingParty) -> None:
    shown = colleague.get(page("approve_relying_party", party)).content.decode()
    assert [text for text in (party.name_en, party.purpose_ja, party.purpose_en) if text not in shown] == []


def test_nothing_below_the_sector_is_proposed_or_approved(
    medical: Any, secretary: Any, acting: Callable[..., Any]
) -> None:
    from_start = {**FAPI, "attributes": ["birth_date"]}
    with acting(secretary) as actor:
        party = register_relying_party(by=actor, component=medical, **{**PARTY, **from_start}).relying_party
        with pytest.raises(ValidationError) as error:
            change_relying_party(by=actor, relying_party=party, dpop_bound_access_tokens=False)
    assert set(error.value.error_dict) == {"dpop_bound_access_tokens"}


def test_declined_or_taken_back(
    proposed: RegistrationChange, secretary: Any, acting: Callable[..., Any]
) -> None:
    with acting(secretary) as actor:
        decline_change(by=actor, change=proposed)
        assert queries.open_change(proposed.relying_party) is None
    for act in (approve_change, decline_change):
        with acting(factories.make_secretary()) as actor, pytest.raises(ValidationError) as error:
            act(by=actor, change=proposed)
        assert error.value.code == "decided"


def test_colleagues_are_asked(proposed: RegistrationChange, mailbox: Any) -> None:
    assert "連携サービスの変更の承認依頼" in [one.subject for one in mailbox()]


@pytest.mark.parametrize("act", [approve_change, decline_change])
def test_nothing_is_decided_without_its_audit_row(
    proposed: RegistrationChange, acting: Callable[..., Any], act: Callable[..., Any]
) -> None:
    with acting(factories.make_secretary()) as actor:
        with patch("services.actions.changes.record", side_effect=RuntimeError), pytest.raises(RuntimeError):
            act(by=actor, change=proposed)
        assert queries.open_change(proposed.relying_party) == proposed
        proposed.relying_party.refresh_from_db()
        assert proposed.relying_party.purpose_ja != PURPOSE["purpose_ja"]


def test_the_log_names_fields_and_no_values(proposed: RegistrationChange) -> None:
    with context.opened(context.Context("owner")):
        event = Event.objects.get(action="relying_party.change_proposed")
    assert event.detail["fields"] == sorted(PURPOSE)
