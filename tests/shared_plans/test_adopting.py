"""Single initiatives into an own draft, figures to the own size, and who may know of it."""

from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from consortium.tenancy import context
from shared_plans.actions import (
    Figure,
    Settled,
    adopt_initiatives,
    adopt_plan,
    set_sizes,
    settle_figures,
    share_plan,
)
from shared_plans.domain.adopting import figures
from shared_plans.domain.document import from_json, made
from shared_plans.domain.kinds import Kind
from shared_plans.domain.paths import Place
from shared_plans.domain.scaling import Size
from shared_plans.models import AdoptionFact, AdoptionState, Plan, PlanAdoption, Visibility
from shared_plans.queries.adoptions import adopters, credits_of, lineage, sources_of
from tests.factories import acting, make_member, make_staff, municipality

from .conftest import CONTENT
from .helpers import at, of
from .sharing import adopt, changed, draft_of, fresh, publish, rewrite

pytestmark = pytest.mark.django_db
AMOUNT = Place("clause-3", "amount")
THERE, HERE = Size(330_000, 140_000), Size(370_000, 160_000)


def own_draft(adopter, takasaki, published):
    """Of Takasaki's own, with nothing in it."""
    with acting(adopter, takasaki) as by:
        return adopt_initiatives(
            by=by, revision_id=published.pk, initiatives=["clause-2"], title="高崎市の計画"
        )


