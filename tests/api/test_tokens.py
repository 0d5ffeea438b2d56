"""A municipality's own systems."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from consortium.audit.models import Event
from consortium.membership.actions import issue_token, tokens
from consortium.membership.models import ApiToken, User
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from tests.isolation.rows import as_owner

from .conftest import HERE, Caller, problem

pytestmark = pytest.mark.django_db
FIGURE = {"indicator": "dx_budget", "fiscal_year": 2025, "value": "1"}


def stored(municipality: Municipality) -> ApiToken:
    with context.tenant(municipality.pk):
        return ApiToken.objects.get()


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "Bearer",
        "Bearer x",
        "Basic eDp5",
        "Bearer cdx_102016_" + "x" * 43,
        "Bearer cdx_999999_" + "x" * 43,
    ],
)
def test_what_is_no_token(member: Municipality, credentials: str) -> None:
    refused = Client(headers={"Authorization": credentials}).get(f"{HERE}/plans/")
    problem(refused, 401, "invalid-token")
    assert refused["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


def test_without_any(member: Municipality) -> None:
    refused = Client().get(f"{HERE}/plans/")
    problem(refused, 401, "authentication-required")
    assert refused["WWW-Authenticate"] == 'Bearer realm="api"'


def test_it_opens_its_own_municipality_only(
    machine: Callable[..., Caller], takasaki: Municipality, secretary: User
) -> None:
    system = machine()
    assert system.get("/plans/").status_code == 200
    assert system.get("/api/v1/municipalities/102024/").status_code == 200
    for path in ("m/102024/plans/", "m/999999/plans/", "secretariat/reports/", "secretariat/members/"):
        problem(system.get(f"/api/v1/{path}"), 404, "not-found")


def test_it_may_do_what_its_scopes_say(machine: Callable[..., Caller], member: Municipality) -> None:
    reader = machine("shared_plans.adopt")
    assert reader.get("/plans/").status_code == 200
    problem(reader.post("/observations/", FIGURE), 403, "permission-denied")


def test_it_writes_without_csrf_and_under_its_name(
    machine: Callable[..., Caller], member: Municipality
) -> None:
    system = machine()
    system.client.handler.enforce_csrf_checks = True
    assert system.post("/observations/", FIGURE).status_code == 201
    with context.tenant(member.pk):
        event = Event.objects.get(action="observation.recorded")
    assert (event.actor_kind, event.actor_label) == ("service", "文書管理システム")
    assert stored(member).last_used_at is not None


def test_it_never_decides_nor_manages_people(machine: Callable[..., Caller]) -> None:
    system = machine()
    for path in ("/staff/", "/staff/invitations/"):
        problem(system.get(path), 403, "permission-denied")


def test_pages_know_no_tokens(secret: Callable[..., str]) -> None:
    answer = Client(headers={"Authorization": f"Bearer {secret()}"}).get("/m/102016/plans/")
    assert answer.status_code == 302


def test_it_ends(machine: Callable[..., Caller], member: Municipality) -> None:
    system = machine()
    for change in ({"expires_at": timezone.now() - timedelta(1)}, {"revoked_at": timezone.now()}):
        with as_owner():
            ApiToken.visible.update(expires_at=timezone.now() + timedelta(1), revoked_at=None)
            ApiToken.visible.update(**change)
        problem(system.get("/plans/"), 401, "invalid-token")


def test_only_a_hash_is_kept(secret: Callable[..., str], member: Municipality) -> None:
    shown = secret()
    row = stored(member)
    assert shown.startswith("cdx_102016_")
    assert shown not in {str(value) for value in vars(row).values()}
    assert row.ending == shown[-4:]


def test_scopes_beyond_what_a_token_may_have(
    member: Municipality, staff: Callable[..., User], acting: Callable[..., Any]
) -> None:
    with (
        acting(staff(member, "administrator"), member) as actor,
        pytest.raises(tokens.ValidationError, match="scope"),
    ):
        issue_token(by=actor, name="x", scopes=["shared_plans.approve"], days=30)


def test_without_audit_row_there_is_no_token(
    secret: Callable[..., str], member: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(tokens, "record", refuse)
    with pytest.raises(RuntimeError):
        secret()
    with context.tenant(member.pk):
        assert not ApiToken.objects.exists()


def test_issued_shown_once_and_revoked_on_the_pages(
    member: Municipality, staff: Callable[..., User], client_for: Callable[..., Client]
) -> None:
    office = client_for(staff(member, "administrator"))
    form = {"name": "文書管理システム", "scopes": ["reporting.record"], "days": "90"}
    place = office.post("/m/102016/tokens/new/", form)["Location"]
    shown = office.get(place).context["secret"]
    assert shown in {None, ""} or shown.startswith("cdx_102016_")
    assert shown not in office.get(place).content.decode()
    system = Caller(Client(headers={"Authorization": f"Bearer {shown}"}))
    assert system.post("/observations/", FIGURE).status_code == 201
    assert "文書管理システム" in office.get("/m/102016/tokens/").content.decode()
    assert office.post(f"{place}revoke/").status_code == 302
    problem(system.get("/plans/"), 401, "invalid-token")
    assert office.post(f"{place}revoke/").status_code == 422


def test_issuing_asks_for_a_recent_proof(
    member: Municipality, staff: Callable[..., User], client_for: Callable[..., Client]
) -> None:
    office = client_for(staff(member, "administrator"), recent=False)
    form = {"name": "x", "scopes": [], "days": "90"}
    assert "/accounts/confirm/" in office.post("/m/102016/tokens/new/", form)["Location"]
    with context.tenant(member.pk):
        assert not ApiToken.objects.exists()
