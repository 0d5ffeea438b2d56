"""The library's pages in a real browser, at 1280 and at 320 px."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.models import MunicipalProfile, PlanRevision
from tests.isolation.rows import as_owner

from .cases import VALUES
from .helpers import at, of
from .looking import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_find_compare_measure_and_check(
    browser: Browser,
    portal_live: str,
    maebashi: Municipality,
    takasaki: Municipality,
    published: PlanRevision,
    editor: Any,
    approver: Any,
    adopter: Any,
) -> None:
    figures((maebashi, 332_149, 140_000), (takasaki, 372_973, 160_000))
    writing = Desk(browser, portal_live, editor)
    page = writing.open(of(published.plan, maebashi))
    page.get_by_role("link", name="成功事例を登録する").click()
    page.locator("#id_initiative").select_option("clause-1")
    for name, value in VALUES.items():
        if name not in {"direction", "components"}:
            page.locator(f"#id_{name}").fill(str(value))
    page.get_by_label("減るとよい").check()
    writing.look("case-new")
    page.get_by_role("button", name="保存", exact=True).click()
    writing.look("case-own")
    page.get_by_role("button", name="決裁を依頼する").click()
    here = page.url
    deciding = Desk(browser, portal_live, approver)
    page = deciding.open(here)
    page.get_by_role("link", name="決裁する").click()
    deciding.look("case-decide")
    page.get_by_role("button", name="承認して公表する").click()
    expect(page.get_by_text("成功事例を参画自治体に公表しました。")).to_be_visible()

    finding = Desk(browser, portal_live, adopter)
    page = finding.open(at(takasaki, "library"), "library")
    page.get_by_text("条件で絞り込む").click()
    page.get_by_label("人口規模").select_option(label="30万人以上(1件)")
    page.get_by_label("成果").select_option(label="効果測定あり(1件)")
    page.get_by_role("button", name="検索").click()
    finding.look("library-narrowed")
    page.get_by_label("比べる", exact=False).check()
    page.get_by_role("button", name="選んだ計画を比べる").click()
    finding.look("compare-one")
    finding.open(f"{at(takasaki, 'compare')}?plan={published.pk}&plan={copy_of(published).pk}", "compare")
    finding.open(at(takasaki, "cases"), "cases")
    page.get_by_role("link", name=str(VALUES["title"])).click()
    finding.look("case")

    finding.open(at(takasaki, "maturity"), "maturity-empty")
    page.get_by_role("link", name="点検を始める").click()
    finding.look("maturity-check")
    for number, group in enumerate(page.get_by_role("radiogroup").or_(page.locator("fieldset")).all()):
        group.get_by_role("radio").nth(number % 4).check()
    page.get_by_role("button", name="結果を見る").click()
    finding.look("maturity")
    page.get_by_role("link", name="計画のたたき台を作る").click()
    page.get_by_label("書かない窓口").check()
    finding.look("starter")
    page.get_by_role("button", name="下書きを作る").click()
    expect(page.get_by_role("link", name="書かない窓口", exact=True)).to_be_visible()
    for desk in (writing, deciding, finding):
        assert desk.complaints == []


def figures(*rows: tuple[Municipality, int, int]) -> None:
    with context.opened(context.Context("owner")):
        for municipality, population, households in rows:
            MunicipalProfile(
                municipality=municipality,
                year=2020,
                population=population,
                households=households,
                source="令和2年国勢調査(人口)、架空(世帯数)",
            ).save()


def copy_of(revision: PlanRevision) -> PlanRevision:
    """The same plan in another edition, so that there are two to compare."""
    with as_owner(municipality_id=revision.municipality_id):
        other: PlanRevision = PlanRevision._base_manager.get(pk=revision.pk)
        other.pk = PlanRevision._meta.pk.get_default()  # type: ignore[union-attr]  # has one
        clauses = [one for one in revision.content["clauses"] if one["id"] != "clause-2"]
        other.content = {**revision.content, "clauses": clauses}
        other.number, other.is_latest = 2, False
        other.save(force_insert=True)
    return other
