"""国の計画の新しい版への対応, item by item, on a draft."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import draft_plan, move_to_edition, save_draft, submit_plan
from shared_plans.domain.document import Document, from_json, made
from shared_plans.domain.editions import moved, successors
from shared_plans.domain.kinds import Kind
from shared_plans.models import FrameworkEdition, Plan
from shared_plans.queries.framework import framework_editions

from .helpers import of

FIRST = {"front_yard": ("online_procedures",), "card": ("card",), "new": ()}
SECOND = {"counter": ("front_yard",), "home": ("front_yard",), "card": ("card",)}
OLD = Document(
    (
        made("a", Kind.INITIATIVE, {"title": "オンライン申請", "items": ("online_procedures", "security")}),
        made("b", Kind.INITIATIVE, {"title": "端末の更新", "items": ("security",)}),
        made("c", Kind.RISK, {"title": "遅れ"}),
    )
)


@pytest.mark.parametrize(
    ("key", "later", "expected"),
    [
        ("online_procedures", [FIRST], ("front_yard",)),
        ("online_procedures", [FIRST, SECOND], ("counter", "home")),
        ("card", [FIRST, SECOND], ("card",)),
        ("gone", [FIRST], ()),
        ("card", [], ("card",)),
    ],
)
def test_successors_over_several_editions(key: str, later: Any, expected: tuple[str, ...]) -> None:
    assert successors(key, later) == expected


def test_moving_loses_no_initiative() -> None:
    result = moved(OLD, {"online_procedures": ["counter", "home"], "security": ["home"]})
    assert [clause.keys("items") for clause in result.of(Kind.INITIATIVE)] == [("counter", "home"), ("home",)]
    assert result.of(Kind.RISK) == OLD.of(Kind.RISK)


@pytest.fixture
def old(db: None, maebashi: Municipality, editor: Any, acting: Callable[..., Any]) -> Plan:
    with acting(editor, maebashi) as actor:
        edition = framework_editions().get(key="2020")
        plan = draft_plan(by=actor, title="旧計画", edition=edition, year_from=2026, year_to=2028)
        saved: Plan = save_draft(by=actor, plan=plan, lock_version=plan.lock_version, content=OLD)
        return saved


def current() -> FrameworkEdition:
    found: FrameworkEdition = framework_editions().get(key="current")
    return found


def test_guided_by_what_continues(
    client: Client,
    at_adopter: Client,
    at_approver: Client,
    at_editor: Client,
    old: Plan,
    maebashi: Municipality,
) -> None:
    url = of(old, maebashi, "edition")
    for who, status in ((client, 302), (at_adopter, 404), (at_approver, 403)):
        assert who.get(url).status_code == status
        assert who.post(url, {}).status_code == status
    assert "国の計画が改定されています" in at_editor.get(of(old, maebashi)).content.decode()
    page = at_editor.get(url)
    form = page.context["form"]
    chosen = {name: form[name].value() for name in form.fields}
    assert chosen == {
        "lock_version": old.lock_version,
        "online_procedures": ["front_yard"],
        "security": ["security"],
    }
    assert "オンライン申請" in page.content.decode()
    assert page.context["fresh"] == ["公金収納におけるeLTAXの活用"]
    refused = at_editor.post(url, {**chosen, "security": []})
    assert set(refused.context["form"].errors) == {"security"}
    assert at_editor.post(url, {**chosen, "security": ["security", "ai_rpa"]}).status_code == 302
    with context.tenant(maebashi.pk):
        plan = Plan.objects.select_related("edition").get()
        assert plan.edition.key == "current"
        items = [clause.keys("items") for clause in from_json(plan.draft).of(Kind.INITIATIVE)]
        assert items == [("ai_rpa", "front_yard", "security"), ("ai_rpa", "security")]
    assert at_editor.get(url).status_code == 302, "there is no later edition any more"


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["stale", "missing", "unknown", "not later", "in review"])
def test_what_does_not_move(
    old: Plan, maebashi: Municipality, editor: Any, acting: Callable[..., Any], what: str
) -> None:
    mapping = {"online_procedures": ["front_yard"], "security": ["security"]}
    with acting(editor, maebashi) as actor:
        plan = submit_plan(by=actor, plan=old) if what == "in review" else old
        with pytest.raises(ValidationError) as error:
            move_to_edition(
                by=actor,
                plan=plan,
                lock_version=plan.lock_version - (what == "stale"),
                edition=old.edition if what == "not later" else current(),
                mapping={
                    "missing": {"security": ["security"]},
                    "unknown": {**mapping, "security": ["x"]},
                }.get(what, mapping),
            )
        by_field = {"missing": "online_procedures", "unknown": "security"}
        assert error.value.message_dict.keys() == {by_field[what]} if what in by_field else error.value.code
        assert Plan.objects.get().edition_id == old.edition_id


@pytest.mark.django_db
def test_nothing_moves_without_its_audit_row(
    old: Plan, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
) -> None:
    mapping = {"online_procedures": ["front_yard"], "security": ["security"]}
    with acting(editor, maebashi) as actor:
        with (
            patch("shared_plans.actions.remapping.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            move_to_edition(
                by=actor, plan=old, lock_version=old.lock_version, edition=current(), mapping=mapping
            )
        assert Plan.objects.get().edition_id == old.edition_id
