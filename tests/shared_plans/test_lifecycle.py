"""実行, 終了, 復元, 取りやめ: what goes on beside the working copy, and back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import (
    Sharing,
    abandon_revision,
    enter_phase,
    publish_plan,
    restore_revision,
    revise_plan,
    save_draft,
    share_plan,
    submit_plan,
)
from shared_plans.domain.document import Document, from_json, made
from shared_plans.domain.kinds import Kind
from shared_plans.domain.lifecycle import Phase, Status, Turn, open_turns
from shared_plans.models import Plan, PlanPhase, PlanRevision, Visibility
from shared_plans.queries.decisions import decisions_waiting
from shared_plans.queries.readable import readable_revisions

from .conftest import CONTENT
from .helpers import at, of

pytestmark = pytest.mark.django_db
SHORT = Document((made("other", Kind.INITIATIVE, {"title": "別の施策", "items": ("security",)}),))


@pytest.fixture
def enter(maebashi: Municipality, approver: Any, acting: Callable[..., Any]) -> Callable[..., Plan]:
    def entered(plan: Plan, turn: Turn, since: date | None = None, reason: str = "議会で承認") -> Plan:
        with acting(approver, maebashi) as actor:
            done: Plan = enter_phase(
                by=actor, plan=plan, turn=turn, since=since or timezone.localdate(), reason=reason
            )
            return done

    return entered


def test_what_may_follow_what() -> None:
    every = {
        (phase, status): set(open_turns(phase, status, published=True))
        for phase in Phase
        for status in Status
    }
    assert every[Phase.PREPARING, Status.PUBLISHED] == {Turn.START, Turn.CLOSE}
    assert every[Phase.PREPARING, Status.DRAFT] == {Turn.START}
    assert every[Phase.EXECUTING, Status.PUBLISHED] == {Turn.CLOSE}
    assert every[Phase.EXECUTING, Status.IN_REVIEW] == set()
    assert every[Phase.CLOSED, Status.PUBLISHED] == {Turn.REOPEN}
    assert not any(open_turns(phase, status, published=False) for phase in Phase for status in Status)


@pytest.mark.parametrize("name", ["start", "close", "reopen", "abandon"])
def test_strangers(
    client: Client,
    at_adopter: Client,
    at_editor: Client,
    published: PlanRevision,
    maebashi: Municipality,
    name: str,
) -> None:
    url = of(published.plan, maebashi, name)
    for who, status in ((client, 302), (at_adopter, 404)):
        assert who.get(url).status_code == status
        assert who.post(url, {"reason": "x"}).status_code == status
    if name != "abandon":
        assert at_editor.post(url, {"reason": "x"}).status_code == 403


def test_from_start_to_end_seen_by_others(
    at_approver: Client,
    at_adopter: Client,
    published: PlanRevision,
    maebashi: Municipality,
    takasaki: Municipality,
) -> None:
    plan, day = published.plan, {"since": "2026年4月1日"}
    assert "実行を開始する" in at_approver.get(of(plan, maebashi)).content.decode()
    refused = at_approver.post(of(plan, maebashi, "start"), {**day, "reason": ""})
    assert set(refused.context["form"].errors) == {"reason"}
    for name, phase in (("start", "実行中"), ("close", "終了")):
        reason = f"{phase}の庁内の事情"
        assert at_approver.post(of(plan, maebashi, name), {**day, "reason": reason}).status_code == 302
        page = at_approver.get(of(plan, maebashi)).content.decode()
        assert phase in page
        assert reason in page
    there = at_adopter.get(at(takasaki, "library_plan", revision=published.pk)).content.decode()
    assert "終了した計画です" in there
    assert "庁内の事情" not in there, "why is the own municipality's affair"
    with context.tenant(maebashi.pk):
        assert list(PlanPhase.objects.values_list("phase", flat=True)) == ["executing", "closed"]
    assert at_approver.get(of(plan, maebashi, "start"), follow=True).redirect_chain


def test_revised_while_it_is_carried_out(
    published: PlanRevision,
    maebashi: Municipality,
    editor: Any,
    approver: Any,
    acting: Callable[..., Any],
    enter: Callable[..., Plan],
) -> None:
    plan = enter(published.plan, Turn.START)
    with acting(editor, maebashi) as actor:
        plan = revise_plan(by=actor, plan=plan, reason="制度の変更", reason_kind="external")
        assert (plan.status, plan.phase) == ("draft", "executing")
        assert readable_revisions().get().phase == "executing", "the one in force, beside the draft"
        plan = submit_plan(by=actor, plan=plan)
    with pytest.raises(ValidationError) as error:
        enter(plan, Turn.CLOSE)
    assert error.value.code == "draft_open"
    with acting(approver, maebashi) as actor:
        second = publish_plan(by=actor, plan=plan, lock_version=plan.lock_version)
    assert (second.number, second.phase, second.reason_kind) == (2, "executing", "external")
    plan = enter(plan, Turn.CLOSE)
    with acting(editor, maebashi) as actor, pytest.raises(ValidationError) as error:
        revise_plan(by=actor, plan=plan, reason="続き")
    assert error.value.code == "closed"
    assert enter(plan, Turn.REOPEN).phase == "executing"


@pytest.mark.parametrize(
    ("since", "code"), [(timedelta(days=1), "future"), (timedelta(days=-5), "order")], ids=["future", "order"]
)
def test_days_that_cannot_be(
    published: PlanRevision, enter: Callable[..., Plan], since: timedelta, code: str
) -> None:
    today = timezone.localdate()
    plan = enter(published.plan, Turn.START, today)
    with pytest.raises(ValidationError) as error:
        enter(plan, Turn.CLOSE, today + since)
    assert error.value.error_dict["since"][0].code == code


def test_no_phase_without_permission_or_audit_row(
    published: PlanRevision, maebashi: Municipality, editor: Any, approver: Any, acting: Callable[..., Any]
) -> None:
    given = {"plan": published.plan, "turn": Turn.START, "since": timezone.localdate(), "reason": "x"}
    with acting(editor, maebashi) as actor, pytest.raises(PermissionDenied):
        enter_phase(by=actor, **given)
    with acting(approver, maebashi) as actor:
        with (
            patch("shared_plans.actions.phases.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            enter_phase(by=actor, **given)
        assert Plan.objects.get().phase == "preparing"
        assert not PlanPhase.objects.exists()


# --- Back to an earlier revision -------------------------------------------------------------------


@pytest.fixture
def second(
    submitted: Plan, maebashi: Municipality, editor: Any, approver: Any, acting: Callable[..., Any]
) -> PlanRevision:
    """The first kept its budget private; the second says something else altogether."""
    with acting(approver, maebashi) as actor:
        sharing = Sharing(private_kinds=(Kind.BUDGET,))
        first = publish_plan(by=actor, plan=submitted, lock_version=submitted.lock_version, sharing=sharing)
    with acting(editor, maebashi) as actor:
        plan = revise_plan(by=actor, plan=first.plan, reason="見直し")
        plan = save_draft(by=actor, plan=plan, lock_version=plan.lock_version, content=SHORT, title="別の名")
        plan = submit_plan(by=actor, plan=plan)
    with acting(approver, maebashi) as actor:
        revision: PlanRevision = publish_plan(by=actor, plan=plan, lock_version=plan.lock_version)
        return revision


def test_restore_brings_back_the_whole(
    at_editor: Client, at_adopter: Client, second: PlanRevision, maebashi: Municipality
) -> None:
    plan = second.plan
    url = of(plan, maebashi, "restore", number=1)
    assert at_adopter.get(url).status_code == 404
    page = at_editor.get(url)
    assert "窓口システム" in page.content.decode(), "what would change, private sections too"
    form = {"lock_version": page.context["form"]["lock_version"].value()}
    assert at_editor.post(url, {**form, "reason": ""}).status_code == 422
    assert at_editor.post(url, {**form, "reason": "議会の意見"}).status_code == 302
    assert at_editor.post(url, {**form, "reason": "もう一度"}).status_code == 422, "somebody wrote in between"
    with context.tenant(maebashi.pk):
        restored = Plan.objects.get()
        assert from_json(restored.draft).by_id() == CONTENT.by_id()
        assert (restored.status, restored.reason_kind) == ("draft", "restored")
        assert restored.reason == "第1版から復元: 議会の意見"
        assert restored.title != "別の名"
        assert PlanRevision.objects.count() == 2
        assert Event.objects.filter(action="plan.restored").count() == 1


def test_restoring_over_an_open_draft_keeps_who_wrote_it_from_deciding(
    second: PlanRevision,
    maebashi: Municipality,
    editor: Any,
    staff: Callable[..., Any],
    acting: Callable[..., Any],
) -> None:
    colleague = staff(maebashi, "editor")
    with acting(editor, maebashi) as actor:
        plan = revise_plan(by=actor, plan=second.plan, reason="見直し")
    with acting(colleague, maebashi) as actor:
        plan = restore_revision(by=actor, plan=plan, number=1, lock_version=plan.lock_version, reason="誤り")
    assert set(plan.authors) == {str(editor.pk), str(colleague.pk)}


def test_give_up_a_revision(
    at_editor: Client,
    second: PlanRevision,
    draft: Plan,
    maebashi: Municipality,
    editor: Any,
    acting: Callable[..., Any],
) -> None:
    with acting(editor, maebashi) as actor:
        plan = revise_plan(by=actor, plan=second.plan, reason="見直し")
        plan = save_draft(by=actor, plan=plan, lock_version=plan.lock_version, content=CONTENT)
    url = of(plan, maebashi, "abandon")
    assert at_editor.post(url, {"lock_version": plan.lock_version - 1}).status_code == 422
    assert at_editor.post(url, {"lock_version": plan.lock_version}).status_code == 302
    with context.tenant(maebashi.pk):
        kept = Plan.objects.get(pk=plan.pk)
        assert (kept.status, from_json(kept.draft), kept.reason) == ("published", SHORT, "見直し")


def test_a_first_draft_cannot_be_given_up(
    draft: Plan, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor, pytest.raises(ValidationError) as error:
        abandon_revision(by=actor, plan=draft, lock_version=draft.lock_version)
    assert error.value.code == "nothing_published"


# --- Decisions waiting -----------------------------------------------------------------------------


def test_decisions_are_measured_by_what_the_head_promised(
    draft: Plan, maebashi: Municipality, takasaki: Municipality, editor: Any, acting: Callable[..., Any]
) -> None:
    promise = made("promise", Kind.COMMITMENT, {"statement": "速く決める", "decision_days": 3})
    with acting(editor, maebashi) as actor:
        content = CONTENT.with_clause(promise)
        plan = save_draft(by=actor, plan=draft, lock_version=draft.lock_version, content=content)
        submit_plan(by=actor, plan=plan)
        thursday = datetime(2026, 6, 4, 10, tzinfo=UTC)  # three days later is a Sunday
        Plan.objects.update(submitted_at=thursday)
        (waiting,) = decisions_waiting()
        assert (waiting.since, waiting.due_on) == (date(2026, 6, 4), date(2026, 6, 8))
        assert waiting.is_overdue(date(2026, 6, 9))
        assert not waiting.is_overdue(date(2026, 6, 8))
    with context.tenant(takasaki.pk):
        assert decisions_waiting() == []


def test_named_readers_alone_hear_of_a_revision(
    published: PlanRevision,
    maebashi: Municipality,
    takasaki: Municipality,
    approver: Any,
    acting: Callable[..., Any],
) -> None:
    with (
        acting(approver, maebashi) as actor,
        patch("shared_plans.actions.sharing.notify") as told,
    ):
        share_plan(by=actor, plan=published.plan, visibility=Visibility.NAMED, reader_ids=[takasaki.pk])
        (call,) = told.call_args_list
        assert call.kwargs["to"].topic.endswith(f":{takasaki.pk}")
