"""改善提案: offer own changes to the source; read, answer or withdraw a proposal."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consortium.dates import calendar_date
from consortium.language import place_name
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView
from services.queries import components
from shared_plans.actions import answer_proposal, decline_proposal, propose_changes, withdraw_proposal
from shared_plans.actions.proposing import DAMAGED, MAX_CHANGES, offered_in, own_text
from shared_plans.clause_forms import Choices
from shared_plans.domain.compare import Change, changes
from shared_plans.domain.deciding import Answer, Coming, Question
from shared_plans.domain.document import Document, from_json
from shared_plans.domain.paths import Place, held
from shared_plans.models import PlanAdoption, PlanProposal, PlanRevision
from shared_plans.permissions import PlansPermission
from shared_plans.queries.adoptions import adoption
from shared_plans.queries.framework import all_items
from shared_plans.queries.proposals import Exchange, answer_to, exchange
from shared_plans.question_forms import PROPOSAL_LABELS, QuestionsForm
from shared_plans.sharing_forms import MessageForm, ProposeForm
from shared_plans.showing import Words

from .editing import named
from .pages import OnePlan, document_of, plan_url
from .questions import question_name, shown_clauses, side_text


class Propose(OnePlan, FormView):
    """Of the decided revision, whatever state the draft is in."""

    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/propose.html"
    form_class = ProposeForm

    @cached_property
    def adoption(self) -> PlanAdoption:
        found = adoption(self.plan, self.kwargs["line"])
        if found is None:
            raise Http404("No such source of this plan.")
        return found

    @cached_property
    def revision(self) -> PlanRevision | None:
        found: PlanRevision | None = PlanRevision.objects.filter(plan=self.plan, is_latest=True).first()
        return found

    @cached_property
    def changes(self) -> list[Change]:
        """Of the decided revision against what was adopted."""
        if self.revision is None:
            return []
        return changes(self._base, own_text(self.adoption, self.revision))

    @cached_property
    def _base(self) -> Document:
        return from_json(self.adoption.base)

    def get_form_kwargs(self) -> dict[str, object]:
        places = [(str(one.place), str(one.place)) for one in self.changes]
        return {**super().get_form_kwargs(), "places": places}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        chosen = set(form["places"].value() or [])
        return {
            **context,
            "plan": self.plan,
            "adoption": self.adoption,
            "revision": self.revision,
            "rows": [self._row(one, chosen) for one in self.changes],
            "most": MAX_CHANGES,
            "back": self.url,
            "crumbs": self.crumbs(Crumb(_("改善提案"))),
        }

    @cached_property
    def _words(self) -> Words:
        own = own_text(self.adoption, self.revision) if self.revision else Document()
        clauses = {**self._base.by_id(), **own.by_id()}
        return Words(Document(tuple(clauses.values())), all_items())

    def _row(self, change: Change, chosen: set[str]) -> dict[str, object]:
        clause = self._words.clauses[change.place.clause]
        one = Question(change.place, None, change.before, change.before, change.after, clause)
        return {
            "place": str(change.place),
            "checked": str(change.place) in chosen,
            "clause": self._words.title(clause),
            "name": question_name(one),
            "before": side_text(one, change.before, self._words),
            "after": side_text(one, change.after, self._words),
            "is_figure": bool(one.field and one.field.figure),
        }

    def perform(self, form: BaseForm) -> str:
        proposal = propose_changes(
            by=self.request.actor,
            plan=self.plan,
            adoption=self.adoption,
            places=[Place.parsed(one) for one in form.cleaned_data["places"]],
            message=form.cleaned_data["message"],
        )
        messages.success(
            self.request, _("%(name)sに改善提案を送りました。") % {"name": proposal.recipient_name}
        )
        return plan_url(self.request, "proposal", self.plan, proposal=proposal.pk)


def offered_fact(document: Document, place: Place, words: Words) -> Fact:
    """A change that was offered, without what stood there before."""
    clause = document.clause(place.clause)
    if clause is None:
        return Fact(_("項目の削除"), place.clause)
    value = held(document, place)
    one = Question(place, None, None, None, value, clause)
    return Fact(f"{words.title(clause)}: {question_name(one)}", side_text(one, value, words))


class OneProposal(OnePlan):
    """Sent from this plan, or received for it."""

    request: PortalRequest
    kwargs: dict[str, UUID]

    @cached_property
    def exchange(self) -> Exchange:
        found = exchange(self.plan, self.kwargs["proposal"])
        if found is None:
            raise Http404("No such proposal of this plan.")
        return found

    @property
    def proposal(self) -> PlanProposal:
        return self.exchange.proposal

    @property
    def is_own(self) -> bool:
        return self.proposal.municipality_id == tenant_of(self.request).pk

    def to(self, name: str) -> str:
        return plan_url(self.request, name, self.plan, proposal=self.proposal.pk)

    def facts(self) -> list[Fact]:
        one = self.proposal
        version = _("「%(title)s」第%(number)s版")
        return [
            Fact(_("提案した自治体"), place_name(one.municipality)),
            Fact(_("提案先"), one.recipient_name),
            Fact(_("提案の対象"), version % {"title": one.target_title, "number": one.target_number}),
            Fact(_("提案のもと"), version % {"title": one.own_title, "number": one.own_number}),
            Fact(_("提案日"), calendar_date(one.proposed_at)),
            Fact(_("提案者"), one.proposed_by_name),
            Fact(_("提案の理由"), one.message),
        ]


class Proposal(OneProposal, FormView):
    """Read by both sides; the owner of the plan answers it here, change by change."""

    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/proposal.html"
    form_class = QuestionsForm

    @cached_property
    def coming(self) -> Coming | None:
        """Against the owner's draft; None for the proposer, and where it cannot be read."""
        try:
            return None if self.is_own else offered_in(self.plan, self.proposal)
        except ValidationError:
            return None

    @property
    def questions(self) -> tuple[Question, ...]:
        return self.coming.questions if self.coming else ()

    @property
    def may_answer(self) -> bool:
        open_here = self.exchange.is_open and not self.is_own
        return open_here and self.request.actor.can(PlansPermission.WRITE)

    def get_form_kwargs(self) -> dict[str, object]:
        years = (self.plan.year_from, self.plan.year_to)
        return {
            **super().get_form_kwargs(),
            "questions": self.questions,
            "answers": {},
            "choices": Choices(document_of(self.plan), all_items(), list(components()), years),
            "labels": PROPOSAL_LABELS,
            "needs": True,
        }

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        data = self.request.POST if self.request.method == "POST" else None
        return {
            **context,
            "plan": self.plan,
            "exchange": self.exchange,
            "answer": answer_to(self.proposal),
            "proposal": self.proposal,
            "is_own": self.is_own,
            "facts": self.facts(),
            "damaged": None if self.is_own or self.coming else DAMAGED,
            "clauses": list(shown_clauses(form, self._words())) if self.coming else [],
            "offered": self._offered(),
            "message": MessageForm(data),
            "may_answer": self.may_answer,
            "may_edit": "edit" in self.steps(),
            "may_revise": "revise" in self.steps(),
            "lock_version": self.plan.lock_version,
            "decline": self.to("decline_proposal"),
            "withdraw": self.to("withdraw_proposal"),
            "back": self.url,
            "crumbs": self.crumbs(Crumb(_("改善提案"))),
        }

    def _offered(self) -> list[Fact]:
        """What the proposer sees of its own: each place, and what it is to be."""
        if not self.is_own:
            return []
        document = from_json(self.proposal.content)
        words = Words(document, all_items())
        return [offered_fact(document, Place.parsed(text), words) for text in self.proposal.places]

    def _words(self) -> Words:
        theirs = self.coming.merged.document if self.coming else Document()
        clauses = {**theirs.by_id(), **document_of(self.plan).by_id()}
        return Words(Document(tuple(clauses.values())), all_items())

    def perform(self, form: BaseForm) -> str:
        assert isinstance(form, QuestionsForm)  # noqa: S101  # it is our form_class
        self.request.actor.require(PlansPermission.WRITE)
        answers: dict[str, Answer] = {place: one for place, one in form.given().items() if one}
        lock_version = self.request.POST.get("lock_version", "")
        try:
            answer = answer_proposal(
                by=self.request.actor,
                plan=self.plan,
                proposal_id=self.proposal.pk,
                lock_version=int(lock_version) if lock_version.isdecimal() else 0,
                answers=answers,
                message=self.request.POST.get("message", ""),
            )
        except ValidationError as error:
            raise named(error, self.plan) from error
        messages.success(
            self.request, _("回答しました: %(outcome)s") % {"outcome": answer.get_outcome_display()}
        )
        return self.to("proposal")


