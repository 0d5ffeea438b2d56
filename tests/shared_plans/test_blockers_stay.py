"""阻害要因 stay with the own municipality: whoever may read the plan, in whatever form it leaves."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from consortium.membership.models import User
from consortium.membership.roles import MUNICIPAL_ROLES
from consortium.tenancy.models import Municipality
from consortium.tenancy.sync import classed_models
from shared_plans.actions import (
    adopt_initiatives,
    draft_case,
    raise_blocker,
    reopen_blocker,
    resolve_blocker,
    revise_plan,
    share_plan,
    step_blocker,
)
from shared_plans.documents import plan_data
from shared_plans.exchange.formats import FORMATS
from shared_plans.models import Blocker, BlockerStep, PlanRevision, SuccessCase, Visibility
from tests.isolation.rows import as_owner, parties
from tests.isolation.urls import Endpoint
from tests.test_permissions import GUARDED, OTHERS, values

from .cases import VALUES as CASE
from .sharing import adopt

pytestmark = pytest.mark.django_db
MARK = "秘伏案件"
"""In every text that a blocker has, and in nothing else."""
OF_PLANS = ("shared_plans:", "portal:", "audit:")
"""Where plans are looked at, and what tells of what was done with them."""
ON_PAGES = {
    "portal:tenant_home",
    "shared_plans:boards",
    "shared_plans:board",
    "shared_plans:blocker",
    "shared_plans:step_blocker",
    "shared_plans:resolve_blocker",
}


@pytest.fixture
def public(
    acting: Callable[..., Any],
    maebashi: Municipality,
    editor: Any,
    approver: Any,
    published: PlanRevision,
) -> PlanRevision:
    """Open to anybody, with a blocker that went through all its steps, and is late."""
    today = timezone.localdate()
    with acting(approver, maebashi) as by:
        share_plan(by=by, plan=published.plan, visibility=Visibility.PUBLIC)
    texts = {name: f"{MARK} {name}" for name in ("title", "effect", "countermeasure", "unit")}
    raised, due = today - timedelta(days=30), today - timedelta(days=1)
    given = {**texts, "category": "people", "raised_on": raised, "due": due}
    with acting(editor, maebashi) as by:
        one = raise_blocker(by=by, plan=published.plan, initiative="clause-1", values=given)
        step_blocker(by=by, blocker=one, lock_version=1, note=f"{MARK} note", values=given)
        resolve_blocker(by=by, blocker=one, resolved_on=today, how=f"{MARK} how")
        reopen_blocker(by=by, blocker=one, reason=f"{MARK} reason")
    return published


def test_no_other_table_holds_a_word_of_it(
    public: PlanRevision,
    acting: Callable[..., Any],
    maebashi: Municipality,
    takasaki: Municipality,
    editor: Any,
    adopter: Any,
    mailbox: Callable[[], list[Any]],
) -> None:
    """Neither the adopter's copies, nor the next draft, a success case, the audit, nor what is told."""
    adopt(public, adopter, takasaki)
    with acting(adopter, takasaki) as by:
        adopt_initiatives(by=by, revision_id=public.pk, initiatives=["clause-1"], title="施策だけ")
    with acting(editor, maebashi) as by:
        revise_plan(by=by, plan=public.plan, reason="年次の見直し")
        draft_case(by=by, plan=public.plan, initiative="clause-1", values=CASE)
        assert MARK not in str(plan_data(public, maebashi)), "the paper"
    mailed = " ".join(one.body for one in mailbox())
    holding, read = set(), set()
    for municipality in (maebashi, takasaki):
        with as_owner(municipality_id=municipality.pk):
            for model in classed_models():
                rows = list(model._base_manager.values())
                read |= {model} if rows else set()
                holding |= {model} if MARK in str(rows) else set()
    assert {PlanRevision, SuccessCase, apps.get_model("shared_plans.PlanAdoption")} < read
    assert holding == {Blocker, BlockerStep}
    assert MARK not in mailed


def test_pages_of_the_own_municipality_that_show_it(
    public: PlanRevision, at_editor: Client, maebashi: Municipality, ways: Callable[..., Any]
) -> None:
    """No page of sharing, no file, no answer of the API among them."""
    shown, opened = ways(at_editor, maebashi.code, GUARDED)
    assert opened > {"shared_plans:plan_file", "shared_plans:revision", "shared_plans:preview"}
    assert shown == ON_PAGES


def test_others_never_read_it(
    public: PlanRevision,
    staff: Callable[..., User],
    secretary: User,
    client: Client,
    client_for: Callable[..., Client],
    maebashi: Municipality,
    takasaki: Municipality,
    ways: Callable[..., Any],
) -> None:
    """What they ask of the own municipality's pages is refused (tests/test_permissions.py)."""
    other = client_for(staff(takasaki, *MUNICIPAL_ROLES))
    shown, opened = ways(other, takasaki.code, GUARDED)
    assert shown == set()
    assert opened > {"shared_plans:library", "shared_plans:library_plan", "shared_plans:library_file"}
    shown, opened = ways(client_for(secretary), maebashi.code, GUARDED)
    assert shown == set()
    assert opened > {"portal:secretariat_home"}
    shown, opened = ways(client, maebashi.code, OTHERS)
    assert shown == set()
    assert opened > {"shared_plans:public_plan", "shared_plans:public_file", "shared_plans:public_feed"}


@pytest.fixture
def ways(public: PlanRevision, maebashi: Municipality, takasaki: Municipality) -> Callable[..., Any]:
    """ways(client, code, endpoints) -> names of URLs that show it, and of those that could be opened."""
    pair = parties(maebashi.pk, takasaki.pk)
    with as_owner(municipality_id=maebashi.pk):
        known = {
            "plan": public.plan_id,
            "revision": public.pk,
            "number": public.number,
            "blocker": Blocker.objects.get().pk,
        }

    def walked(client: Client, code: str, endpoints: list[Endpoint]) -> tuple[set[str], set[str]]:
        shown, opened = set(), set()
        for one in (each for each in endpoints if each.name.startswith(OF_PLANS)):
            for form in FORMATS if "form" in one.parameters else ("json",):
                given = {**values(one, pair), **known, "form": form}
                answer = client.get(one.path(code, given))
                if answer.status_code == 200:
                    opened.add(one.name)
                    shown |= {one.name} if MARK in text_of(answer) else set()
        return shown, opened

    return walked


def text_of(answer: HttpResponse) -> str:
    data = answer.getvalue()
    if not data.startswith(b"PK"):
        return data.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(data)) as workbook:
        return "".join(workbook.read(name).decode(errors="replace") for name in workbook.namelist())
