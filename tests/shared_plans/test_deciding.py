"""決裁: four eyes, immutable revisions, sending back, withdrawing from sight."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.ui.waiting import tasks_of
from shared_plans.actions import draft_plan, publish_plan, return_plan, revise_plan, share_plan, submit_plan
from shared_plans.domain.document import content_hash, to_json
from shared_plans.models import Plan, PlanRevision, Visibility
from shared_plans.portal import PLANS_WAITING
from shared_plans.queries.library import LibraryFilter, library
from shared_plans.queries.plans import waiting_for

from .conftest import CONTENT
from .helpers import at, of

pytestmark = pytest.mark.django_db


def decision(plan: Plan, **changes: str) -> dict[str, str]:
    return {
        "do": "publish",
        "lock_version": str(plan.lock_version),
        "visibility": "consortium",
        "reason": "",
        **changes,
    }


def test_strangers_and_editors(
    client: Client, at_adopter: Client, at_editor: Client, maebashi: Municipality, submitted: Plan
) -> None:
    url = of(submitted, maebashi, "review")
    for who, status in ((client, 302), (at_adopter, 404), (at_editor, 403)):
        assert who.get(url).status_code == status
        assert who.post(url, decision(submitted)).status_code == status


def test_publish(at_approver: Client, maebashi: Municipality, submitted: Plan, approver: Any) -> None:
    url = of(submitted, maebashi, "review")
    assert "書かない窓口" in at_approver.get(url).content.decode()
    receipt = at_approver.post(url, decision(submitted)).url
    assert at_approver.get(receipt).status_code == 200
    with context.tenant(maebashi.pk):
        revision = PlanRevision.objects.get()
        assert (revision.number, revision.hash, revision.parent_hash) == (
            1,
            content_hash(to_json(CONTENT)),
            "",
        )
        assert revision.approved_by_id == approver.pk
        assert revision.item_keys == ["front_yard", "telework"]
        assert Plan.objects.get().status == "published"
    assert at_approver.get(of(submitted, maebashi, "revision", number=1)).status_code == 200
    assert at_approver.get(of(submitted, maebashi, "revision", number=2)).status_code == 404
    assert at_approver.post(url, decision(submitted)).status_code == 422, "it is not in review any more"


def test_return_needs_a_reason_and_reaches_the_editor(
    at_approver: Client,
    at_editor: Client,
    maebashi: Municipality,
    submitted: Plan,
    editor: Any,
    acting: Callable[..., Any],
) -> None:
    url = of(submitted, maebashi, "review")
    refused = at_approver.post(url, decision(submitted, do="return"))
    assert refused.status_code == 422
    assert "reason" in refused.context["form"].errors
    returned = at_approver.post(
        url, decision(submitted, do="return", reason="指標の根拠を追記してください。")
    )
    assert at_approver.get(returned.url).status_code == 200
    assert "指標の根拠" in at_editor.get(of(submitted, maebashi)).content.decode()
    with acting(editor, maebashi) as actor:
        assert [task.url for task in tasks_of(actor, [PLANS_WAITING])] == [of(submitted, maebashi, "edit")]


def test_a_reason_given_with_an_approval_is_questioned(
    at_approver: Client, maebashi: Municipality, submitted: Plan
) -> None:
    url = of(submitted, maebashi, "review")
    assert at_approver.post(url, decision(submitted, reason="直してください")).status_code == 422


def test_todo_of_the_approver(
    maebashi: Municipality,
    submitted: Plan,
    approver: Any,
    editor: Any,
    secretary: Any,
    acting: Callable[..., Any],
) -> None:
    with acting(approver, maebashi) as actor:
        assert [task.url for task in tasks_of(actor, [PLANS_WAITING])] == [of(submitted, maebashi, "review")]
    with acting(editor, maebashi) as actor:
        assert tasks_of(actor, [PLANS_WAITING]) == []
    with acting(secretary) as actor:
        assert tasks_of(actor, [PLANS_WAITING]) == []


def test_drafts_sent_back_do_not_hide_what_waits(
    maebashi: Municipality,
    staff: Callable[..., Any],
    submitted: Plan,
    acting: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = staff(maebashi, "editor", "approver")
    monkeypatch.setattr("shared_plans.portal.SHOWN", 1)
    with acting(both, maebashi) as actor:
        newer = draft_plan(
            by=actor, title="差し戻された計画", edition=submitted.edition, year_from=2026, year_to=2028
        )
        Plan.objects.filter(pk=newer.pk).update(returned_reason="直してください")
        assert [task.url for task in tasks_of(actor, [PLANS_WAITING])] == [of(submitted, maebashi, "review")]


def test_who_wrote_it_does_not_approve_it(
    maebashi: Municipality,
    staff: Callable[..., Any],
    acting: Callable[..., Any],
    submitted: Plan,
    editor: Any,
) -> None:
    staff(maebashi, "approver", user=editor)
    with acting(editor, maebashi) as actor:
        assert not waiting_for(actor).exists()
        with pytest.raises(ValidationError) as error:
            publish_plan(by=actor, plan=submitted, lock_version=submitted.lock_version)
        assert error.value.code == "four_eyes"


def test_editor_may_not_publish(
    maebashi: Municipality, submitted: Plan, editor: Any, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor, pytest.raises(PermissionDenied):
        publish_plan(by=actor, plan=submitted, lock_version=submitted.lock_version)


def test_only_what_was_seen_is_approved(
    maebashi: Municipality, submitted: Plan, approver: Any, acting: Callable[..., Any]
) -> None:
    with acting(approver, maebashi) as actor, pytest.raises(ValidationError) as error:
        publish_plan(by=actor, plan=submitted, lock_version=submitted.lock_version - 1)
    assert error.value.code == "conflict"


@pytest.mark.parametrize("act", ["publish", "return"])
def test_nothing_is_decided_without_its_audit_row(
    maebashi: Municipality, submitted: Plan, approver: Any, acting: Callable[..., Any], act: str
) -> None:
    with acting(approver, maebashi) as actor:
        with (
            patch("shared_plans.actions.deciding.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            if act == "publish":
                publish_plan(by=actor, plan=submitted, lock_version=submitted.lock_version)
            else:
                return_plan(by=actor, plan=submitted, reason="x")
        assert Plan.objects.get().status == "in_review"
        assert not PlanRevision.objects.exists()


def test_the_next_revision_names_its_parent(
    maebashi: Municipality, published: PlanRevision, editor: Any, approver: Any, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor:
        plan = revise_plan(by=actor, plan=published.plan, reason="見直し")
        plan = submit_plan(by=actor, plan=plan)
    with acting(approver, maebashi) as actor:
        second = publish_plan(by=actor, plan=plan, lock_version=plan.lock_version)
        assert (second.number, second.parent_hash, second.reason) == (2, published.hash, "見直し")
        latest = PlanRevision.objects.filter(is_latest=True)
        assert list(latest) == [second]
        assert list(library(LibraryFilter(), maebashi)) == [second]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shared_plans_planrevision SET content = '{}'",
        "UPDATE shared_plans_planrevision SET approved_by_name = 'x'",
        "UPDATE shared_plans_planrevision SET hash = 'x'",
        "DELETE FROM shared_plans_planrevision",
        "TRUNCATE shared_plans_planrevision",
    ],
)
@pytest.mark.parametrize("role", ["app", "worker", "secretariat"])
def test_a_revision_cannot_be_changed_in_the_database(
    maebashi: Municipality, published: PlanRevision, statement: str, role: str
) -> None:
    with (
        context.opened(context.Context(role, municipality_id=maebashi.pk)),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(statement)


def test_who_shows_it_where_can_be_changed_by_the_owner_alone(
    maebashi: Municipality, takasaki: Municipality, published: PlanRevision
) -> None:
    statement = "UPDATE shared_plans_planrevision SET visibility = 'private'"
    for municipality, rows in ((takasaki, 0), (maebashi, 1)):
        with context.tenant(municipality.pk), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount == rows


def test_withdraw_and_show_again(
    at_approver: Client,
    at_editor: Client,
    at_adopter: Client,
    maebashi: Municipality,
    takasaki: Municipality,
    published: PlanRevision,
) -> None:
    there = at(takasaki, "library_plan", revision=published.pk)
    assert at_adopter.get(there).status_code == 200
    for name, status in (("unshare", 404), ("share", 200)):
        url = of(published.plan, maebashi, name)
        assert at_editor.post(url).status_code == 403
        assert at_approver.get(url).status_code == 200
        assert at_approver.post(url, {"visibility": "consortium"}).status_code == 302
        assert at_adopter.get(there).status_code == status


def test_a_private_revision_is_not_visible_to_others(
    maebashi: Municipality,
    takasaki: Municipality,
    published: PlanRevision,
    approver: Any,
    acting: Callable[..., Any],
) -> None:
    with acting(approver, maebashi) as actor:
        share_plan(by=actor, plan=published.plan, visibility=Visibility.PRIVATE)
    with context.tenant(takasaki.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shared_plans_planrevision")
        assert cursor.fetchone() == (0,)