class DeclineProposal(OneProposal, FormView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/decline_proposal.html"
    form_class = MessageForm

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and (self.is_own or not self.exchange.is_open):
            return HttpResponseRedirect(self.to("proposal"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        here = Crumb(_("改善提案"), self.to("proposal"))
        return {
            **super().get_context_data(**kwargs),
            "facts": self.facts(),
            "back": self.to("proposal"),
            "crumbs": self.crumbs(here, Crumb(_("見送り"))),
        }

    def perform(self, form: BaseForm) -> str:
        decline_proposal(
            by=self.request.actor,
            plan=self.plan,
            proposal_id=self.proposal.pk,
            message=form.cleaned_data["message"],
        )
        messages.success(self.request, _("見送ることを提案元に伝えました。"))
        return self.to("proposal")


class WithdrawProposal(OneProposal, FormView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/withdraw_proposal.html"
    form_class = Form

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and not (self.is_own and self.exchange.is_open):
            return HttpResponseRedirect(self.to("proposal"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        here = Crumb(_("改善提案"), self.to("proposal"))
        return {
            **super().get_context_data(**kwargs),
            "facts": self.facts(),
            "back": self.to("proposal"),
            "crumbs": self.crumbs(here, Crumb(_("取下げ"))),
        }

    def perform(self, form: BaseForm) -> str:
        withdraw_proposal(by=self.request.actor, plan=self.plan, proposal_id=self.proposal.pk)
        messages.success(self.request, _("改善提案を取り下げました。"))
        return self.to("proposal")
