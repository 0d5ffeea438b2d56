"""横展開: find what another member published, adopt it as a copy with provenance."""

from collections.abc import Callable
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consortium.membership.models import Membership
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import adopt_plan, draft_plan, publish_plan, save_draft, share_plan, submit_plan
from shared_plans.domain.document import from_json
from shared_plans.models import Plan, PlanAdoption, PlanRevision, Visibility
from shared_plans.queries.framework import framework_editions
from shared_plans.queries.library import LibraryFilter, library, own_copy
from tests.factories import make_member

from .conftest import CONTENT
from .helpers import at, of

pytestmark = pytest.mark.django_db
HEAD = {"title": "高崎市DX推進計画", "year_from": "2027", "year_to": "2029"}


def test_strangers(
    client: Client, stranger: Any, client_for: Callable[..., Client], takasaki: Municipality
) -> None:
    assert client.get(at(takasaki, "library")).status_code == 302
    assert client_for(stranger).get(at(takasaki, "library")).status_code == 404
    assert client.get(at(takasaki, "api_library")).status_code == 401


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ({}, 1),
        ({"q": "DX推進"}, 1),
        ({"q": "ｄｘ"}, 1),
        ({"q": "前橋"}, 1),
        ({"q": "窓口"}, 1),
        ({"q": "100%"}, 0),
        ({"q": "高崎"}, 0),
        ({"item": "telework"}, 1),
        ({"item": "eltax"}, 0),
        ({"item": "nothing"}, 1),
        ({"prefecture": "10"}, 1),
        ({"q": "a" * 500}, 1),
        ({"page": "999"}, 1),
    ],
)
def test_search(
    at_adopter: Client, takasaki: Municipality, published: PlanRevision, query: dict[str, str], hits: int
) -> None:
    response = at_adopter.get(at(takasaki, "library"), query)
    assert response.status_code == 200
    assert len(response.context["entries"]) == hits


@pytest.mark.parametrize("change", [{"standing": "suspended"}, {"ends_on": date(2026, 1, 1)}])
def test_who_no_longer_belongs_sees_only_own_plans(
    published: PlanRevision, maebashi: Municipality, takasaki: Municipality, change: dict[str, Any]
) -> None:
    with context.tenant(takasaki.pk):
        assert PlanRevision.visible.filter(pk=published.pk).exists()
    with context.secretariat():
        Membership.objects.filter(municipality__in=[maebashi, takasaki]).update(**change)
    with context.tenant(takasaki.pk):
        assert not PlanRevision.visible.exists()
    with context.tenant(maebashi.pk):
        assert PlanRevision.visible.filter(pk=published.pk).exists()


def test_similar_municipalities_come_first(
    maebashi: Municipality, takasaki: Municipality, published: PlanRevision
) -> None:
    village = Municipality.objects.filter(kind="village").first()
    assert village
    make_member(village)
    with context.opened(context.Context("owner")):
        plan = Plan.visible.get()
        Plan(
            municipality=village,
            title="村の計画",
            edition=plan.edition,
            year_from=2026,
            year_to=2027,
            drafted_by_id=plan.drafted_by_id,
        ).save()
        copy = PlanRevision.visible.get()
        copy.pk, copy.plan_id, copy.municipality_id = (
            None,
            Plan.visible.get(municipality=village).pk,
            village.pk,
        )
        copy.title = "村の計画"
        copy.id = PlanRevision._meta.get_field("id").get_default()
        copy.save(force_insert=True)
    for reader, first in ((takasaki, maebashi), (village, village)):
        with context.tenant(reader.pk):
            found = list(library(LibraryFilter(), reader))
            assert len(found) == 2
            assert found[0].municipality_id == first.pk


