"""採用元の更新の取り込み: what moved on, what is decided, what the draft and its base are afterwards."""

from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consortium.audit.models import Event
from consortium.tenancy import context
from shared_plans.actions import adopt_initiatives, finish_sync, keep_answers, share_plan, submit_plan
from shared_plans.actions.syncing import coming_in
from shared_plans.domain.deciding import Answer, Choice, coming, without
from shared_plans.domain.document import Document, from_json, made
from shared_plans.domain.kinds import Kind
from shared_plans.models import AdoptionState, PlanAdoption, Visibility
from shared_plans.queries.adoptions import adoption, latest_with_text, moved_sources, sources_of
from tests.factories import acting

from .conftest import CONTENT
from .helpers import of
from .sharing import adopt, changed, draft_of, move_on, rewrite

pytestmark = pytest.mark.django_db
AMOUNT, TITLE, BODY = "clause-3.amount", "clause-1.title", "clause-1.body"


@pytest.fixture
def copy(published, adopter, takasaki):
    """Takasaki's, with another amount and an initiative of its own."""
    plan, line = adopt(published, adopter, takasaki)
    own = changed(CONTENT, "clause-3", amount=13_000_000).with_clause(
        made("own", Kind.INITIATIVE, {"title": "高崎の施策", "items": ("telework",)})
    )
    return rewrite(plan, adopter, takasaki, own), line


@pytest.fixture
def second(copy, published, editor, approver, maebashi):
    """Maebashi's next: one conflict (the amount), one change that is none (the title)."""
    text = changed(
        changed(CONTENT, "clause-3", amount=15_000_000), "clause-1", title="書かない・待たない窓口"
    )
    return move_on(published, editor, approver, maebashi, text)


def questions(plan, line):
    found = coming_in(fresh_in(plan), line, latest_with_text(line.source_plan_id))
    return {str(one.place): one for one in found.questions}


def decide(by, plan, line, **choices):
    """choices: place (with _ for .) → choice."""
    asked = questions(plan, line)
    given = {
        place: Answer(choice, asked[place].seen, reason="市の予算に合わせる")
        for place, choice in choices.items()
    }
    keep_answers(by=by, plan=plan, adoption=line, answers=given)


def finish(by, plan, line, revision):
    present = fresh_in(plan)
    return finish_sync(
        by=by,
        plan=present,
        adoption=line,
        lock_version=present.lock_version,
        revision_hash=revision.hash,
    )


def fresh_in(plan):
    return type(plan).objects.get(pk=plan.pk)


def test_it_shows_that_the_source_moved_on(copy, second, adopter, takasaki):
    plan, _ = copy
    with context.tenant(takasaki.pk):
        (source,) = sources_of(plan)
        assert (source.moved_on, source.is_withdrawn, source.latest) == (True, False, 2)
        (moved,) = moved_sources()
        assert (moved.plan, moved.latest, moved.source_name) == (plan, 2, "前橋市")


def test_one_conflict_is_decided_and_the_rest_comes_in(copy, second, adopter, takasaki):
    plan, line = copy
    with acting(adopter, takasaki) as by:
        asked = questions(plan, line)
        assert {place: bool(one.reason) for place, one in asked.items()} == {TITLE: False, AMOUNT: True}
        with pytest.raises(ValidationError) as error:
            finish(by, plan, line, second)
        assert error.value.code == "undecided"
        decide(by, plan, line, **{AMOUNT: Choice.OURS})
        finish(by, plan, line, second)
        step = adoption(plan, line.line)
        assert (step.source_number, step.how, from_json(step.base)) == (
            2,
            "synced",
            from_json(second.content),
        )
        assert step.decisions[AMOUNT] == {"choice": "ours", "reason": "市の予算に合わせる"}
        assert step.decisions[TITLE]["choice"] == "theirs"
        (source,) = sources_of(plan)
        assert not source.moved_on and AdoptionState.objects.get().answers == {}
        assert PlanAdoption.objects.count() == 2, "the first base stays on record"
        event = Event.objects.get(action="plan.synced")
        assert event.detail["number"] == 2
    draft = draft_of(plan)
    assert draft.clause("clause-1").text("title") == "書かない・待たない窓口"
    assert draft.clause("clause-3").number("amount") == 13_000_000
    assert draft.clause("own")
    with acting(adopter, takasaki) as by:
        with pytest.raises(ValidationError) as error:
            finish(by, plan, line, second)
        assert error.value.code == "nothing"


