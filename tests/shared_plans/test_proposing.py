"""改善提案: offered by the adopter, read by the owner alone, answered once."""

from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from consortium.tenancy import context
from shared_plans.actions import (
    answer_proposal,
    decline_proposal,
    propose_changes,
    revise_plan,
    share_plan,
    withdraw_proposal,
)
from shared_plans.actions.proposing import offered_in
from shared_plans.domain.deciding import Answer, Choice
from shared_plans.domain.paths import Place
from shared_plans.models import Outcome, Plan, PlanProposal, ProposalAnswer, Visibility
from shared_plans.queries.adoptions import credits_of
from shared_plans.queries.proposals import exchange, exchanges_of, open_received
from tests.factories import acting, make_member, make_staff, municipality

from .conftest import CONTENT
from .helpers import at, of
from .sharing import adopt, changed, draft_of, fresh, move_on, publish, rewrite

pytestmark = pytest.mark.django_db
BODY, NAME = Place("clause-1", "body"), Place("clause-2", "title")
HOSTILE = '<script>alert(1)</script>"; DROP TABLE x; --'


@pytest.fixture
def improved(published, adopter, takasaki):
    """Takasaki's decided copy with two changes of its own; (plan, its line)."""
    plan, line = adopt(published, adopter, takasaki)
    text = changed(
        changed(CONTENT, "clause-1", body=f"予約もできます。{HOSTILE}"), "clause-2", title="在宅勤務"
    )
    publish(rewrite(plan, adopter, takasaki, text), adopter, make_staff(takasaki, "approver"), takasaki)
    return fresh(plan), line


@pytest.fixture
def proposal(improved, adopter, takasaki):
    plan, line = improved
    with acting(adopter, takasaki) as by:
        return propose_changes(
            by=by, plan=plan, adoption=line, places=[BODY, NAME], message="窓口で好評でした。"
        )


@pytest.fixture
def at_work(published, editor, maebashi):
    """Maebashi has begun its next revision."""
    with acting(editor, maebashi) as by:
        return revise_plan(by=by, plan=published.plan, reason="提案の反映")


def answered(by, plan, proposal, *choices, message=""):
    present = Plan.objects.get(pk=plan.pk)
    asked = offered_in(present, proposal).questions
    answers = {str(one.place): Answer(choice, one.seen) for one, choice in zip(asked, choices, strict=False)}
    return answer_proposal(
        by=by,
        plan=present,
        proposal_id=proposal.pk,
        lock_version=present.lock_version,
        answers=answers,
        message=message,
    )


class TestReading:
    def test_the_named_recipient_and_nobody_else(self, proposal, published, maebashi, takasaki):
        isesaki = municipality("102041")
        make_member(isesaki)
        for reader, seen in ((maebashi, 1), (takasaki, 1), (isesaki, 0)):
            with context.tenant(reader.pk):
                assert PlanProposal.visible.count() == seen
        with context.tenant(maebashi.pk):
            (one,) = exchanges_of(published.plan)
            assert one.is_open and one.proposal.message == "窓口で好評でした。"
            assert list(open_received()) == [one.proposal]
            assert one.proposal.proposed_by_name

    def test_nothing_but_what_was_chosen_leaves(self, improved, adopter, takasaki, published, maebashi):
        plan, line = improved
        with acting(adopter, takasaki) as by:
            one = propose_changes(by=by, plan=plan, adoption=line, places=[NAME], message="改善")
        with context.tenant(maebashi.pk):
            row = PlanProposal.visible.get()
            assert [clause["id"] for clause in row.content["clauses"]] == ["clause-2"]
            assert "予約" not in str(row.content)
            asked = offered_in(published.plan, row).questions
        assert [question.place for question in asked] == [NAME]
        assert one.pk == row.pk

    def test_not_by_who_left(self, proposal, maebashi):
        from consortium.membership.models import Membership  # noqa: PLC0415

        with context.secretariat():
            Membership.objects.filter(municipality=maebashi).update(standing="suspended")
        with context.tenant(maebashi.pk):
            assert not PlanProposal.visible.exists()


