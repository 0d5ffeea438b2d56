"""Plans side by side."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from consortium.tenancy.models import Municipality
from shared_plans.actions import draft_plan, save_draft
from shared_plans.comparing import Compared, groups
from shared_plans.domain.document import Document, made, row
from shared_plans.domain.kinds import Kind
from shared_plans.models import Plan, PlanRevision
from shared_plans.queries.framework import all_items, framework_editions

from .conftest import CONTENT
from .helpers import at

pytestmark = pytest.mark.django_db
OTHER = Document(
    (
        made("a", Kind.COMMITMENT, {"statement": "三年で窓口を変えます。", "decision_days": 14}),
        made("b", Kind.INITIATIVE, {"title": "書かない窓口", "items": ("front_yard",)}),
        made("c", Kind.INITIATIVE, {"title": "AI議事録", "items": ("ai_rpa",)}),
        made(
            "d",
            Kind.KPI,
            {
                "title": "受付時間",
                "measure": "分",
                "baseline": "24",
                "targets": (row("t", {"year": 2028, "value": "12"}),),
            },
        ),
    )
)


@pytest.fixture
def own(takasaki: Municipality, adopter: Any, acting: Callable[..., Any]) -> Plan:
    with acting(adopter, takasaki) as actor:
        plan = draft_plan(
            by=actor, title="高崎市の案", edition=framework_editions()[0], year_from=2026, year_to=2028
        )
        return save_draft(by=actor, plan=plan, lock_version=plan.lock_version, content=OTHER)


def lines(plans: list[Compared], takasaki: Municipality) -> dict[str, Any]:
    return {line.label: line for group in groups(plans, all_items()) for line in group.lines}


def test_differences_stand_out(takasaki: Municipality, acting: Callable[..., Any], adopter: Any) -> None:
    with acting(adopter, takasaki):
        found = lines([Compared(CONTENT), Compared(OTHER)], takasaki)
    same = found["自治体フロントヤード改革の推進"]
    assert not same.differs and [cell.lines for cell in same.cells] == [["書かない窓口"]] * 2
    only = found["テレワークの推進"]
    assert only.differs and [cell.only for cell in only.cells] == [True, False]
    assert found["現状と目標"].cells[1].lines == ["受付時間: 24 → 12分"]
    assert found["判断までの日数"].cells[1].lines == ["14日"]
    assert "公金収納におけるeLTAXの活用" not in found, "what none has is left out"


def test_what_is_withheld_is_no_difference(
    takasaki: Municipality, acting: Callable[..., Any], adopter: Any
) -> None:
    with acting(adopter, takasaki):
        found = lines([Compared(CONTENT), Compared(OTHER, ["budget"])], takasaki)
    total = found["合計"]
    assert [cell.withheld for cell in total.cells] == [False, True]
    assert not total.differs and not total.cells[0].only


def test_a_shared_plan_beside_an_own_draft(
    at_adopter: Client, takasaki: Municipality, published: PlanRevision, own: Plan
) -> None:
    compare = at(takasaki, "compare")
    library = at_adopter.get(at(takasaki, "library")).content.decode()
    assert f'name="plan" value="{published.pk}"' in library and compare in library
    one = at_adopter.get(compare, {"plan": [published.pk]}).content.decode()
    assert "計画を2件以上選んでください" in one and f'value="{own.pk}"' in one
    both = at_adopter.get(compare, {"plan": [published.pk, own.pk]}).content.decode()
    assert "この計画だけ" in both and "AI議事録" in both and "12,000,000円" in both


def test_what_may_not_be_read_is_left_out(
    at_editor: Client, at_adopter: Client, maebashi: Municipality, takasaki: Municipality, own: Plan,
    published: PlanRevision,
) -> None:  # fmt: skip
    foreign = at_editor.get(at(maebashi, "compare"), {"plan": [own.pk, published.pk, "x", uuid4()]})
    assert [one.id for one, _without in foreign.context["compared"]] == [published.pk]
    five = at_adopter.get(at(takasaki, "compare"), {"plan": [published.pk, own.pk] * 3})
    assert len(five.context["compared"]) == 2


def test_strangers(
    client: Client, stranger: Any, client_for: Callable[..., Client], takasaki: Municipality
) -> None:
    assert client.get(at(takasaki, "compare")).status_code == 302
    assert client_for(stranger).get(at(takasaki, "compare")).status_code == 404
