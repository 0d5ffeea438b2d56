"""Clauses move up and down within their kind, by what was seen."""

from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError

from consortium.audit.models import Event
from consortium.tenancy import context
from shared_plans.actions import move_clause, save_head
from shared_plans.domain.document import Document, from_json, made
from shared_plans.domain.kinds import Kind
from shared_plans.models import Plan
from tests.factories import acting

from .helpers import of


def order(plan, kind=Kind.INITIATIVE):
    with context.tenant(plan.municipality_id):
        return [one.id for one in from_json(Plan.objects.get(pk=plan.pk).draft).of(kind)]


def test_only_its_own_kind_moves():
    kinds = {"a": Kind.RISK, "b": Kind.KPI, "c": Kind.RISK, "d": Kind.KPI}
    document = Document(tuple(made(key, kind, {"title": key}) for key, kind in kinds.items()))
    moved = document.moved("c", up=True)
    assert "".join(one.id for one in moved.clauses) == "cbad"
    assert moved.moved("c", up=False) == document
    assert document.moved("a", up=True) == document
    assert document.moved("d", up=False) == document


def test_who_may(client, at_adopter, at_approver, maebashi, draft):
    url = of(draft, maebashi, "move_clause", clause="clause-2")
    sent = {"do": "up", "lock_version": draft.lock_version}
    answers = [who.post(url, sent).status_code for who in (client, at_adopter, at_approver)]
    assert answers == [302, 404, 403]
    assert order(draft) == ["clause-1", "clause-2"]


def test_by_the_buttons(at_editor, maebashi, draft):
    page = at_editor.get(of(draft, maebashi, "edit")).content.decode()
    url = of(draft, maebashi, "move_clause", clause="clause-2")
    assert f'formaction="{url}"' in page
    assert page.count('value="up"') == page.count('value="down"') == 1  # the budget line stands alone
    sent = {"do": "up", "lock_version": draft.lock_version}
    done = at_editor.post(url, sent)
    assert done["Location"].endswith("/edit/#clause-clause-2")
    assert order(draft) == ["clause-2", "clause-1"]
    late = at_editor.post(url, {**sent, "do": "down"}, follow=True)  # the page showed another order
    assert "開いた後に" in late.content.decode()
    assert order(draft) == ["clause-2", "clause-1"]
    for wrong in ({"do": "sideways"}, {"lock_version": "x"}, {"lock_version": ""}):
        refused = at_editor.post(url, {**sent, **wrong}, follow=True)
        assert "選択肢にない値です" in refused.content.decode()
    assert order(draft) == ["clause-2", "clause-1"]


def test_refusals_and_the_log(draft, editor, maebashi):
    with acting(editor, maebashi) as by:
        seen = draft.lock_version
        with pytest.raises(ValidationError) as gone:
            move_clause(by=by, plan=draft, clause_id="none", up=True, lock_version=seen)
        assert gone.value.code == "gone"
        same = move_clause(by=by, plan=draft, clause_id="clause-1", up=True, lock_version=seen)
        assert same.lock_version == seen
        save_head(by=by, plan=draft, lock_version=seen, title="別名", year_from=2026, year_to=2030)
        with pytest.raises(ValidationError) as conflict:
            move_clause(by=by, plan=draft, clause_id="clause-2", up=True, lock_version=seen)
        assert conflict.value.code == "conflict"
        move_clause(by=by, plan=draft, clause_id="clause-2", up=True, lock_version=seen + 1)
        assert Event.objects.filter(action="plan.clause_moved").count() == 1


def test_with_its_log_or_not_at_all(draft, editor, maebashi):
    with (
        patch("shared_plans.actions.ordering.record", side_effect=RuntimeError),
        acting(editor, maebashi) as by,
        pytest.raises(RuntimeError),
    ):
        move_clause(by=by, plan=draft, clause_id="clause-2", up=True, lock_version=draft.lock_version)
    assert order(draft) == ["clause-1", "clause-2"]


def test_not_while_it_is_decided_on(at_editor, maebashi, submitted):
    url = of(submitted, maebashi, "move_clause", clause="clause-2")
    at_editor.post(url, {"do": "up", "lock_version": submitted.lock_version})
    assert order(submitted) == ["clause-1", "clause-2"]
