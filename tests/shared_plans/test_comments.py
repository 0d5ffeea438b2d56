"""Comments on clauses: who may write, what is told to whom, what stays in the house."""

from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consortium.audit.models import Event
from consortium.tenancy import context
from shared_plans.actions import (
    answer_comment,
    remove_clause,
    reopen_comment,
    resolve_comment,
    withdraw_comment,
    write_comment,
)
from shared_plans.models import PlanComment
from shared_plans.queries.comments import open_counts, open_threads, threads_on
from tests.factories import acting

from .helpers import of
from .test_notices import said

MY_NUMBER = "123456789018"


@pytest.fixture
def comment(draft, editor, maebashi):
    with acting(editor, maebashi) as by:
        return write_comment(by=by, plan=draft, clause_id="clause-1", body="期日は**いつ**ですか")


def test_strangers(client, at_adopter, at_editor, maebashi, comment, staff, client_for):
    counter = client_for(staff(maebashi, "counter"))
    page = of(comment.plan, maebashi, "clause_comments", clause="clause-1")
    assert [who.get(page).status_code for who in (client, at_adopter, counter, at_editor)] == [
        302,
        404,
        200,
        200,
    ]
    assert "コメントを書く" not in counter.get(page).content.decode()
    assert counter.post(page, {"body": "書けません"}).status_code == 403
    for name in ("answer_comment", "resolve_comment", "reopen_comment", "withdraw_comment"):
        url = of(comment.plan, maebashi, name, comment=comment.pk)
        sent = [who.post(url, {"body": "x"}).status_code for who in (client, at_adopter, counter)]
        assert sent == [302, 404, 403], name


def test_a_thread_from_beginning_to_end(at_editor, at_approver, approver, maebashi, draft):
    page = of(draft, maebashi, "clause_comments", clause="clause-1")
    body = {"body": "<script>alert(1)</script> **期日**は?", "mentions": [str(approver.pk)]}
    assert at_editor.post(page, body).status_code == 302
    with context.tenant(maebashi.pk):
        (first,) = PlanComment.objects.all()
    shown = at_approver.get(page).content.decode()
    assert "<strong>期日</strong>" in shown
    assert "<script>alert" not in shown
    assert str(approver.name) in shown
    answer = of(draft, maebashi, "answer_comment", comment=first.pk)
    assert "期日" in at_approver.get(answer).content.decode()
    assert at_approver.post(answer, {"body": "3月です"}).status_code == 302
    assert "未対応のコメント 1件" in at_editor.get(of(draft, maebashi)).content.decode()
    assert "未対応のコメント 1件" in at_editor.get(of(draft, maebashi, "edit")).content.decode()
    assert "期日" in at_editor.get(of(draft, maebashi, "edit_clause", clause="clause-1")).content.decode()
    assert "未対応のコメントが1件" in at_editor.get(of(draft, maebashi, "submit")).content.decode()
    assert "書かない窓口" in at_editor.get(of(draft, maebashi, "comments")).content.decode()
    at_editor.post(of(draft, maebashi, "resolve_comment", comment=first.pk))
    assert "対応済み" in at_editor.get(page).content.decode()
    assert at_editor.get(of(draft, maebashi, "comments")).context["rows"] == []
    refused = at_approver.post(answer, {"body": "まだあります"})
    assert refused.status_code == 422
    assert "先に未対応に戻してください" in refused.content.decode()
    at_approver.post(of(draft, maebashi, "reopen_comment", comment=first.pk))
    assert at_approver.post(answer, {"body": "まだあります"}).status_code == 302
    assert at_editor.post(of(draft, maebashi, "submit")).status_code == 302  # a warning, no obstacle


def test_who_is_told(draft, comment, editor, approver, staff, maebashi, mailbox):
    third = staff(maebashi, "editor")
    mailbox()
    with acting(approver, maebashi) as by:
        answer_comment(by=by, comment=comment, body="至急です", mentions=[third.pk])
    messages = mailbox()
    ((subject, body),) = said(messages, third)
    assert subject == "計画へのコメントでの呼びかけ"
    assert "至急" not in body
    assert f"/m/102016/plans/{draft.pk}/clauses/clause-1/comments/" in body
    assert [subject for subject, _body in said(messages, editor)] == ["計画へのコメントへの返信"]
    assert said(messages, approver) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "required"),
        (" \n", "required"),
        ("あ" * 2001, "max_length"),
        (f"番号 {MY_NUMBER}", "my_number"),
        ("a\x00", "nul"),
    ],
    ids=["empty", "blank", "long", "my number", "nul"],
)
def test_what_is_refused(draft, editor, maebashi, body, code):
    with acting(editor, maebashi) as by, pytest.raises(ValidationError) as caught:
        write_comment(by=by, plan=draft, clause_id="clause-1", body=body)
    assert caught.value.error_dict["body"][0].code == code


