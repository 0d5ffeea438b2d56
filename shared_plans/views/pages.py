"""What pages about plans share: the plan of the path, its text in sections, crumbs."""

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consortium.domain.calendar import FiscalYear
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Crumb, Fact
from shared_plans.domain.document import Document, from_json
from shared_plans.domain.lifecycle import Phase, Status, Step, open_steps, open_turns
from shared_plans.models import Plan, PlanRevision
from shared_plans.permissions import PlansPermission
from shared_plans.queries.framework import items_of
from shared_plans.queries.plans import own_plan
from shared_plans.queries.readable import shared_document
from shared_plans.queries.revisions import whole_document
from shared_plans.showing import Section, sections, year_text

PER_PAGE = 20
STEP_PERMISSIONS = {
    Step.EDIT: PlansPermission.WRITE,
    Step.SUBMIT: PlansPermission.WRITE,
    Step.WITHDRAW: PlansPermission.WRITE,
    Step.REVISE: PlansPermission.WRITE,
    Step.ABANDON: PlansPermission.WRITE,
    Step.RETURN: PlansPermission.APPROVE,
    Step.PUBLISH: PlansPermission.APPROVE,
}


def plan_url(request: PortalRequest, name: str, plan: Plan, **more: object) -> str:
    kwargs = {"code": tenant_of(request).code, "plan": plan.pk, **more}
    return reverse(f"shared_plans:{name}", kwargs=kwargs)


def tenant_url(request: PortalRequest, name: str, **more: object) -> str:
    return reverse(f"shared_plans:{name}", kwargs={"code": tenant_of(request).code, **more})


class OnePlan:
    """The own plan that the path names; somebody else's is not found."""

    request: PortalRequest
    kwargs: dict[str, UUID]

    @cached_property
    def plan(self) -> Plan:
        found = own_plan(self.kwargs["plan"])
        if found is None:
            raise Http404("No such plan here.")
        return found

    @property
    def url(self) -> str:
        return plan_url(self.request, "plan", self.plan)

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        here = Crumb(self.plan.title, self.url if more else "")
        return [Crumb(_("DX推進計画"), tenant_url(self.request, "plans")), here, *more]

    @cached_property
    def is_published(self) -> bool:
        """Whether it has a revision."""
        return bool(vars(self.plan)["has_revisions"])  # annotated by own_plan

    def turns(self) -> set[str]:
        """Which phases the person at the keyboard may have the plan enter now."""
        if not self.request.actor.can(PlansPermission.APPROVE):
            return set()
        phase, status = Phase(self.plan.phase), Status(self.plan.status)
        return {turn.value for turn in open_turns(phase, status, published=self.is_published)}

    def steps(self) -> set[str]:
        """What the person at the keyboard may do with the plan now."""
        actor = self.request.actor
        approver = actor.exercising(PlansPermission.APPROVE)
        offered = open_steps(
            Status(self.plan.status),
            by=actor.id,
            authors=self.plan.authors,
            on_behalf_of=approver.persons,
            phase=Phase(self.plan.phase),
            published=self.is_published,
        )
        return {step.value for step in offered if actor.can(STEP_PERMISSIONS[step])}


def sections_of(source: Plan | PlanRevision) -> list[Section]:
    """The whole text of a draft or an own revision, as pages show it to the own municipality."""
    return sections(document_of(source), items_of(source.edition))


def shared_sections(revision: PlanRevision) -> list[Section]:
    """The text as other municipalities see it, with the places of what is withheld."""
    return sections(shared_document(revision), items_of(revision.edition), withheld=revision.private_kinds)


def document_of(source: Plan | PlanRevision) -> Document:
    """The whole, private sections included. Of other municipalities' revisions there is shared_document."""
    return from_json(source.draft) if isinstance(source, Plan) else whole_document(source)


def head_facts(source: Plan | PlanRevision) -> list[Fact]:
    years = f"{year_text(source.year_from)} – {year_text(source.year_to)}"
    return [Fact(_("計画期間"), years), Fact(_("国の計画の版"), source.edition.title)]


def this_year() -> int:
    return FiscalYear.of(timezone.localdate()).year