class TestProposing:
    def test_twice_is_once(self, proposal, improved, adopter, takasaki):
        plan, line = improved
        with acting(adopter, takasaki) as by:
            again = propose_changes(by=by, plan=plan, adoption=line, places=[NAME, BODY], message="もう一度")
            assert again.pk == proposal.pk and PlanProposal.objects.count() == 1

    @pytest.mark.parametrize(
        ("places", "message", "field"),
        [
            ([], "よい", "places"),
            ([Place("clause-9")], "よい", "places"),
            ([Place("clause-3", "amount")], "よい", "places"),
            ([NAME], " ", "message"),
            ([NAME], "あ" * 2001, "message"),
        ],
    )
    def test_bad_input(self, improved, adopter, takasaki, places, message, field):
        plan, line = improved
        with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
            propose_changes(by=by, plan=plan, adoption=line, places=places, message=message)
        assert list(error.value.error_dict) == [field]
        with context.tenant(takasaki.pk):
            assert not PlanProposal.objects.exists()

    def test_not_before_it_was_decided(self, published, adopter, takasaki):
        plan, line = adopt(published, adopter, takasaki)
        with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
            propose_changes(by=by, plan=plan, adoption=line, places=[NAME], message="よい")
        assert error.value.code == "not_decided"

    def test_not_to_what_was_withdrawn(self, improved, adopter, takasaki, approver, maebashi, published):
        with acting(approver, maebashi) as by:
            share_plan(by=by, plan=published.plan, visibility=Visibility.PRIVATE)
        plan, line = improved
        with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
            propose_changes(by=by, plan=plan, adoption=line, places=[NAME], message="よい")
        assert error.value.code == "withdrawn"

    def test_not_by_an_approver(self, improved, takasaki, staff):
        plan, line = improved
        with acting(staff(takasaki, "approver"), takasaki) as by, pytest.raises(PermissionDenied):
            propose_changes(by=by, plan=plan, adoption=line, places=[NAME], message="よい")


