"""The own plans: list, start, look at one and its revisions, receipts."""

from django.forms import BaseForm
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from consortium.dates import calendar_date
from consortium.domain.diff import Clause, compare_clauses
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.tabular.lists import Exportable
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Event, Fact, steps
from consortium.ui.views import FormView
from shared_plans.actions import draft_plan, print_revision
from shared_plans.forms import NewPlanForm
from shared_plans.models import Phase, Plan, PlanPhase, PlanRevision, PlanStatus
from shared_plans.permissions import PlansPermission
from shared_plans.queries.adoptions import adoptions_of, sources_of
from shared_plans.queries.framework import all_items, framework_editions, items_with_later
from shared_plans.queries.plans import own_plans, phases_of
from shared_plans.queries.proposals import exchanges_of
from shared_plans.queries.reviews import next_review_of
from shared_plans.queries.revisions import own_revisions, print_job
from shared_plans.showing import sections, texts_of
from shared_plans.tables import PlanTable

from .commenting import BesideClauses
from .files import draft_files, paper_url, published_files
from .pages import OnePlan, document_of, head_facts, plan_url, sections_of, tenant_url, this_year

STAGES = [
    gettext_lazy("起案"),
    gettext_lazy("決裁"),
    gettext_lazy("公表"),
    gettext_lazy("実行"),
    gettext_lazy("終了"),
]
RECEIPTS = {
    "submitted": (
        gettext_lazy("決裁を依頼しました"),
        gettext_lazy("決裁者の「対応が必要」に表示されます。決裁の前であれば取り下げられます。"),
    ),
    "returned": (
        gettext_lazy("差し戻しました"),
        gettext_lazy("起案者の「対応が必要」に理由とともに表示されます。"),
    ),
    "published": (
        gettext_lazy("公表しました"),
        gettext_lazy("この版の内容は変えられません。改訂すると次の版になります。"),
    ),
    "adopted": (
        gettext_lazy("計画を採用しました"),
        gettext_lazy("採用元の内容を写した下書きを作りました。実情に合わせて直し、決裁を依頼してください。"),
    ),
}