def test_only_colleagues_are_called_upon(draft, editor, adopter, staff, maebashi):
    counter = staff(maebashi, "counter")
    for stranger in (adopter, counter):
        with acting(editor, maebashi) as by, pytest.raises(ValidationError) as caught:
            write_comment(by=by, plan=draft, clause_id="clause-1", body="?", mentions=[stranger.pk])
        assert caught.value.error_dict["mentions"][0].code == "unknown"
    with acting(editor, maebashi) as by, pytest.raises(ValidationError) as caught:
        write_comment(by=by, plan=draft, clause_id="no-such", body="?")
    assert caught.value.code == "gone"


def test_taken_back_by_its_writer_alone(draft, comment, editor, approver, maebashi):
    with acting(approver, maebashi) as by:
        answer = answer_comment(by=by, comment=comment, body="はい")
        with pytest.raises(ValidationError) as caught:
            withdraw_comment(by=by, comment=comment)
        assert caught.value.code == "not_own"
        withdraw_comment(by=by, comment=answer)
    with acting(editor, maebashi) as by:
        assert open_counts(draft) == {"clause-1": 1}
        withdraw_comment(by=by, comment=comment)
        withdraw_comment(by=by, comment=comment)  # twice is fine
        assert set(PlanComment.objects.values_list("body", flat=True)) == {""}
        assert threads_on(draft, "clause-1") == []
        assert open_counts(draft) == {}


def test_an_answer_outlives_what_it_answers(draft, comment, editor, approver, maebashi):
    with acting(approver, maebashi) as by:
        answer_comment(by=by, comment=comment, body="はい")
    with acting(editor, maebashi) as by:
        withdraw_comment(by=by, comment=comment)
        (thread,) = threads_on(draft, "clause-1")
        assert [one.body for one in (thread.first, *thread.answers)] == ["", "はい"]
        assert list(open_threads(draft)) == [comment]


def test_a_clause_that_goes_leaves_what_was_said(at_editor, draft, comment, editor, maebashi):
    with acting(editor, maebashi) as by:
        other = write_comment(by=by, plan=draft, clause_id="clause-2", body="要りますか")
        remove_clause(by=by, plan=draft, clause_id="clause-2", seen=None)
        assert set(open_threads(draft)) == {comment, other}
    page = of(draft, maebashi, "clause_comments", clause="clause-2")
    shown = at_editor.get(page).content.decode()
    assert "下書きから削除されています" in shown
    assert "要りますか" in shown
    assert at_editor.post(page, {"body": "?"}).status_code == 422
    assert at_editor.get(of(draft, maebashi, "clause_comments", clause="never-was")).status_code == 404
    withdraw = at_editor.post(of(draft, maebashi, "withdraw_comment", comment=other.pk), follow=True)
    assert withdraw.status_code == 200


def test_the_log_says_who_and_where_but_not_what(comment, approver, editor, maebashi):
    with acting(approver, maebashi) as by:
        resolve_comment(by=by, comment=comment)
        reopen_comment(by=by, comment=comment)
        reopen_comment(by=by, comment=comment)
        found = Event.objects.filter(action__startswith="plan.comment").order_by("pk")
        assert [one.action for one in found] == [
            "plan.commented",
            "plan.comment_resolved",
            "plan.comment_reopened",
        ]
        assert all("いつ" not in str(one.detail) for one in found)
    with (
        acting(editor, maebashi) as by,
        patch("shared_plans.actions.commenting.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        write_comment(by=by, plan=comment.plan, clause_id="clause-1", body="残りません")
    with context.tenant(maebashi.pk):
        assert PlanComment.objects.count() == 1


def test_permission(draft, staff, maebashi):
    with acting(staff(maebashi, "counter"), maebashi) as by, pytest.raises(PermissionDenied):
        write_comment(by=by, plan=draft, clause_id="clause-1", body="?")


def test_other_municipalities_see_none(comment, takasaki):
    with context.tenant(takasaki.pk):
        assert not PlanComment.visible.exists()