def test_theirs_and_words_of_ones_own(copy, second, adopter, takasaki):
    plan, line = copy
    with acting(adopter, takasaki) as by:
        asked = questions(plan, line)
        answers = {
            AMOUNT: Answer(Choice.OWN, asked[AMOUNT].seen, value=14_000_000),
            TITLE: Answer(Choice.OURS, asked[TITLE].seen),
        }
        keep_answers(by=by, plan=plan, adoption=line, answers=answers)
        finish(by, plan, line, second)
    draft = draft_of(plan)
    assert draft.clause("clause-3").number("amount") == 14_000_000
    assert draft.clause("clause-1").text("title") == "書かない窓口"


def test_an_answer_is_to_what_was_seen(
    copy, second, published, adopter, takasaki, editor, approver, maebashi
):
    plan, line = copy
    with acting(adopter, takasaki) as by:
        decide(by, plan, line, **{AMOUNT: Choice.OURS})
    rewrite(plan, adopter, takasaki, changed(draft_of(plan), "clause-3", amount=13_500_000))
    with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
        finish(by, plan, line, second)
    assert error.value.code == "undecided"
    third = move_on(second, editor, approver, maebashi, changed(CONTENT, "clause-3", amount=16_000_000))
    with acting(adopter, takasaki) as by:
        with pytest.raises(ValidationError) as error:
            finish(by, plan, line, second)
        assert error.value.code == "moved"
        decide(by, plan, line, **{AMOUNT: Choice.THEIRS})
        finish(by, plan, line, third)
    assert draft_of(plan).clause("clause-3").number("amount") == 16_000_000


def test_stale_lock(copy, second, adopter, takasaki):
    plan, line = copy
    with acting(adopter, takasaki) as by:
        decide(by, plan, line, **{AMOUNT: Choice.OURS})
        with pytest.raises(ValidationError) as error:
            finish_sync(by=by, plan=plan, adoption=line, lock_version=1, revision_hash=second.hash)
    assert error.value.code == "conflict"


def test_withdrawn_meanwhile(copy, second, adopter, takasaki, approver, maebashi):
    plan, line = copy
    with acting(approver, maebashi) as by:
        share_plan(by=by, plan=second.plan, visibility=Visibility.PRIVATE)
    before = draft_of(plan)
    with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
        finish(by, plan, line, second)
    assert error.value.code == "withdrawn"
    assert draft_of(plan) == before
    with context.tenant(takasaki.pk):
        assert sources_of(plan)[0].is_withdrawn and not moved_sources()


def test_only_a_draft_takes_something_in(copy, second, adopter, takasaki):
    plan, line = copy
    with acting(adopter, takasaki) as by:
        decide(by, plan, line, **{AMOUNT: Choice.OURS})
        submit_plan(by=by, plan=fresh_in(plan))
        with pytest.raises(ValidationError) as error:
            finish(by, plan, line, second)
        assert error.value.code == "wrong_status"


