"""Maebashi's editor and approver, Takasaki's editor, and a plan between them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from consortium.tenancy.models import Municipality
from shared_plans import queries
from shared_plans.actions import draft_plan, publish_plan, save_draft, submit_plan
from shared_plans.domain.content import Content, Initiative, Milestone
from shared_plans.models import Plan, PlanRevision
from tests.factories import make_member

CONTENT = Content(
    (
        Initiative(
            id="clause-1",
            item="front_yard",
            title="書かない窓口",
            body="全支所に広げます。\n<b>太字にはなりません</b>",
            milestones=(Milestone("milestone-1", "試行の開始", date(2027, 3, 31)),),
        ),
        Initiative(id="clause-2", item="telework", title="テレワークの定着"),
    )
)
TITLE = "前橋市ＤＸ推進計画"


@pytest.fixture(autouse=True)
def framework(db: None) -> None:
    call_command("load_framework", verbosity=0)


@pytest.fixture(autouse=True)
def members(maebashi: Municipality, takasaki: Municipality) -> None:
    make_member(maebashi)
    make_member(takasaki)


@pytest.fixture
def editor(maebashi: Municipality, staff: Callable[..., Any]) -> Any:
    return staff(maebashi, "editor")


@pytest.fixture
def approver(maebashi: Municipality, staff: Callable[..., Any]) -> Any:
    return staff(maebashi, "approver")


@pytest.fixture
def adopter(takasaki: Municipality, staff: Callable[..., Any]) -> Any:
    return staff(takasaki, "editor")


@pytest.fixture
def at_editor(editor: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(editor)


@pytest.fixture
def at_approver(approver: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(approver)


@pytest.fixture
def at_adopter(adopter: Any, client_for: Callable[..., Client]) -> Client:
    return client_for(adopter)


@pytest.fixture
def draft(maebashi: Municipality, editor: Any, acting: Callable[..., Any]) -> Plan:
    """With content, not yet submitted."""
    with acting(editor, maebashi) as actor:
        edition = queries.editions()[0]
        plan = draft_plan(by=actor, title=TITLE, edition=edition, year_from=2026, year_to=2030)
        return save_draft(by=actor, plan=plan, lock_version=plan.lock_version, content=CONTENT)


@pytest.fixture
def submitted(draft: Plan, maebashi: Municipality, editor: Any, acting: Callable[..., Any]) -> Plan:
    with acting(editor, maebashi) as actor:
        return submit_plan(by=actor, plan=draft)


@pytest.fixture
def published(
    submitted: Plan, maebashi: Municipality, approver: Any, acting: Callable[..., Any]
) -> PlanRevision:
    with acting(approver, maebashi) as actor:
        return publish_plan(by=actor, plan=submitted, lock_version=submitted.lock_version)