def test_adopt_wizard(
    at_adopter: Client, takasaki: Municipality, published: PlanRevision, adopter: Any
) -> None:
    there = at(takasaki, "library_plan", revision=published.pk)
    confirm = at(takasaki, "adopt", revision=published.pk)
    assert "書かない窓口" in at_adopter.get(there).content.decode()
    first = at_adopter.get(confirm).url
    shown = at_adopter.get(first).context["form"]
    assert [shown[name].value() for name in HEAD] == ["前橋市ＤＸ推進計画", 2026, 2030]
    at_adopter.post(first, {**HEAD, "later": "1"})
    assert "続きから入力する" in at_adopter.get(confirm).content.decode(), "kept for another day"
    check = at_adopter.post(first, HEAD).url
    summary = at_adopter.get(check).content.decode()
    assert "高崎市DX推進計画" in summary and "前橋市" in summary and "令和9年度" in summary
    with context.tenant(takasaki.pk):
        assert not Plan.objects.exists()
    receipt = at_adopter.post(check).url
    assert "前橋市「前橋市ＤＸ推進計画」第1版" in at_adopter.get(receipt).content.decode()
    with context.tenant(takasaki.pk):
        plan, adoption = Plan.objects.get(), PlanAdoption.objects.get()
        assert (plan.title, plan.status, plan.drafted_by_id) == ("高崎市DX推進計画", "draft", adopter.pk)
        assert (plan.year_from, plan.year_to) == (2027, 2029)
        assert from_json(plan.draft) == CONTENT
        assert adoption.source_revision_hash == published.hash
        assert (adoption.source_code, adoption.source_number) == ("102016", 1)
    assert "前橋市 第1版 から採用" in at_adopter.get(of(plan, takasaki)).content.decode()
    assert "既に採用しています" in at_adopter.get(there).content.decode()
    at_adopter.post(first, HEAD)
    assert at_adopter.post(check).url == receipt, "a second time leads to the copy there is"
    with context.tenant(takasaki.pk):
        assert Plan.objects.count() == 1


def test_attribution_survives_publication(
    takasaki: Municipality,
    published: PlanRevision,
    adopter: Any,
    staff: Callable[..., Any],
    acting: Callable[..., Any],
) -> None:
    with acting(adopter, takasaki) as actor:
        plan = submit_plan(by=actor, plan=adopt_plan(by=actor, revision_id=published.pk))
    with acting(staff(takasaki, "approver"), takasaki) as actor:
        copy = publish_plan(by=actor, plan=plan, lock_version=plan.lock_version)
    assert copy.attribution == "前橋市「前橋市ＤＸ推進計画」第1版"
    assert copy.hash == published.hash


def test_withdrawn_meanwhile(
    at_adopter: Client,
    maebashi: Municipality,
    takasaki: Municipality,
    published: PlanRevision,
    approver: Any,
    acting: Callable[..., Any],
) -> None:
    first = at(takasaki, "adopt", revision=published.pk, step="head")
    check = at_adopter.post(first, HEAD).url
    with acting(approver, maebashi) as actor:
        share_plan(by=actor, plan=published.plan, visibility=Visibility.PRIVATE)
    response = at_adopter.post(check)
    assert response.status_code == 409
    assert "取り下げた" in response.content.decode()
    assert at_adopter.get(check).status_code == 404
    api = at_adopter.post(at(takasaki, "api_adopt", revision=published.pk), content_type="application/json")
    assert api.status_code == 404
    with context.tenant(takasaki.pk):
        assert not Plan.objects.exists()


def test_own_plan_is_not_adopted(at_editor: Client, maebashi: Municipality, published: PlanRevision) -> None:
    first = at(maebashi, "adopt", revision=published.pk, step="head")
    response = at_editor.post(at_editor.post(first, HEAD).url)
    assert response.status_code == 422
    assert "自らの計画は採用できません" in response.content.decode()


@pytest.mark.parametrize(
    ("spoilt", "field"),
    [({"title": ""}, "title"), ({"year_to": "1999"}, "year_to"), ({"year_to": "2026"}, "year_to")],
)
def test_wrong_answers_are_told_at_their_step(
    at_adopter: Client, takasaki: Municipality, published: PlanRevision, spoilt: dict[str, str], field: str
) -> None:
    first = at(takasaki, "adopt", revision=published.pk, step="head")
    answer = at_adopter.post(first, HEAD | spoilt)
    if answer.status_code == 302:  # the order of the years is judged by the action
        answer = at_adopter.post(answer.url)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    with context.tenant(takasaki.pk):
        assert not Plan.objects.exists()


