"""Facets of the library, and similar municipalities first. Invented figures but for names."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.models import AdoptionFact, MunicipalProfile, PlanRevision, SuccessCase
from shared_plans.queries.facets import Found
from shared_plans.queries.library import LibraryFilter
from tests.factories import make_member
from tests.isolation.rows import Side, as_owner

from .cases import VALUES
from .helpers import at

pytestmark = pytest.mark.django_db
ISESAKI, NUMATA, USUI = "102041", "102067", "104493"


def plan_of(code: str, number: int, **values: Any) -> PlanRevision:
    """A published one, straight into the tables."""
    municipality = Municipality.objects.get(code=code)
    with as_owner(municipality_id=municipality.pk):
        side = Side(municipality.pk, None)  # type: ignore[arg-type]  # no resident in it
        given = {"year_from": 2026, "year_to": 2028, "number": number, "content": {}, "attachments": []}
        revision: PlanRevision = side.build(PlanRevision, **{**given, "search_text": "", **values})
        revision.save(force_insert=True)
    return revision


@pytest.fixture
def shelf(maebashi: Municipality, takasaki: Municipality) -> dict[str, PlanRevision]:
    """Plans of four members; figures of three of them and the reader's, Takasaki's."""
    figures = {
        takasaki.code: (370_000, Decimal("0.83")),
        maebashi.code: (330_000, Decimal("0.80")),
        ISESAKI: (210_000, Decimal("0.79")),
        USUI: (17_000, Decimal("0.45")),
    }
    for code in (ISESAKI, NUMATA, USUI):
        make_member(Municipality.objects.get(code=code))
    with context.opened(context.Context("owner")):
        for code, (population, index) in figures.items():
            MunicipalProfile(
                municipality=Municipality.objects.get(code=code),
                year=2025,
                population=population,
                fiscal_index=index,
                source="架空",
            ).save()
    return {
        "maebashi": plan_of(maebashi.code, 1, item_keys=["front_yard"], area_keys=["contact"]),
        "isesaki": plan_of(
            ISESAKI, 1, item_keys=["front_yard", "telework"], area_keys=["contact", "internal"]
        ),
        "numata": plan_of(NUMATA, 1, item_keys=["telework"], area_keys=["internal"]),
        "minakami": plan_of(USUI, 1, item_keys=["security"], search_text="観光DX"),
    }


@pytest.fixture
def found(takasaki: Municipality, shelf: dict[str, PlanRevision]) -> Callable[..., Any]:
    """Names of the plans that answer, in their order; and the facets."""
    names = {revision.pk: name for name, revision in shelf.items()}

    def ask(newest: bool = False, **wanted: str) -> tuple[list[str], dict[str, dict[str, int]]]:
        with context.tenant(takasaki.pk):
            answer = Found(LibraryFilter(**wanted), takasaki, newest=newest)
            return [names[one.pk] for one in list(answer.rows[:20])], answer.facets

    return ask


def test_the_most_similar_come_first(found: Callable[..., Any]) -> None:
    order, _facets = found()
    assert order == ["maebashi", "isesaki", "numata", "minakami"]
    assert found(newest=True)[0] == ["minakami", "numata", "isesaki", "maebashi"]


def test_facets_count_what_each_choice_leads_to(found: Callable[..., Any]) -> None:
    _order, facets = found()
    assert facets == {
        "item": {"front_yard": 2, "telework": 2, "security": 1},
        "area": {"contact": 2, "internal": 2},
        "population": {"300k": 1, "100k": 1, "10k": 1, "unknown": 1},
        "prefecture": {"10": 4},
        "fiscal": {"0.8": 1, "0.5": 1, "0.3": 1, "unknown": 1},
    }


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"population": "100k"}, ["isesaki"]),
        ({"population": "unknown"}, ["numata"]),
        ({"fiscal": "0.8"}, ["maebashi"]),
        ({"area": "internal"}, ["isesaki", "numata"]),
        ({"item": "front_yard", "area": "internal"}, ["isesaki"]),
        ({"item": "front_yard", "population": "300k"}, ["maebashi"]),
        ({"q": "観光"}, ["minakami"]),
        ({"prefecture": "13"}, []),
        ({"results": "1"}, []),
    ],
)
def test_facets_combine(found: Callable[..., Any], wanted: dict[str, str], names: list[str]) -> None:
    assert found(**wanted)[0] == names


def test_a_facet_leaves_its_own_choice_out_of_its_counts(found: Callable[..., Any]) -> None:
    _order, facets = found(population="100k", item="telework")
    assert facets["population"] == {"100k": 1, "unknown": 1}
    assert facets["item"] == {"front_yard": 1, "telework": 1}
    assert facets["area"] == {"contact": 1, "internal": 1}


def test_plans_with_a_measured_effect(
    found: Callable[..., Any], shelf: dict[str, PlanRevision], maebashi: Municipality
) -> None:
    with as_owner(municipality_id=maebashi.pk):
        side = Side(maebashi.pk, None)  # type: ignore[arg-type]  # no resident in it
        given = {"status": "published", "published_at": "2026-10-01T00:00:00Z"}
        case = side.build(SuccessCase, plan_id=shelf["maebashi"].plan_id, **VALUES, **given)
        case.approved_by_id = UUID(int=1)
        case.save(force_insert=True)
    order, facets = found(results="1")
    assert order == ["maebashi"] and facets["results"] == {"1": 1}


def test_pages_follow_one_another(
    takasaki: Municipality, maebashi: Municipality, shelf: dict[str, PlanRevision]
) -> None:
    for number in range(5):
        plan = plan_of(maebashi.code, 1, title=f"計画{number}")
        assert plan
    with context.tenant(takasaki.pk):
        rows = Found(LibraryFilter(), takasaki).rows
        assert len(rows) == 9
        whole = [one.pk for one in rows[0:9]]
        assert [one.pk for start in range(0, 9, 2) for one in rows[start : start + 2]] == whole
        assert len(set(whole)) == 9


def test_the_page_keeps_its_filter_in_the_address(
    at_adopter: Client, takasaki: Municipality, shelf: dict[str, PlanRevision]
) -> None:
    answer = at_adopter.get(at(takasaki, "library"), {"population": "300k", "order": "new"})
    text = answer.content.decode()
    assert [entry.revision for entry in answer.context["entries"]] == [shelf["maebashi"]]
    assert "30万人以上(1件)" in text and "10万人以上30万人未満(1件)" in text
    assert 'href="?order=new"' in text, "each condition can be taken off"
    assert "似ている点: 人口、財政力指数、団体の種類、地域" in text
    unknown = at_adopter.get(at(takasaki, "library"), {"population": "nothing", "item": "front_yard"})
    assert len(unknown.context["entries"]) == 2, "a wrong choice narrows nothing"


def test_the_number_of_statements_is_constant(
    at_adopter: Client, takasaki: Municipality, maebashi: Municipality, shelf: dict[str, PlanRevision]
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            at_adopter.get(at(takasaki, "library"), {"item": "front_yard", "population": "300k"})
        return len(captured)

    count()
    before = count()
    for _time in range(3):
        plan_of(maebashi.code, 1, item_keys=["front_yard"])
    assert count() == before


def test_plans_that_others_have_adopted(
    found: Callable[..., Any], shelf: dict[str, PlanRevision], takasaki: Municipality
) -> None:
    for code in (takasaki.code, NUMATA, USUI):
        municipality = Municipality.objects.get(code=code)
        with as_owner(municipality_id=municipality.pk):
            side = Side(municipality.pk, None)  # type: ignore[arg-type]  # no resident in it
            side.build(AdoptionFact, source_plan_id=shelf["isesaki"].plan_id, shared=True).save()
    order, facets = found(adopters="3")
    assert order == ["isesaki"] and facets["adopters"] == {"1": 1, "3": 1}
    assert found(adopters="10")[0] == []