class TestAnswering:
    def test_all_with_attribution(self, proposal, at_work, editor, approver, maebashi, takasaki, improved):
        with acting(editor, maebashi) as by:
            answer = answered(by, at_work, proposal, Choice.THEIRS, Choice.THEIRS)
            assert answer.outcome == Outcome.ACCEPTED
            assert credits_of(at_work) == "高崎市「前橋市ＤＸ推進計画」第1版の改善提案"
        assert draft_of(at_work).clause("clause-2").text("title") == "在宅勤務"
        revision = publish(fresh(at_work), editor, approver, maebashi)
        assert revision.attribution == "高崎市「前橋市ＤＸ推進計画」第1版の改善提案"
        with context.tenant(takasaki.pk):
            (one,) = exchanges_of(improved[0])
            assert one.outcome == "accepted" and not one.is_open

    def test_part(self, proposal, at_work, editor, maebashi):
        with acting(editor, maebashi) as by:
            answer = answered(
                by, at_work, proposal, Choice.OURS, Choice.THEIRS, message="名称のみ採用します。"
            )
        assert (answer.outcome, answer.taken) == ("partly", ["clause-2.title"])
        draft = draft_of(at_work)
        assert draft.clause("clause-1") == CONTENT.clause("clause-1")
        assert draft.clause("clause-2").text("title") == "在宅勤務"

    def test_what_changed_here_meanwhile_is_shown(self, proposal, published, editor, approver, maebashi):
        second = move_on(
            published, editor, approver, maebashi, changed(CONTENT, "clause-2", title="出張所勤務")
        )
        with acting(editor, maebashi) as by:
            plan = revise_plan(by=by, plan=second.plan, reason="提案の反映")
            asked = {str(one.place): one for one in offered_in(plan, proposal).questions}
        assert asked["clause-2.title"].reason == "both"
        assert (asked["clause-2.title"].ours, asked["clause-2.title"].theirs) == ("出張所勤務", "在宅勤務")

    def test_taking_nothing_is_declining(self, proposal, at_work, editor, maebashi):
        with acting(editor, maebashi) as by:
            with pytest.raises(ValidationError) as error:
                answered(by, at_work, proposal, Choice.OURS, Choice.OURS)
            assert "message" in error.value.error_dict
            answer = answered(by, at_work, proposal, Choice.OURS, Choice.OURS, message="方針が異なります。")
        assert answer.outcome == "declined"

    def test_declining_needs_a_reason_and_no_draft(self, proposal, published, editor, maebashi):
        with acting(editor, maebashi) as by:
            with pytest.raises(ValidationError):
                decline_proposal(by=by, plan=published.plan, proposal_id=proposal.pk, message="")
            decline_proposal(
                by=by, plan=published.plan, proposal_id=proposal.pk, message="時期が合いません。"
            )
            assert not list(open_received())

    def test_once(self, proposal, at_work, editor, maebashi):
        with acting(editor, maebashi) as by:
            answered(by, at_work, proposal, Choice.THEIRS, Choice.THEIRS)
            for again in (Choice.THEIRS, Choice.OURS):
                with pytest.raises(ValidationError) as error:
                    answered(by, at_work, proposal, again, again, message="-")
                assert error.value.code == "answered"
            assert ProposalAnswer.objects.count() == 1

    def test_the_second_of_two_at_once_is_told(self, proposal, at_work, editor, maebashi):
        with acting(editor, maebashi) as by:
            seen = exchange(at_work, proposal.pk)
            decline_proposal(by=by, plan=at_work, proposal_id=proposal.pk, message="見送ります。")
            with (
                patch("shared_plans.actions.proposing.exchange", return_value=seen),
                pytest.raises(ValidationError) as error,
            ):
                decline_proposal(by=by, plan=at_work, proposal_id=proposal.pk, message="見送ります。")
            assert error.value.code == "answered"

    def test_undecided(self, proposal, at_work, editor, maebashi):
        with acting(editor, maebashi) as by, pytest.raises(ValidationError) as error:
            answered(by, at_work, proposal, Choice.THEIRS)
        assert error.value.code == "undecided"

    def test_only_into_a_draft(self, proposal, published, editor, maebashi):
        with acting(editor, maebashi) as by, pytest.raises(ValidationError) as error:
            answered(by, published.plan, proposal, Choice.THEIRS, Choice.THEIRS)
        assert error.value.code == "wrong_status"

    def test_all_or_nothing(self, proposal, at_work, editor, maebashi):
        with (
            acting(editor, maebashi) as by,
            patch("shared_plans.actions.proposing.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            answered(by, at_work, proposal, Choice.THEIRS, Choice.THEIRS)
        assert draft_of(at_work) == CONTENT
        with context.tenant(maebashi.pk):
            assert not ProposalAnswer.objects.exists()

    def test_a_stranger_has_nothing_to_answer(self, proposal, published, staff, improved):
        isesaki = municipality("102041")
        make_member(isesaki)
        with acting(make_staff(isesaki, "editor"), isesaki) as by, pytest.raises(Plan.DoesNotExist):
            decline_proposal(by=by, plan=published.plan, proposal_id=proposal.pk, message="-")

    def test_a_damaged_one_is_refused(self, proposal, at_work, editor, maebashi):
        with context.opened(context.Context("owner")):
            PlanProposal.visible.update(content={"version": 2, "clauses": [{"id": 7}]})
        with acting(editor, maebashi), pytest.raises(ValidationError) as error:
            offered_in(at_work, PlanProposal.visible.get())
        assert error.value.code == "damaged"


class TestWithdrawing:
    def test_until_answered(self, proposal, improved, at_work, editor, adopter, maebashi, takasaki):
        plan, _ = improved
        with acting(adopter, takasaki) as by:
            withdraw_proposal(by=by, plan=plan, proposal_id=proposal.pk)
            withdraw_proposal(by=by, plan=plan, proposal_id=proposal.pk)
        with acting(editor, maebashi) as by:
            assert not list(open_received())
            with pytest.raises(ValidationError) as error:
                answered(by, at_work, proposal, Choice.THEIRS, Choice.THEIRS)
            assert error.value.code == "withdrawn"

    def test_not_once_answered(self, proposal, improved, published, editor, adopter, maebashi, takasaki):
        with acting(editor, maebashi) as by:
            decline_proposal(by=by, plan=published.plan, proposal_id=proposal.pk, message="見送ります。")
        with acting(adopter, takasaki) as by, pytest.raises(ValidationError) as error:
            withdraw_proposal(by=by, plan=improved[0], proposal_id=proposal.pk)
        assert error.value.code == "answered"

    def test_not_by_the_recipient(self, proposal, published, editor, maebashi):
        with acting(editor, maebashi) as by, pytest.raises(ValidationError):
            withdraw_proposal(by=by, plan=published.plan, proposal_id=proposal.pk)


def test_an_answer_counts_only_from_whom_was_asked(proposal, improved, takasaki):
    """A third member's row that names the proposal is none."""
    isesaki = municipality("102041")
    make_member(isesaki)
    third, _ = adopt_into(isesaki)
    with context.tenant(isesaki.pk):
        ProposalAnswer(
            plan=third,
            proposal_id=proposal.pk,
            proposer_id=takasaki.pk,
            outcome="accepted",
            answered_by_id=proposal.pk,
            answered_by_name="第三者",
        ).save(force_insert=True)
    with context.tenant(takasaki.pk):
        assert ProposalAnswer.visible.count() == 1
        assert exchanges_of(improved[0])[0].outcome == ""


def adopt_into(place):
    with context.opened(context.Context("owner")):
        from shared_plans.models import PlanRevision  # noqa: PLC0415

        revision = PlanRevision.visible.order_by("number").first()
    return adopt(revision, make_staff(place, "editor"), place)


def test_both_sides_are_told(proposal, published, editor, adopter, maebashi, improved, mailbox):
    messages = mailbox()
    told = [one for one in messages if one.to == [editor.email] and one.subject == "計画への改善提案"]
    assert "高崎市から「前橋市ＤＸ推進計画」への改善提案(2件の変更)" in told[0].body
    assert f"/m/102016/plans/{published.plan_id}/proposals/{proposal.pk}/" in told[0].body
    with acting(editor, maebashi) as by:
        decline_proposal(by=by, plan=published.plan, proposal_id=proposal.pk, message="見送ります。")
    told = [one for one in mailbox() if one.to == [adopter.email] and one.subject == "改善提案への回答"]
    assert "見送り" in told[0].body
    assert f"/m/102024/plans/{improved[0].pk}/proposals/{proposal.pk}/" in told[0].body


class TestPages:
    def test_hostile_text_is_shown_as_text(self, proposal, at_work, at_editor, maebashi):
        page = at_editor.get(of(at_work, maebashi, "proposal", proposal=proposal.pk)).content.decode()
        assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page

    def test_answering(self, proposal, at_work, at_editor, maebashi):
        address = of(at_work, maebashi, "proposal", proposal=proposal.pk)
        page = at_editor.get(address)
        asked = page.context["form"].questions
        sent = {"lock_version": page.context["lock_version"], "message": "ありがとうございます。"}
        assert at_editor.post(address, sent).status_code == 422, "each has to be decided"
        for one in asked:
            sent |= {f"{one.key}-choice": "theirs", f"{one.key}-seen": one.seen}
        assert at_editor.post(address, {**sent, "lock_version": "x"}).status_code == 422
        assert at_editor.post(address, sent).status_code == 302
        assert "すべて取り入れ" in at_editor.get(address).content.decode()
        assert at_editor.post(address, sent).status_code == 422, "once"

    def test_an_approver_reads_and_does_not_answer(self, proposal, at_work, at_approver, maebashi):
        address = of(at_work, maebashi, "proposal", proposal=proposal.pk)
        assert 'name="lock_version"' not in at_approver.get(address).content.decode()
        assert at_approver.post(address, {}).status_code in {403, 422}
        with context.tenant(maebashi.pk):
            assert not ProposalAnswer.objects.exists()

    def test_not_found_elsewhere(self, proposal, improved, draft, at_editor, at_adopter, maebashi, takasaki):
        assert at_adopter.get(of(improved[0], takasaki, "proposal", proposal=proposal.pk)).status_code == 200
        assert (
            at_editor.get(at(maebashi, "proposal", plan=improved[0].pk, proposal=proposal.pk)).status_code
            == 404
        )
        unknown = "0199a000-0000-7000-8000-000000000000"
        assert at_editor.get(of(draft, maebashi, "proposal", proposal=unknown)).status_code == 404

    def test_home_tells_what_waits(self, proposal, at_editor, maebashi):
        assert (
            "高崎市からの改善提案に回答してください" in at_editor.get(f"/m/{maebashi.code}/").content.decode()
        )