def test_who_may_not_adopt(
    takasaki: Municipality,
    published: PlanRevision,
    staff: Callable[..., Any],
    client_for: Callable[..., Client],
    acting: Callable[..., Any],
) -> None:
    approver = staff(takasaki, "approver")
    assert client_for(approver).get(at(takasaki, "adopt", revision=published.pk)).status_code == 403
    with acting(approver, takasaki) as actor, pytest.raises(PermissionDenied):
        adopt_plan(by=actor, revision_id=published.pk)


def test_nothing_is_adopted_without_its_audit_row(
    takasaki: Municipality, published: PlanRevision, adopter: Any, acting: Callable[..., Any]
) -> None:
    with acting(adopter, takasaki) as actor:
        with (
            patch("shared_plans.actions.adopting.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            adopt_plan(by=actor, revision_id=published.pk)
        assert not Plan.objects.exists()
        assert not PlanAdoption.objects.exists()


def test_a_copy_that_came_first_wins_a_race(
    takasaki: Municipality, published: PlanRevision, adopter: Any, acting: Callable[..., Any]
) -> None:
    with acting(adopter, takasaki) as actor:
        first = adopt_plan(by=actor, revision_id=published.pk)
        found = own_copy(published)
        with patch("shared_plans.actions.adopting.own_copy", side_effect=[None, found]):
            assert adopt_plan(by=actor, revision_id=published.pk) == first
        assert Plan.objects.count() == 1


def test_damaged_content_is_not_adopted(
    maebashi: Municipality,
    takasaki: Municipality,
    published: PlanRevision,
    adopter: Any,
    acting: Callable[..., Any],
) -> None:
    with context.opened(context.Context("owner")):
        PlanRevision.visible.update(hash="0" * 64)
    with acting(adopter, takasaki) as actor, pytest.raises(ValidationError) as error:
        adopt_plan(by=actor, revision_id=published.pk)
    assert error.value.code == "damaged"


def test_library_is_flat_in_rows(
    at_adopter: Client,
    maebashi: Municipality,
    takasaki: Municipality,
    published: PlanRevision,
    editor: Any,
    approver: Any,
    acting: Callable[..., Any],
) -> None:
    few = _statements(at_adopter, at(takasaki, "library"))
    for number in range(6):
        with acting(editor, maebashi) as actor:
            plan = draft_plan(
                by=actor, title=f"計画{number}", edition=framework_editions()[0], year_from=2026, year_to=2030
            )
            plan = save_draft(by=actor, plan=plan, lock_version=plan.lock_version, content=CONTENT)
            plan = submit_plan(by=actor, plan=plan)
        with acting(approver, maebashi) as actor:
            publish_plan(by=actor, plan=plan, lock_version=plan.lock_version)
    assert _statements(at_adopter, at(takasaki, "library")) == few


def test_api(
    at_adopter: Client,
    at_editor: Client,
    maebashi: Municipality,
    takasaki: Municipality,
    published: PlanRevision,
) -> None:
    listed = at_adopter.get(at(takasaki, "api_library"), {"q": "窓口"}).json()["results"]
    assert [row["municipality"] for row in listed] == ["102016"]
    detail = at_adopter.get(at(takasaki, "api_library_plan", revision=published.pk)).json()
    assert detail["content"]["clauses"][0]["title"] == "書かない窓口"
    adopt = at(takasaki, "api_adopt", revision=published.pk)
    made = at_adopter.post(adopt, {"title": "高崎市の計画"}, content_type="application/json")
    assert made.status_code == 201, made.content
    again = at_adopter.post(adopt, {"title": "高崎市の計画"}, content_type="application/json")
    assert again.json()["id"] == made.json()["id"]
    assert len(at_adopter.get(at(takasaki, "api_plans")).json()["results"]) == 1
    own = at_adopter.get(at(takasaki, "api_plan", plan=made.json()["id"]))
    assert own.json()["content"]["clauses"] == detail["content"]["clauses"]
    assert at_editor.get(at(maebashi, "api_plan", plan=made.json()["id"])).status_code == 404


def _statements(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
