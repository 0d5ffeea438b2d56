"""What is being written is kept for its writer: offered again, dropped, never put into the plan by itself."""

import pytest
from django.core.cache import cache

from consortium.tenancy import context
from consortium.ui.models import Draft
from shared_plans.actions import save_clause
from shared_plans.domain.document import from_json, made
from shared_plans.models import Plan
from shared_plans.views.keeping import MOST_A_MINUTE
from tests.factories import acting

from .helpers import of, sent

WRITTEN = "全支所と出張所に広げます。"


@pytest.fixture(autouse=True)
def _uncounted():
    cache.clear()


def body(plan, clause="clause-1"):
    with context.tenant(plan.municipality_id):
        return from_json(Plan.objects.get(pk=plan.pk).draft).clause(clause).text("body")


def kept(person):
    with context.person(person.pk):
        return list(Draft.objects.all())


def urls(plan, place, clause="clause-1"):
    return [
        of(plan, place, name, clause=clause) for name in ("edit_clause", "keep_clause", "drop_kept_clause")
    ]


def test_who_may(client, at_adopter, at_approver, maebashi, draft):
    for url in urls(draft, maebashi)[1:]:
        answers = [who.post(url, {"title": "x"}).status_code for who in (client, at_adopter, at_approver)]
        assert answers == [302, 404, 403]


def test_kept_offered_and_gone_on_with(at_editor, editor, maebashi, draft, staff, client_for):
    page, keep, _drop = urls(draft, maebashi)
    assert f'data-keep="{keep}"' in at_editor.get(page).content.decode()
    before = body(draft)
    written = sent(at_editor, page, body=WRITTEN)
    assert at_editor.post(keep, {**written, "once": "token"}).status_code == 204
    assert body(draft) == before
    (stored,) = kept(editor)
    assert WRITTEN not in stored.sealed
    offered = at_editor.get(page).content.decode()
    assert "書きかけの内容が残っています" in offered
    assert WRITTEN not in offered
    colleague = client_for(staff(maebashi, "editor"))
    assert "書きかけの内容が残っています" not in colleague.get(page).content.decode()
    gone_on = at_editor.get(f"{page}?draft=continue")
    assert WRITTEN in gone_on.content.decode()
    form = gone_on.context["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    assert at_editor.post(page, again).status_code == 302
    assert body(draft) == WRITTEN
    assert kept(editor) == []


def test_what_others_saved_meanwhile_is_met(at_editor, maebashi, draft, staff):
    page, keep, _drop = urls(draft, maebashi)
    at_editor.post(keep, sent(at_editor, page, body=WRITTEN))
    colleague = staff(maebashi, "editor")
    with acting(colleague, maebashi) as by:
        seen = from_json(draft.draft).clause("clause-1")
        theirs = made(seen.id, seen.kind, {**seen.values, "body": "中止します。"})
        save_clause(by=by, plan=draft, clause=theirs, seen=seen)
    form = at_editor.get(f"{page}?draft=continue").context["form"]
    again = at_editor.post(page, {name: form[name].value() or "" for name in form.fields})
    assert again.status_code == 422
    assert "中止します。" in again.content.decode()
    assert body(draft) == "中止します。"


def test_dropped(at_editor, maebashi, draft):
    page, keep, drop = urls(draft, maebashi)
    at_editor.post(keep, sent(at_editor, page, body=WRITTEN))
    assert at_editor.post(drop)["Location"] == page
    assert "書きかけの内容が残っています" not in at_editor.get(page).content.decode()
    assert at_editor.post(drop).status_code == 302  # nothing left to drop


def test_of_a_clause_yet_to_be(at_editor, maebashi, draft):
    page = of(draft, maebashi, "new_clause", clause_kind="risk")
    keep = of(draft, maebashi, "keep_new_clause", clause_kind="risk")
    assert at_editor.post(keep, sent(at_editor, page, title="担当者の異動")).status_code == 204
    assert "書きかけの内容が残っています" in at_editor.get(page).content.decode()
    other = of(draft, maebashi, "new_clause", clause_kind="kpi")
    assert "書きかけの内容が残っています" not in at_editor.get(other).content.decode()
    assert "担当者の異動" in at_editor.get(f"{page}?draft=continue").content.decode()
    assert at_editor.post(of(draft, maebashi, "drop_kept_new_clause", clause_kind="risk"))["Location"] == page


def test_what_is_not_kept(at_editor, editor, maebashi, draft):
    _page, keep, _drop = urls(draft, maebashi)
    assert at_editor.get(keep).status_code == 405
    assert at_editor.post(keep).status_code == 422
    assert at_editor.post(keep, {"body": "番号は 1234 5678 9018"}).status_code == 422
    assert at_editor.post(keep, {"body": "あ" * 200_001}).status_code == 413
    assert kept(editor) == []


def test_not_too_often(at_editor, maebashi, draft):
    _page, keep, _drop = urls(draft, maebashi)
    answers = [at_editor.post(keep, {"body": str(n)}).status_code for n in range(MOST_A_MINUTE + 1)]
    assert answers == [204] * MOST_A_MINUTE + [429]


def test_not_while_it_is_decided_on(at_editor, maebashi, submitted):
    _page, keep, _drop = urls(submitted, maebashi)
    assert at_editor.post(keep, {"body": "x"}).status_code == 409


def test_only_where_it_would_be_offered_again(at_editor, editor, maebashi, draft):
    for url in (
        of(draft, maebashi, "keep_clause", clause="never-was"),
        of(draft, maebashi, "keep_new_clause", clause_kind="never-was"),
    ):
        assert at_editor.post(url, {"body": "x"}).status_code == 409
    assert kept(editor) == []
