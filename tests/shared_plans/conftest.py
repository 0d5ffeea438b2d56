"""Maebashi's editor and approver, Takasaki's editor, and a plan between them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from consortium.tenancy.models import Municipality
from shared_plans.actions import draft_plan, enter_phase, publish_plan, save_draft, submit_plan
from shared_plans.domain.document import Document, made, row
from shared_plans.domain.kinds import Kind
from shared_plans.domain.lifecycle import Turn
from shared_plans.models import Plan, PlanRevision
from shared_plans.queries.framework import framework_editions
from tests.factories import make_member

CONTENT = Document(
    (
        made(
            "clause-1",
            Kind.INITIATIVE,
            {
                "title": "書かない窓口",
                "items": ("front_yard",),
                "body": "全支所に広げます。\n<b>太字にはなりません</b>",
                "milestones": (row("milestone-1", {"title": "試行の開始", "due": "2027-03-31"}),),
            },
        ),
        made("clause-2", Kind.INITIATIVE, {"title": "テレワークの定着", "items": ("telework",)}),
        made(
            "clause-3",
            Kind.BUDGET,
            {
                "title": "窓口システム",
                "initiative": "clause-1",
                "year": 2026,
                "cost": "development",
                "funding": "own_funds",
                "amount": 12_000_000,
            },
        ),
    )
)
TITLE = "前橋市ＤＸ推進計画"
KPI = made(
    "kpi-1",
    Kind.KPI,
    {
        "title": "オンライン申請率",
        "measure": "%",
        "indicator": "online_application_rate",
        "direction": "up",
        "baseline": "20",
        "targets": (row("target-1", {"year": 2026, "value": "50"}),),
    },
)


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
        edition = framework_editions()[0]
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


@pytest.fixture
def executing(
    draft: Plan, maebashi: Municipality, editor: Any, approver: Any, acting: Callable[..., Any]
) -> Plan:
    """With an indicator, and under execution since today."""
    with acting(editor, maebashi) as actor:
        content = Document((*CONTENT.clauses, KPI))
        plan = save_draft(by=actor, plan=draft, lock_version=draft.lock_version, content=content)
        plan = submit_plan(by=actor, plan=plan)
    with acting(approver, maebashi) as actor:
        publish_plan(by=actor, plan=plan, lock_version=plan.lock_version)
        return enter_phase(
            by=actor, plan=plan, turn=Turn.START, since=timezone.localdate(), reason="予算の成立"
        )
