"""阻害要因: raised, worked on, resolved and come back, in sight of the own municipality alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import ProgrammingError
from django.test import Client
from django.utils import timezone

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import raise_blocker, reopen_blocker, resolve_blocker, step_blocker
from shared_plans.models import Blocker, BlockerStep, Plan, PlanRevision
from shared_plans.queries.blockers import days_to_clear, open_blockers, resolved_blockers

from .helpers import at, of, sent

pytestmark = pytest.mark.django_db
RAISED = timezone.localdate() - timedelta(days=10)
VALUES = {
    "title": "審査会の答申を待っている",
    "category": "rules",
    "effect": "窓口システムの契約ができない",
    "countermeasure": "",
    "unit": "情報政策課",
    "raised_on": RAISED,
    "due": None,
}


@pytest.fixture
def blocker(
    published: PlanRevision, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> Blocker:
    with acting(editor, maebashi) as actor:
        return raise_blocker(by=actor, plan=published.plan, initiative="clause-1", values=VALUES)


def test_it_is_seen_at_home_only_though_the_plan_is_public(
    blocker: Blocker, maebashi: Municipality, takasaki: Municipality, at_adopter: Client
) -> None:
    assert (blocker.initiative_title, blocker.municipality_id) == ("書かない窓口", maebashi.pk)
    with context.tenant(takasaki.pk):
        assert not Blocker.visible.exists()
        assert not BlockerStep.visible.exists()
        assert Blocker.visible.update(title="x") == 0
    assert at_adopter.get(of(blocker.plan, maebashi, "blocker", blocker=blocker.pk)).status_code == 404
    elsewhere = of(blocker.plan, takasaki, "blocker", blocker=blocker.pk)
    assert at_adopter.get(elsewhere).status_code == 404
    with pytest.raises(ProgrammingError, match="permission denied"), context.secretariat():
        Blocker.visible.exists()


def test_from_raised_to_resolved_and_back(
    blocker: Blocker, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> None:
    today = timezone.localdate()
    with acting(editor, maebashi) as actor:
        values = {"countermeasure": "臨時会を求める", "unit": "総務課", "due": today}
        step_blocker(by=actor, blocker=blocker, lock_version=1, note="会長に相談した", values=values)
        resolved = resolve_blocker(
            by=actor, blocker=blocker, resolved_on=RAISED + timedelta(days=4), how="答申を得た"
        )
        assert (resolved.countermeasure, resolved.unit) == ("臨時会を求める", "総務課")
        assert (open_blockers(), days_to_clear(resolved_blockers())) == ([], 4)
        with pytest.raises(ValidationError) as twice:
            resolve_blocker(by=actor, blocker=blocker, resolved_on=today, how="x")
        assert twice.value.code == "wrong_status"
        reopen_blocker(by=actor, blocker=blocker, reason="条件が付いた")
        assert [one.pk for one in open_blockers()] == [blocker.pk]
        kinds = list(BlockerStep.objects.values_list("kind", flat=True))
    assert kinds == ["raised", "worked_on", "resolved", "reopened"]


def test_what_is_refused(
    blocker: Blocker, maebashi: Municipality, editor: Any, approver: Any, acting: Callable[..., Any]
) -> None:
    today, values = timezone.localdate(), {"countermeasure": "", "unit": "総務課", "due": None}
    with acting(approver, maebashi) as actor, pytest.raises(PermissionDenied):
        resolve_blocker(by=actor, blocker=blocker, resolved_on=today, how="x")
    with acting(editor, maebashi) as actor:
        for given, field in (
            ({"resolved_on": today + timedelta(days=1), "how": "x"}, "resolved_on"),
            ({"resolved_on": RAISED - timedelta(days=1), "how": "x"}, "resolved_on"),
            ({"resolved_on": today, "how": "本人の番号は123456789018です"}, "how"),
        ):
            with pytest.raises(ValidationError) as refused:
                resolve_blocker(by=actor, blocker=blocker, **given)
            assert set(refused.value.error_dict) == {field}
        with pytest.raises(ValidationError) as unknown:
            raise_blocker(by=actor, plan=blocker.plan, initiative="no-such", values=VALUES)
        assert set(unknown.value.error_dict) == {"initiative"}
        step_blocker(by=actor, blocker=blocker, lock_version=1, note="a", values=values)
        with pytest.raises(ValidationError) as conflict:
            step_blocker(by=actor, blocker=blocker, lock_version=1, note="b", values=values)
        assert conflict.value.code == "conflict"


def test_nothing_without_its_audit_row(
    published: PlanRevision, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor:
        with (
            patch("shared_plans.actions.blockers.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            raise_blocker(by=actor, plan=published.plan, values=VALUES)
        assert not Blocker.objects.exists()
        assert not BlockerStep.objects.exists()


def test_pages(draft: Plan, at_editor: Client, at_approver: Client, maebashi: Municipality) -> None:
    """Of a plan that nobody has approved yet, too."""
    new = of(draft, maebashi, "new_blocker")
    assert at_approver.get(new).status_code == 403
    assert set(at_editor.post(new, {}).context["form"].errors) >= {"title", "category", "effect", "unit"}
    day = f"{RAISED.year}年{RAISED.month}月{RAISED.day}日"
    given = {**VALUES, "raised_on": day, "due": day, "initiative": "clause-2"}
    page = at_editor.post(new, given)
    assert page.status_code == 302
    url = page["Location"]
    assert "経過を記録する" in at_editor.get(url).content.decode()
    assert "経過を記録する" not in at_approver.get(url).content.decode()
    answer = at_editor.post(f"{url}step/", sent(at_editor, f"{url}step/", note="相談した", due=day))
    assert answer.status_code == 302
    board = at_editor.get(of(draft, maebashi, "board")).content.decode()
    assert "10日超過" in board
    home = at_editor.get(f"/m/{maebashi.code}/").content.decode()
    assert "解消の期日を過ぎています" in home
    done = at_editor.post(f"{url}resolve/", {"resolved_on": day, "how": "答申を得た"})
    assert done.status_code == 302
    assert at_editor.get(f"{url}step/")["Location"] == url, "there is nothing left to do"
    assert "解消までの日数の中央値は0日です" in at_editor.get(at(maebashi, "boards")).content.decode()
    assert at_editor.post(f"{url}reopen/", {"reason": "条件が付いた"}).status_code == 302
    assert "再発" in at_editor.get(url).content.decode()