class TestInitiatives:
    def test_come_with_what_belongs_to_them(self, adopter, takasaki, published):
        plan = own_draft(adopter, takasaki, published)
        assert [one.id for one in draft_of(plan).clauses] == ["clause-2"]
        with acting(adopter, takasaki) as by:
            adopt_initiatives(by=by, revision_id=published.pk, initiatives=["clause-1"], into=plan)
        assert [one.id for one in draft_of(plan).clauses] == ["clause-2", "clause-1", "clause-3"]
        with context.tenant(takasaki.pk):
            lines = sources_of(plan)
            assert [one.adoption.initiatives for one in lines] == [["clause-2"], ["clause-1"]]
            base = from_json(PlanAdoption.objects.get(pk=lines[1].adoption.pk).base)
            assert [one.id for one in base.clauses] == ["clause-1", "clause-3"]
            assert credits_of(plan) == "前橋市「前橋市ＤＸ推進計画」第1版"

    def test_leave_the_strategy_behind(self, adopter, takasaki, draft, editor, approver, maebashi):
        content = changed(CONTENT, "clause-1", priority="first").with_clause(
            made("first", Kind.PRIORITY, {"title": "窓口", "rank": 1})
        )
        revision = publish(rewrite(draft, editor, maebashi, content), editor, approver, maebashi)
        with acting(adopter, takasaki) as by:
            plan = adopt_initiatives(by=by, revision_id=revision.pk, initiatives=["clause-1"])
        clause = draft_of(plan).clause("clause-1")
        assert clause and not clause.text("priority")

    @pytest.mark.parametrize(
        ("initiatives", "code"), [([], "nothing"), (["clause-3"], "unknown"), (["'; --"], "unknown")]
    )
    def test_that_are_none(self, adopter, takasaki, published, initiatives, code):
        with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
            adopt_initiatives(by=by, revision_id=published.pk, initiatives=initiatives)
        assert error.value.error_dict["initiatives"][0].code == code
        with context.tenant(takasaki.pk):
            assert not Plan.objects.exists() and not PlanAdoption.objects.exists()

    def test_are_not_put_in_twice(self, adopter, takasaki, published):
        plan = own_draft(adopter, takasaki, published)
        with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
            adopt_initiatives(by=by, revision_id=published.pk, initiatives=["clause-2"], into=plan)
        assert error.value.error_dict["initiatives"][0].code == "there"
        assert fresh(plan).lock_version == plan.lock_version

    def test_not_of_what_was_withdrawn_meanwhile(self, adopter, takasaki, published, approver, maebashi):
        plan = own_draft(adopter, takasaki, published)
        with acting(approver, maebashi) as by:
            share_plan(by=by, plan=published.plan, visibility=Visibility.PRIVATE)
        with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
            adopt_initiatives(by=by, revision_id=published.pk, initiatives=["clause-1"], into=plan)
        assert error.value.code == "withdrawn"
        assert len(draft_of(plan).clauses) == 1

    def test_not_into_another_members_draft(self, adopter, takasaki, published):
        with acting(adopter, takasaki) as by, pytest.raises(Plan.DoesNotExist):
            adopt_initiatives(by=by, revision_id=published.pk, initiatives=["clause-1"], into=published.plan)

    def test_all_or_nothing(self, adopter, takasaki, published):
        plan = own_draft(adopter, takasaki, published)
        with (
            acting(adopter, takasaki) as by,
            patch("shared_plans.actions.adopting.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            adopt_initiatives(by=by, revision_id=published.pk, initiatives=["clause-1"], into=plan)
        assert len(draft_of(plan).clauses) == 1
        with context.tenant(takasaki.pk):
            assert PlanAdoption.objects.count() == AdoptionFact.objects.count() == 1

    def test_not_by_an_approver_alone(self, takasaki, published, staff):
        with acting(staff(takasaki, "approver"), takasaki) as by, pytest.raises(PermissionDenied):
            adopt_initiatives(by=by, revision_id=published.pk, initiatives=["clause-1"])


class TestFigures:
    def test_are_scaled_changed_or_kept(self, adopter, takasaki, published):
        plan, line = adopt(published, adopter, takasaki)
        (proposal,) = figures(from_json(line.base), source=THERE, own=HERE).values()
        assert (proposal.place, proposal.there, proposal.here) == (AMOUNT, 12_000_000, 13_454_000)
        with acting(adopter, takasaki) as by:
            set_sizes(by=by, plan=plan, adoption=line, source=THERE, own=HERE)
            settle_figures(
                by=by,
                plan=plan,
                adoption=line,
                lock_version=plan.lock_version,
                figures={AMOUNT: Figure(Settled.SCALED, proposal.here)},
            )
            state = AdoptionState.objects.get(adoption=line)
            assert state.figures == {"clause-3.amount": "scaled"}
            assert state.sizes["own"] == {"population": 370_000, "households": 160_000}
        clause = draft_of(plan).clause("clause-3")
        assert clause and clause.number("amount") == 13_454_000
        with context.tenant(takasaki.pk):
            assert from_json(PlanAdoption.objects.get(pk=line.pk).base) == CONTENT, "the base stays theirs"

    def test_stale(self, adopter, takasaki, published):
        plan, line = adopt(published, adopter, takasaki)
        with acting(adopter, takasaki) as by:
            figure = {AMOUNT: Figure(Settled.CHANGED, 1_000)}
            settle_figures(by=by, plan=plan, adoption=line, lock_version=plan.lock_version, figures=figure)
            with pytest.raises(ValidationError) as error:
                settle_figures(
                    by=by, plan=plan, adoption=line, lock_version=plan.lock_version, figures=figure
                )
        assert error.value.code == "conflict"

    def test_out_of_range(self, adopter, takasaki, published):
        plan, line = adopt(published, adopter, takasaki)
        with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
            figure = {AMOUNT: Figure(Settled.CHANGED, -1)}
            settle_figures(by=by, plan=plan, adoption=line, lock_version=plan.lock_version, figures=figure)
        assert "clause-3.amount" in error.value.error_dict
        assert draft_of(plan) == CONTENT

    @pytest.mark.parametrize("population", [0, -5, 10**12])
    def test_sizes_that_are_none(self, adopter, takasaki, published, population):
        plan, line = adopt(published, adopter, takasaki)
        with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
            set_sizes(by=by, plan=plan, adoption=line, source=THERE, own=Size(population, 1))
        assert "own_population" in error.value.error_dict


class TestWhoMayKnow:
    def test_members_of_what_is_shared(self, adopter, takasaki, published, maebashi):
        plan, _ = adopt(published, adopter, takasaki)
        isesaki = municipality("102041")
        with context.tenant(isesaki.pk):
            assert not AdoptionFact.visible.exists(), "no member, no knowledge"
        make_member(isesaki)
        for reader in (isesaki, maebashi, takasaki):
            with context.tenant(reader.pk):
                assert adopters([published.plan_id, plan.pk]) == {published.plan_id: 1}
                (step,) = lineage(published.plan_id)
                assert (step.here, step.source, step.number) == (plan.pk, published.plan_id, 1)
                assert lineage(plan.pk) == [step], "seen from either end"

    def test_the_owner_alone_of_what_is_not(self, adopter, takasaki, published, maebashi):
        adopt(published, adopter, takasaki)
        isesaki = municipality("102041")
        make_member(isesaki)
        with context.opened(context.Context("owner")):
            AdoptionFact.visible.update(shared=False)
        for reader, seen in ((isesaki, 0), (maebashi, 1), (takasaki, 1)):
            with context.tenant(reader.pk):
                assert len(lineage(published.plan_id)) == seen

    def test_nobody_of_the_adopters_texts(self, adopter, takasaki, published, maebashi):
        adopt(published, adopter, takasaki)
        with context.tenant(maebashi.pk):
            assert not PlanAdoption.visible.exists()
            assert not AdoptionState.visible.exists()
            assert not hasattr(AdoptionFact.visible.get(), "title")

    def test_a_chain_is_walked_both_ways(self, adopter, takasaki, published, maebashi):
        plan, _ = adopt(published, adopter, takasaki)
        copy = publish(plan, adopter, make_staff(takasaki, "approver"), takasaki)
        isesaki = municipality("102041")
        make_member(isesaki)
        third, _ = adopt(copy, make_staff(isesaki, "editor"), isesaki)
        for one in (published.plan_id, plan.pk, third.pk):
            with context.tenant(maebashi.pk):
                assert [(step.source, step.here) for step in lineage(one)] == [
                    (published.plan_id, plan.pk),
                    (plan.pk, third.pk),
                ]


def test_rows_are_never_rewritten(adopter, takasaki, published):
    adopt(published, adopter, takasaki)
    with acting(adopter, takasaki):
        for model in (PlanAdoption, AdoptionFact):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                model.objects.update(source_number=9)


def test_one_whole_adoption_of_a_revision(adopter, takasaki, published):
    plan, line = adopt(published, adopter, takasaki)
    with acting(adopter, takasaki) as by:
        assert adopt_plan(by=by, revision_id=published.pk) == plan
        line.pk = None
        line.id = PlanAdoption._meta.get_field("id").get_default()
        line.line = line.id
        with pytest.raises(IntegrityError), transaction.atomic():
            line.save(force_insert=True)


class TestPages:
    def address(self, published, takasaki):
        return at(takasaki, "adopt_initiatives", revision=published.pk)

    def test_into_an_own_draft(self, adopter, takasaki, published, at_adopter):
        plan = own_draft(adopter, takasaki, published)
        page = at_adopter.get(self.address(published, takasaki)).content.decode()
        assert "書かない窓口" in page and "高崎市の計画" in page and "参画自治体に示されます" in page
        given = {"initiatives": ["clause-1"], "where": "existing", "plan": str(plan.pk)}
        assert at_adopter.post(self.address(published, takasaki), given).status_code == 302
        assert len(draft_of(plan).clauses) == 3
        shown = at_adopter.get(of(plan, takasaki)).content.decode()
        assert shown.count("前橋市 第1版 から採用(一部の施策)") == 2

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"initiatives": ["clause-1"], "where": "existing", "plan": ""},
            {
                "initiatives": ["clause-1"],
                "where": "existing",
                "plan": "0199a000-0000-7000-8000-000000000000",
            },
            {"initiatives": ["no-such"], "where": "new", "title": "計画", "year_from": 2026, "year_to": 2027},
            {"initiatives": ["clause-1"], "where": "new", "title": "", "year_from": 2026, "year_to": 2027},
        ],
    )
    def test_bad_input(self, takasaki, published, at_adopter, given):
        assert at_adopter.post(self.address(published, takasaki), given).status_code == 422
        with context.tenant(takasaki.pk):
            assert not Plan.objects.exists()

    def test_withdrawn_meanwhile(self, takasaki, published, at_adopter, approver, maebashi):
        with acting(approver, maebashi) as by:
            share_plan(by=by, plan=published.plan, visibility=Visibility.PRIVATE)
        answer = at_adopter.post(self.address(published, takasaki), {"initiatives": ["clause-1"]})
        assert answer.status_code == 409 and "取り下げた" in answer.content.decode()

    def test_figures_need_sizes_first(self, adopter, takasaki, published, at_adopter):
        plan, line = adopt(published, adopter, takasaki)
        address = of(plan, takasaki, "figures", line=line.line)
        assert at_adopter.get(address).url.endswith("/sizes/")
        spoilt = {"source_population": "0", "own_population": "x"}
        assert at_adopter.post(of(plan, takasaki, "sizes", line=line.line), spoilt).status_code == 422
        with acting(adopter, takasaki) as by:
            set_sizes(by=by, plan=plan, adoption=line, source=THERE, own=HERE)
        sent = {"lock_version": plan.lock_version, "0-settled": "changed", "0-value": ""}
        assert at_adopter.post(address, sent).status_code == 422
        assert (
            at_adopter.post(address, {**sent, "0-value": "９，０００，０００", "lock_version": 0}).status_code
            == 422
        )
        assert at_adopter.post(address, {**sent, "0-value": "９，０００，０００"}).status_code == 302
        clause = draft_of(plan).clause("clause-3")
        assert clause and clause.number("amount") == 9_000_000

    def test_the_library_tells_how_many_adopted(self, adopter, takasaki, published, at_editor, maebashi):
        adopt(published, adopter, takasaki)
        page = at_editor.get(at(maebashi, "library_plan", revision=published.pk)).content.decode()
        assert "1団体が採用" in page
        page = at_editor.get(at(maebashi, "library_lineage", revision=published.pk)).content.decode()
        assert "高崎市" in page and "<svg" in page and "style=" not in page
