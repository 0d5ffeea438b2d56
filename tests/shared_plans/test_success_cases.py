"""成功事例: written for an initiative, published by another person, read by the other members."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import draft_case, publish_case, reopen_case, return_case, save_case, submit_case
from shared_plans.models import CaseStatus, Plan, PlanRevision, SuccessCase
from shared_plans.queries.cases import CaseFilter, cases

from .cases import VALUES
from .helpers import at, of, sent

pytestmark = pytest.mark.django_db
TITLE = str(VALUES["title"])


@pytest.fixture
def case(
    published: PlanRevision, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> SuccessCase:
    with acting(editor, maebashi) as actor:
        return draft_case(by=actor, plan=published.plan, initiative="clause-1", values=VALUES)


@pytest.fixture
def submitted_case(
    case: SuccessCase, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> SuccessCase:
    with acting(editor, maebashi) as actor:
        return submit_case(by=actor, case=case)


@pytest.fixture
def shown(
    submitted_case: SuccessCase, maebashi: Municipality, approver: Any, acting: Callable[..., Any]
) -> SuccessCase:
    with acting(approver, maebashi) as actor:
        return publish_case(by=actor, case=submitted_case, lock_version=submitted_case.lock_version)


def test_others_see_it_only_while_it_is_published(
    submitted_case: SuccessCase,
    maebashi: Municipality,
    takasaki: Municipality,
    editor: Any,
    approver: Any,
    acting: Callable[..., Any],
) -> None:
    def seen() -> bool:
        with context.tenant(takasaki.pk):
            return bool(SuccessCase.visible.exists())

    assert not seen()
    with acting(approver, maebashi) as actor:
        publish_case(by=actor, case=submitted_case, lock_version=submitted_case.lock_version)
    assert seen()
    with context.tenant(takasaki.pk):
        assert SuccessCase.visible.update(title="x") == 0
    with acting(editor, maebashi) as actor:
        reopen_case(by=actor, case=submitted_case)
    assert not seen()


def test_it_takes_over_what_the_initiative_is_about(case: SuccessCase) -> None:
    assert (case.initiative_title, case.item_keys) == ("書かない窓口", ["front_yard"])


def test_its_writer_does_not_publish_it(
    case: SuccessCase, maebashi: Municipality, staff: Callable[..., Any], acting: Callable[..., Any]
) -> None:
    both = staff(maebashi, "editor", "approver")
    with acting(both, maebashi) as actor:
        waiting = submit_case(by=actor, case=case)
        for decide in (
            lambda: publish_case(by=actor, case=waiting, lock_version=waiting.lock_version),
            lambda: return_case(by=actor, case=waiting, reason="数を確かめてください。"),
        ):
            with pytest.raises(ValidationError) as refused:
                decide()
            assert refused.value.code == "four_eyes"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": ""}, "title"), ({"before": "many"}, "before"), ({"direction": "sideways"}, "direction")],
)
def test_what_is_wrong_is_told_by_field(
    case: SuccessCase,
    maebashi: Municipality,
    editor: Any,
    acting: Callable[..., Any],
    changes: dict[str, Any],
    field: str,
) -> None:
    with acting(editor, maebashi) as actor, pytest.raises(ValidationError) as refused:
        save_case(by=actor, case=case, lock_version=case.lock_version, values={**VALUES, **changes})
    assert set(refused.value.message_dict) == {field}


def test_only_of_an_initiative_of_the_plan(
    published: PlanRevision, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor:
        for wrong in ("clause-3", "nothing"):
            with pytest.raises(ValidationError) as refused:
                draft_case(by=actor, plan=published.plan, initiative=wrong, values=VALUES)
            assert set(refused.value.message_dict) == {"initiative"}


def test_who_saves_second_is_told(
    case: SuccessCase, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor:
        save_case(by=actor, case=case, lock_version=case.lock_version, values=VALUES)
        with pytest.raises(ValidationError) as refused:
            save_case(by=actor, case=case, lock_version=case.lock_version, values=VALUES)
        assert refused.value.code == "conflict"


def test_nothing_is_published_without_its_audit_row(
    submitted_case: SuccessCase, maebashi: Municipality, approver: Any, acting: Callable[..., Any]
) -> None:
    with (
        acting(approver, maebashi) as actor,
        patch("shared_plans.actions.cases.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        publish_case(by=actor, case=submitted_case, lock_version=submitted_case.lock_version)
    with context.tenant(maebashi.pk):
        assert SuccessCase.objects.get().status == CaseStatus.IN_REVIEW


def test_from_the_plan_to_a_published_case(
    published: PlanRevision, at_editor: Client, at_approver: Client, at_adopter: Client,
    maebashi: Municipality, takasaki: Municipality,
) -> None:  # fmt: skip
    plan: Plan = published.plan
    assert "成功事例を登録する" in at_editor.get(of(plan, maebashi)).content.decode()
    new = of(plan, maebashi, "new_case")
    wrong = at_editor.post(new, {**VALUES, "initiative": "clause-1", "before": "", "direction": "down"})
    assert wrong.status_code == 422 and "入力してください" in wrong.content.decode()
    page = at_editor.post(new, {**VALUES, "initiative": "clause-1", "before": "２４"}).url
    assert "転入手続の受付時間: 24分 → 11.5分(-52%)" in at_editor.get(page).content.decode()
    edit = f"{page}edit/"
    at_editor.post(edit, sent(at_editor, edit, contact="市民課 窓口係"))
    at_editor.post(f"{page}submit/")
    decide = at_approver.get(f"{page}decide/")
    assert "市民課 窓口係" in decide.content.decode()
    version = decide.context["form"]["lock_version"].value()
    returned = at_approver.post(f"{page}decide/", {"lock_version": version, "do": "return", "reason": ""})
    assert returned.status_code == 422
    at_approver.post(f"{page}decide/", {"lock_version": version, "do": "publish", "reason": ""})
    listed = at_adopter.get(at(takasaki, "cases"), {"q": "窓口", "item": "front_yard"}).content.decode()
    assert TITLE in listed
    with context.tenant(maebashi.pk):
        case = SuccessCase.objects.get()
    there = at_adopter.get(at(takasaki, "case", case=case.pk)).content.decode()
    adopt = at(takasaki, "adopt_initiatives", revision=published.pk)
    assert f"{adopt}?initiative=clause-1" in there
    assert at_adopter.get(at(takasaki, "edit_case", case=case.pk)).status_code == 404
    library = at_adopter.get(at(takasaki, "library"), {"results": "1"})
    assert [entry.is_measured for entry in library.context["entries"]] == [True]


def test_search(shown: SuccessCase, takasaki: Municipality) -> None:
    with context.tenant(takasaki.pk):
        found = {
            q: cases(CaseFilter(q=q), takasaki).count()
            for q in ("転入", "ﾏﾄﾞｸﾞﾁ", "窓口", "保育", "受付時間 半分")
        }
        assert found == {"転入": 1, "ﾏﾄﾞｸﾞﾁ": 0, "窓口": 1, "保育": 0, "受付時間 半分": 1}
        assert cases(CaseFilter(item="telework"), takasaki).count() == 0