def test_all_or_nothing(copy, second, adopter, takasaki):
    plan, line = copy
    before = draft_of(plan)
    with acting(adopter, takasaki) as by:
        decide(by, plan, line, **{AMOUNT: Choice.THEIRS})
        with (
            patch("shared_plans.actions.syncing.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            finish(by, plan, line, second)
        assert PlanAdoption.objects.count() == 1 and AdoptionState.objects.get().answers
    assert draft_of(plan) == before


def test_too_long(copy, second, adopter, takasaki):
    plan, line = copy
    with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
        keep_answers(
            by=by, plan=plan, adoption=line, answers={AMOUNT: Answer(Choice.OURS, "", reason="あ" * 501)}
        )
    assert error.value.code == "too_long"


def test_not_by_an_approver(copy, second, takasaki, staff):
    plan, line = copy
    with acting(staff(takasaki, "approver"), takasaki) as by, pytest.raises(PermissionDenied):
        finish_sync(by=by, plan=plan, adoption=line, lock_version=1, revision_hash=second.hash)


def test_a_part_takes_in_its_part(published, adopter, takasaki, editor, approver, maebashi):
    with acting(adopter, takasaki) as by:
        plan = adopt_initiatives(by=by, revision_id=published.pk, initiatives=["clause-1"])
        line = PlanAdoption.objects.get()
    text = changed(
        changed(CONTENT, "clause-1", title="新しい窓口"), "clause-2", title="別の施策"
    ).with_clause(made("kpi", Kind.KPI, {"title": "満足度", "initiative": "clause-1"}))
    second = move_on(published, editor, approver, maebashi, text)
    with acting(adopter, takasaki) as by:
        assert set(questions(plan, line)) == {TITLE, "kpi"}
        finish(by, plan, line, second)
    assert [one.id for one in draft_of(plan).clauses] == ["clause-1", "clause-3", "kpi"]


def test_what_a_result_refers_to_must_be_there(
    copy, published, adopter, takasaki, editor, approver, maebashi
):
    """An initiative is not wanted, its KPI is: told by place, and nothing is changed."""
    plan, line = copy
    more = Document(
        (
            *CONTENT.clauses,
            made("new", Kind.INITIATIVE, {"title": "新しい施策", "items": ("security",)}),
            made("kpi", Kind.KPI, {"title": "指標", "initiative": "new"}),
        )
    )
    second = move_on(published, editor, approver, maebashi, more)
    before = draft_of(plan)
    with acting(adopter, takasaki) as by:
        decide(by, plan, line, new=Choice.OURS)
        with pytest.raises(ValidationError) as error:
            finish(by, plan, line, second)
    assert list(error.value.error_dict) == ["kpi.initiative"]
    assert draft_of(plan) == before


def test_what_the_source_hides_is_not_taken_away():
    shown = Document(tuple(one for one in CONTENT.clauses if one.kind is not Kind.BUDGET))
    assert coming(CONTENT, CONTENT, without(shown, [Kind.BUDGET], CONTENT)).questions == ()
    assert coming(CONTENT, CONTENT, shown).questions


class TestPages:
    def test_what_changed_after_the_page_was_opened_is_asked_again(self, copy, second, takasaki, at_adopter):
        plan, line = copy
        with context.tenant(takasaki.pk):
            asked = questions(plan, line)[AMOUNT]
        address = of(plan, takasaki, "sync", line=line.line)
        sent = {f"{asked.key}-choice": "own", f"{asked.key}-seen": asked.seen, f"{asked.key}-own": ""}
        for spoilt in (
            {},
            {f"{asked.key}-own": "たくさん"},
            {f"{asked.key}-seen": "x", f"{asked.key}-own": "1"},
        ):
            assert at_adopter.post(address, {**sent, **spoilt}).status_code == 422
        good = {**sent, f"{asked.key}-own": "14,000,000", f"{asked.key}-reason": "契約額"}
        assert at_adopter.post(address, good).url.endswith("/finish/")
        with context.tenant(takasaki.pk):
            kept = AdoptionState.objects.get().answers[AMOUNT]
            assert (kept["choice"], kept["value"], kept["reason"]) == ("own", 14_000_000, "契約額")

    def test_finishing_twice_and_without_deciding(self, copy, second, adopter, takasaki, at_adopter):
        plan, line = copy
        address = of(plan, takasaki, "finish_sync", line=line.line)
        page = at_adopter.get(address)
        assert "まだ決めていない項目があります" in page.content.decode()
        sent = {"lock_version": page.context["lock_version"], "revision": second.hash}
        assert at_adopter.post(address, sent).status_code == 422
        with acting(adopter, takasaki) as by:
            decide(by, plan, line, **{AMOUNT: Choice.THEIRS})
        assert at_adopter.post(address, {"lock_version": "x", "revision": "y"}).status_code == 422
        assert at_adopter.post(address, sent).status_code == 302
        assert "既に取り込んでいます" in at_adopter.post(address, sent, follow=True).content.decode()

    def test_withdrawn(self, copy, second, takasaki, at_adopter, approver, maebashi):
        plan, line = copy
        with acting(approver, maebashi) as by:
            share_plan(by=by, plan=second.plan, visibility=Visibility.PRIVATE)
        page = at_adopter.post(of(plan, takasaki, "sync", line=line.line), {}, follow=True)
        assert "公開を取り下げています" in page.content.decode()

    def test_large_plans_are_paged(
        self, published, adopter, takasaki, editor, approver, maebashi, at_adopter
    ):
        plan, line = adopt(published, adopter, takasaki)
        more = [made(f"risk-{n}", Kind.RISK, {"title": f"リスク{n}"}) for n in range(25)]
        move_on(published, editor, approver, maebashi, Document((*CONTENT.clauses, *more)))
        address = of(plan, takasaki, "sync", line=line.line)
        first = at_adopter.get(address)
        assert len(first.context["clauses"]) == 10
        assert len(at_adopter.get(address, {"page": 3}).context["clauses"]) == 5
        assert at_adopter.post(address, {}).url.endswith("?page=2")