class PlanList(Exportable, TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/plan_list.html"
    list_name = "shared_plans.plans"

    def make_table(self) -> PlanTable:
        return PlanTable(self.request, own_plans(), code=tenant_of(self.request).code)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        may_write = self.request.actor.can(PlansPermission.WRITE)
        return {**super().get_context_data(**kwargs), "table": self.table, "may_write": may_write}


class NewPlan(FormView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/new.html"
    form_class = NewPlanForm

    def get_form_kwargs(self) -> dict[str, object]:
        editions = [(edition.key, edition.title) for edition in framework_editions()]
        return {**super().get_form_kwargs(), "editions": editions}

    def get_initial(self) -> dict[str, object]:
        return {"year_from": this_year(), "year_to": this_year() + 4}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        crumbs = [Crumb(_("DX推進計画"), tenant_url(self.request, "plans")), Crumb(_("新しい計画"))]
        return {**super().get_context_data(**kwargs), "crumbs": crumbs}

    def perform(self, form: BaseForm) -> str:
        data = {**form.cleaned_data}
        edition = get_object_or_404(framework_editions(), key=data.pop("edition"))
        plan = draft_plan(by=self.request.actor, edition=edition, **data)
        return plan_url(self.request, "edit", plan)


class PlanDetail(OnePlan, TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/plan_detail.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        revisions = list(own_revisions(self.plan))
        exchanges = exchanges_of(self.plan)
        items, newer = items_with_later(self.plan.edition)
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "sections": sections(document_of(self.plan), items),
            "attachments": draft_files(self.request, self.plan),
            "may_attach": "edit" in self.steps(),
            "facts": head_facts(self.plan),
            "comments": BesideClauses(self.request, self.plan),
            "review": next_review_of(self.plan),
            "sources": sources_of(self.plan),
            "may_write": self.request.actor.can(PlansPermission.WRITE),
            "sent": [one for one in exchanges if one.proposal.plan_id == self.plan.pk],
            "received": [one for one in exchanges if one.proposal.target_plan_id == self.plan.pk],
            "revisions": revisions,
            "latest": next((one for one in revisions if one.is_latest), None),
            "stages": steps([str(one) for one in STAGES], stage_of(self.plan, published=bool(revisions))),
            "newer": newer,
            "beside": self._beside(revisions),
            "phases": [phase_event(one) for one in phases_of(self.plan)],
            "steps": self.steps(),
            "turns": self.turns(),
            "crumbs": self.crumbs(),
        }

    def _beside(self, revisions: list[PlanRevision]) -> str:
        """Where a draft stands beside what is in force."""
        if not revisions or self.plan.status == PlanStatus.PUBLISHED:
            return ""
        return _("第%(number)s版は有効なまま、次の版を作成しています。") % {"number": revisions[0].number}


class OneRevision(OnePlan):
    """The revision of the own plan that the path names by its number."""

    @cached_property
    def revision(self) -> PlanRevision:
        found: PlanRevision = get_object_or_404(
            PlanRevision.objects.select_related("edition"), plan=self.plan, number=self.kwargs["number"]
        )
        return found


class RevisionDetail(OneRevision, TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/revision.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        number, revision = self.kwargs["number"], self.revision
        job = print_job(revision)
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "revision": revision,
            "sections": sections_of(revision),
            "attachments": published_files(self.request, revision),
            "paper_url": paper_url(self.request, revision),
            "printing": bool(job and job.is_open),
            "facts": [*head_facts(revision), *revision_facts(revision)],
            "changes": self.changes(revision),
            "may_restore": bool(self.steps() & {"edit", "revise"}),
            "previous": revision.number - 1,
            "crumbs": self.crumbs(Crumb(_("第%(number)s版") % {"number": number})),
        }

    def changes(self, revision: PlanRevision) -> tuple[Clause, ...]:
        """Clause by clause against the revision before; empty for the first."""
        before = PlanRevision.objects.filter(plan=self.plan, number=revision.number - 1).first()
        if before is None:
            return ()
        items = all_items()
        old, new = (dict(texts_of(document_of(one), items)) for one in (before, revision))
        return compare_clauses(old, new)


class PrintRevision(OneRevision, FormView):
    """Has the PDF made anew where it failed, or was never asked for."""

    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/print.html"
    form_class = Form

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        title = _("計画書(PDF)の作成")
        return {
            **super().get_context_data(**kwargs),
            "back": self._back(),
            "crumbs": self.crumbs(Crumb(title)),
        }

    def perform(self, form: BaseForm) -> str:
        print_revision(by=self.request.actor, revision=self.revision)
        return self._back()

    def _back(self) -> str:
        return plan_url(self.request, "revision", self.plan, number=self.revision.number)


class Receipt(OnePlan, TemplateView):
    """What has been done, and what comes next."""

    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/receipt.html"

    @cached_property
    def texts(self) -> tuple[str, str]:
        if self.kwargs["kind"] not in RECEIPTS:
            raise Http404
        done, then = RECEIPTS[str(self.kwargs["kind"])]
        return str(done), str(then)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        done, then = self.texts
        facts = [Fact(_("計画の名称"), self.plan.title), Fact(_("状態"), self.plan.get_status_display())]
        facts += [Fact(_("採用元"), one.attribution) for one in adoptions_of(self.plan)]
        revision = own_revisions(self.plan).first()
        if revision and self.kwargs["kind"] == "published":
            facts += revision_facts(revision)
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "done": done,
            "then": then,
            "facts": facts,
            "steps": self.steps(),
            "crumbs": self.crumbs(Crumb(done)),
        }


def revision_facts(revision: PlanRevision) -> list[Fact]:
    facts = [
        Fact(_("版"), _("第%(number)s版") % {"number": revision.number}),
        Fact(_("起案者"), revision.drafted_by_name),
        Fact(_("決裁"), revision.approved_by_name),
        Fact(_("公表の範囲"), revision.get_visibility_display()),
        Fact(_("実行の状況"), phase_text(revision)),
        Fact(_("照合番号"), revision.hash[:16]),
    ]
    if revision.reason:
        facts.insert(1, Fact(_("改訂の理由"), reason_text(revision)))
    return facts


def phase_text(of: PlanRevision) -> str:
    if not of.phase_since:
        return str(of.get_phase_display())
    words = {"phase": of.get_phase_display(), "day": calendar_date(of.phase_since)}
    return _("%(phase)s(%(day)sから)") % words


def reason_text(revision: PlanRevision) -> str:
    kind = revision.get_reason_kind_display() if revision.reason_kind else ""
    return f"{kind}: {revision.reason}" if kind else str(revision.reason)


def stage_of(plan: Plan, *, published: bool) -> int:
    """Place of the plan, as decided, in STAGES."""
    if not published:
        return 1 if plan.status == PlanStatus.IN_REVIEW else 0
    return {Phase.PREPARING.value: 2, Phase.EXECUTING.value: 3}.get(plan.phase, 4)


def phase_event(one: PlanPhase) -> Event:
    return Event(one.get_phase_display(), one.since, one.decided_by_name, one.reason)


def receipt_url(request: PortalRequest, plan: Plan, kind: str) -> str:
    return plan_url(request, "receipt", plan, kind=kind)
