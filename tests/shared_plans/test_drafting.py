"""Writing a plan: who may, what is refused, and that nobody's text is lost."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import draft_plan, revise_plan, save_draft, submit_plan
from shared_plans.domain.document import Document, from_json
from shared_plans.domain.kinds import Kind, fields_of
from shared_plans.models import Plan, PlanRevision
from shared_plans.queries.framework import framework_editions

from .conftest import CONTENT, TITLE
from .helpers import at, of, sent

pytestmark = pytest.mark.django_db
NEW = {"title": TITLE, "edition": "current", "year_from": "2026", "year_to": "2030"}
PAGES = ("plan", "edit", "submit")


def test_anonymous_signs_in_first(client: Client, maebashi: Municipality, draft: Plan) -> None:
    for name in PAGES:
        assert client.get(of(draft, maebashi, name)).status_code == 302
    assert client.post(at(maebashi, "new"), NEW).status_code == 302
    assert client.get(at(maebashi, "api_plan", plan=draft.pk)).status_code == 401


def test_takasaki_sees_no_draft_of_maebashi(
    at_adopter: Client,
    adopter: Any,
    maebashi: Municipality,
    takasaki: Municipality,
    draft: Plan,
    acting: Callable[..., Any],
) -> None:
    for name in PAGES:
        assert at_adopter.get(of(draft, maebashi, name)).status_code == 404, "no post in Maebashi"
        assert at_adopter.get(of(draft, takasaki, name)).status_code == 404, "not a plan of Takasaki"
    assert at_adopter.get(at(takasaki, "api_plan", plan=draft.pk)).status_code == 404
    assert at_adopter.get(at(takasaki, "api_plans")).json()["results"] == []
    assert at_adopter.get(at(takasaki, "api_library")).json()["results"] == []
    with acting(adopter, takasaki) as actor:
        assert not Plan.visible.filter(pk=draft.pk).exists()
        with pytest.raises(Plan.DoesNotExist):
            save_draft(by=actor, plan=draft, lock_version=draft.lock_version, content=Document())
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM shared_plans_plan")
            assert cursor.fetchone() == (0,)


def test_approver_reads_but_does_not_write(
    at_approver: Client, approver: Any, maebashi: Municipality, draft: Plan, acting: Callable[..., Any]
) -> None:
    assert at_approver.get(of(draft, maebashi)).status_code == 200
    assert at_approver.get(of(draft, maebashi, "edit")).status_code == 403
    assert at_approver.post(at(maebashi, "new"), NEW).status_code == 403
    with acting(approver, maebashi) as actor, pytest.raises(PermissionDenied):
        save_draft(by=actor, plan=draft, lock_version=draft.lock_version, content=Document())


def test_from_nothing_to_a_submitted_plan(at_editor: Client, maebashi: Municipality) -> None:
    assert "計画はまだありません" in at_editor.get(at(maebashi, "plans")).content.decode()
    assert at_editor.get(at(maebashi, "new")).status_code == 200
    edit = at_editor.post(at(maebashi, "new"), NEW).url
    assert "施策を1件以上" in at_editor.get(edit).content.decode()
    new = edit.replace("/edit/", "/clauses/new/initiative/")
    entries = {
        "title": "書かない窓口",
        "items": ["front_yard"],
        "milestones.0.title": "試行",
        "milestones.0.due": "2027-03-31",
    }
    assert at_editor.post(new, sent(at_editor, new, **entries)).url.startswith(edit)
    page = at_editor.get(edit).content.decode()
    assert "書かない窓口" in page
    assert "この施策の予算がありません。" in page
    submit = edit.replace("/edit/", "/submit/")
    assert "書かない窓口" in at_editor.get(submit).content.decode()
    receipt = at_editor.post(submit).url
    assert receipt.endswith("/receipt/submitted/")
    assert at_editor.get(receipt).status_code == 200
    assert at_editor.get(edit).status_code == 302, "in review it can't be edited"
    assert at_editor.post(new, {**entries, "clause_id": "late"}).status_code == 422


def test_remove_a_clause(at_editor: Client, maebashi: Municipality, draft: Plan) -> None:
    remove = of(draft, maebashi, "remove_clause", clause="clause-1")
    assert at_editor.get(remove).status_code == 200
    refused = at_editor.post(remove)
    assert refused.status_code == 422
    assert "「窓口システム」がこの項目を使っています" in refused.content.decode()
    assert at_editor.post(of(draft, maebashi, "remove_clause", clause="clause-3")).status_code == 302
    assert at_editor.post(remove).status_code == 302
    assert [clause.id for clause in _draft(maebashi).clauses] == ["clause-2"]


def _draft(maebashi: Municipality) -> Document:
    with context.tenant(maebashi.pk):
        return from_json(Plan.objects.get().draft)


INITIATIVE, BUDGET = "clause-1", "clause-3"


@pytest.mark.parametrize(
    ("clause", "change", "field"),
    [
        (INITIATIVE, {"title": "あ" * 121}, "title"),
        (INITIATIVE, {"title": "123456789018"}, "title"),
        (INITIATIVE, {"body": "番号は１２３４ ５６７８ ９０１８"}, "body"),
        (INITIATIVE, {"body": "a\0b"}, "body"),
        (INITIATIVE, {"milestones.0.due": "昨日"}, "milestones.0.due"),
        (INITIATIVE, {"milestones.0.due": "2031-04-01"}, "milestones.0.due"),
        (INITIATIVE, {"starts_on": "2027-04-02", "ends_on": "2027-04-01"}, "ends_on"),
        (INITIATIVE, {"items": ["nothing"]}, "items"),
        (INITIATIVE, {"step": "4"}, "step"),
        (INITIATIVE, {"seen": "{"}, "seen"),
        (INITIATIVE, {"clause_id": "<script>"}, "clause_id"),
        (BUDGET, {"amount": "百万"}, "amount"),
        (BUDGET, {"amount": "-1"}, "amount"),
        (BUDGET, {"amount": "1" * 17}, "amount"),
        (BUDGET, {"initiative": "clause-9"}, "initiative"),
        (BUDGET, {"year": "2031"}, "year"),
        (BUDGET, {"year": "x"}, "year"),
        (BUDGET, {"funding": "lottery"}, "funding"),
    ],
)
def test_bad_input_is_shown_at_its_field(
    at_editor: Client, maebashi: Municipality, draft: Plan, clause: str, change: dict[str, Any], field: str
) -> None:
    edit = of(draft, maebashi, "edit_clause", clause=clause)
    response = at_editor.post(edit, sent(at_editor, edit, **change))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    with context.tenant(maebashi.pk):
        assert Plan.objects.get().draft == draft.draft


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "あ" * 121}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"year_to": "2025"}, "year_to"),
        ({"year_to": "x"}, "year_to"),
        ({"lock_version": "x"}, "lock_version"),
    ],
)
def test_a_bad_head_is_shown_at_its_field(
    at_editor: Client, maebashi: Municipality, draft: Plan, change: dict[str, Any], field: str
) -> None:
    head = of(draft, maebashi, "edit_head")
    response = at_editor.post(head, sent(at_editor, head, **change))
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_numbers_are_read_as_people_write_them(
    at_editor: Client, maebashi: Municipality, draft: Plan
) -> None:
    edit = of(draft, maebashi, "edit_clause", clause=BUDGET)
    assert at_editor.post(edit, sent(at_editor, edit, amount="１３，５００，０００")).status_code == 302
    line = _draft(maebashi).clause(BUDGET)
    assert line
    assert line.number("amount") == 13_500_000


def test_two_writers_of_different_fields_both_keep_their_text(
    at_editor: Client,
    maebashi: Municipality,
    draft: Plan,
    staff: Callable[..., Any],
    client_for: Callable[..., Client],
) -> None:
    edit = of(draft, maebashi, "edit_clause", clause=INITIATIVE)
    colleague = client_for(staff(maebashi, "editor"))
    stale = sent(at_editor, edit, unit="市民課")
    assert colleague.post(edit, sent(colleague, edit, title="同僚の題")).status_code == 302
    assert at_editor.post(edit, stale).status_code == 302
    clause = _draft(maebashi).clause(INITIATIVE)
    assert clause
    assert (clause.text("title"), clause.text("unit")) == ("同僚の題", "市民課")


def test_the_second_of_two_writers_sees_both_and_loses_nothing(
    at_editor: Client,
    maebashi: Municipality,
    draft: Plan,
    staff: Callable[..., Any],
    client_for: Callable[..., Client],
) -> None:
    edit = of(draft, maebashi, "edit_clause", clause=INITIATIVE)
    colleague = client_for(staff(maebashi, "editor"))
    stale = sent(at_editor, edit, title="わたしの題", unit="市民課")
    assert colleague.post(edit, sent(colleague, edit, title="同僚の題", body="同僚の文")).status_code == 302
    refused = at_editor.post(edit, stale)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "わたしの題" in page
    assert "同僚の題" in page
    clause = _draft(maebashi).clause(INITIATIVE)
    assert clause
    assert clause.text("title") == "同僚の題"
    again = {**stale, "seen": refused.context["form"]["seen"].value(), "body": "同僚の文"}
    assert at_editor.post(edit, again).status_code == 302
    clause = _draft(maebashi).clause(INITIATIVE)
    assert clause
    assert (clause.text("title"), clause.text("unit"), clause.text("body")) == (
        "わたしの題",
        "市民課",
        "同僚の文",
    )


def test_saving_what_was_submitted_elsewhere_is_not_offered_again(
    at_editor: Client, maebashi: Municipality, draft: Plan
) -> None:
    edit = of(draft, maebashi, "edit_clause", clause=INITIATIVE)
    stale = sent(at_editor, edit, title="わたしの題")
    assert at_editor.post(of(draft, maebashi, "submit")).status_code == 302
    refused = at_editor.post(edit, stale)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "状態が変わった" in page
    assert "もう一度保存" not in page


def test_submitting_an_unfinished_plan_names_what_is_missing(
    at_editor: Client, maebashi: Municipality, draft: Plan
) -> None:
    edit = of(draft, maebashi, "edit_clause", clause=INITIATIVE)
    at_editor.post(edit, sent(at_editor, edit, title=""))
    assert "施策の名称: 入力してください。" in at_editor.get(of(draft, maebashi, "edit")).content.decode()
    response = at_editor.post(of(draft, maebashi, "submit"))
    assert response.status_code == 422
    assert "(名称未入力)" in response.content.decode()
    for clause in (BUDGET, INITIATIVE, "clause-2"):
        at_editor.post(of(draft, maebashi, "remove_clause", clause=clause))
    assert "施策を1件以上" in at_editor.post(of(draft, maebashi, "submit")).content.decode()


def test_unknown_kinds_and_clauses_are_not_found(
    at_editor: Client, maebashi: Municipality, draft: Plan
) -> None:
    assert at_editor.get(of(draft, maebashi, "new_clause", clause_kind="blocker")).status_code == 404
    assert at_editor.get(of(draft, maebashi, "edit_clause", clause="clause-9")).status_code == 404


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_its_form(at_editor: Client, maebashi: Municipality, draft: Plan, kind: Kind) -> None:
    page = at_editor.get(of(draft, maebashi, "new_clause", clause_kind=kind.value))
    assert page.status_code == 200
    names = {field.name for field in page.context["form"].visible() if hasattr(field, "name")}
    assert names <= {field.key for field in fields_of(kind)}


def test_recall(at_editor: Client, maebashi: Municipality, submitted: Plan) -> None:
    recall = of(submitted, maebashi, "recall")
    assert at_editor.get(recall).status_code == 200
    assert at_editor.post(recall).status_code == 302
    assert at_editor.get(of(submitted, maebashi, "edit")).status_code == 200
    assert at_editor.post(recall).status_code == 422


def test_revise_needs_a_reason_and_keeps_what_was_published(
    at_editor: Client, maebashi: Municipality, published: PlanRevision
) -> None:
    revise = of(published.plan, maebashi, "revise")
    assert at_editor.get(of(published.plan, maebashi, "edit")).status_code == 302
    assert at_editor.post(revise, {"reason": " "}).status_code == 422
    assert at_editor.post(revise, {"reason": "国の計画の改定", "reason_kind": "edition"}).status_code == 302
    edit = of(published.plan, maebashi, "edit_clause", clause=INITIATIVE)
    assert at_editor.post(edit, sent(at_editor, edit, title="新しい題")).status_code == 302
    with context.tenant(maebashi.pk):
        assert from_json(PlanRevision.objects.get().content) == CONTENT


@pytest.mark.parametrize("act", ["draft", "save", "submit"])
def test_nothing_is_written_without_its_audit_row(
    maebashi: Municipality, editor: Any, draft: Plan, acting: Callable[..., Any], act: str
) -> None:
    with acting(editor, maebashi) as actor:
        before = list(Plan.objects.order_by("id").values())
        edition = framework_editions()[0]
        with (
            patch("shared_plans.actions.drafting.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            if act == "draft":
                draft_plan(by=actor, title="別の計画", edition=edition, year_from=2026, year_to=2027)
            elif act == "save":
                save_draft(by=actor, plan=draft, lock_version=draft.lock_version, content=Document())
            else:
                submit_plan(by=actor, plan=draft)
        assert list(Plan.objects.order_by("id").values()) == before


def test_a_published_plan_is_not_revised_without_its_audit_row(
    maebashi: Municipality, editor: Any, published: PlanRevision, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor:
        with (
            patch("shared_plans.actions.drafting.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            revise_plan(by=actor, plan=published.plan, reason="改定")
        assert Plan.objects.get().status == "published"


@pytest.mark.parametrize(("year_from", "year_to"), [(2030, 2026), (2026, 2036), (1800, 1801)])
def test_years_out_of_order(
    maebashi: Municipality, editor: Any, acting: Callable[..., Any], year_from: int, year_to: int
) -> None:
    with acting(editor, maebashi) as actor, pytest.raises(ValidationError):
        draft_plan(by=actor, title="x", edition=framework_editions()[0], year_from=year_from, year_to=year_to)


def test_text_is_shown_escaped_with_its_line_breaks(
    at_editor: Client, maebashi: Municipality, draft: Plan
) -> None:
    page = at_editor.get(of(draft, maebashi)).content.decode()
    assert "全支所に広げます。<br>\n&lt;b&gt;太字にはなりません&lt;/b&gt;" in page


def test_list_is_flat_in_rows(
    at_editor: Client, maebashi: Municipality, editor: Any, draft: Plan, acting: Callable[..., Any]
) -> None:
    few = _statements(at_editor, at(maebashi, "plans"))
    with acting(editor, maebashi) as actor:
        for number in range(12):
            draft_plan(
                by=actor, title=f"計画{number}", edition=framework_editions()[0], year_from=2026, year_to=2027
            )
    assert _statements(at_editor, at(maebashi, "plans")) == few


def _statements(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
