"""What pages about one source of a plan share, and the figures that came from there."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Fact
from shared_plans.actions import set_sizes, settle_figures
from shared_plans.domain.adopting import figures
from shared_plans.domain.document import Clause, Document, Scalar, from_json
from shared_plans.domain.kinds import Field, field_of
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.paths import held
from shared_plans.domain.scaling import Proposal, Rule
from shared_plans.models import AdoptionState, PlanAdoption
from shared_plans.permissions import PlansPermission
from shared_plans.queries.adoptions import adoption, known_sizes, sizes_of, state_of
from shared_plans.queries.framework import all_items
from shared_plans.queries.plans import own_plan
from shared_plans.sharing_forms import FiguresForm, SizesForm
from shared_plans.showing import Words

from .clauses import place_name
from .editing import StepView
from .pages import document_of, plan_url

FIGURES_PER_PAGE = 20
RULES = {
    Rule.POPULATION: gettext_lazy("人口の比"),
    Rule.HOUSEHOLDS: gettext_lazy("世帯数の比"),
}


class SourceView(StepView):
    """A form page about one line of adoption of a draft."""

    request: PortalRequest
    permission = PlansPermission.WRITE
    step = Step.EDIT
    kwargs: dict[str, UUID]

    @cached_property
    def adoption(self) -> PlanAdoption:
        found = adoption(self.plan, self.kwargs["line"])
        if found is None:
            raise Http404("No such source of this plan.")
        return found

    @cached_property
    def state(self) -> AdoptionState | None:
        return state_of(self.adoption)

    @cached_property
    def draft(self) -> Document:
        return document_of(self.plan)

    @cached_property
    def base(self) -> Document:
        return from_json(self.adoption.base)

    def to(self, name: str, **more: object) -> str:
        return plan_url(self.request, name, self.plan, line=self.adoption.line, **more)

    def words(self, *others: Document) -> Words:
        """Knows clauses of the draft, and of the others where the draft has none of that id."""
        clauses: dict[str, Clause] = {}
        for document in (*others, self.draft):
            clauses |= document.by_id()
        every = Document(tuple(clauses.values()))
        return Words(every, all_items())

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {**super().get_context_data(**kwargs), "adoption": self.adoption}


class Sizes(SourceView):
    """Persons and households of both, prefilled with what is on record."""

    template_name = "shared_plans/sizes.html"
    form_class = SizesForm

    def heading(self) -> str:
        return _("換算に使う人口と世帯数")

    def get_initial(self) -> dict[str, object]:
        if found := sizes_of(self.state):
            source, own = found
            return {
                "source_population": source.population,
                "source_households": source.households,
                "own_population": own.population,
                "own_households": own.households,
            }
        return {**known_sizes(self.adoption.source_municipality_id, tenant_of(self.request).pk)}

    def perform(self, form: BaseForm) -> str:
        assert isinstance(form, SizesForm)  # noqa: S101  # it is our form_class
        source, own = form.sizes()
        set_sizes(by=self.request.actor, plan=self.plan, adoption=self.adoption, source=source, own=own)
        return self.to("figures")


class Figures(SourceView):
    """Old → scaled with its rule; each to accept, change or leave."""

    template_name = "shared_plans/figures.html"
    form_class = FiguresForm

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and "edit" in self.steps() and sizes_of(self.state) is None:
            return HttpResponseRedirect(self.to("sizes"))
        return super().dispatch(request, *args, **kwargs)

    def heading(self) -> str:
        return _("採用した数字の確認")

    @cached_property
    def proposals(self) -> list[tuple[Proposal, Field, Scalar]]:
        """Those whose place the draft still has, each with its field and what stands there now."""
        sizes = sizes_of(self.state)
        if sizes is None:
            return []
        found = figures(self.base, source=sizes[0], own=sizes[1]).values()
        return [
            (one, field, present)
            for one in found
            if isinstance(present := held(self.draft, one.place), str | int)
            if (field := self._field(one))
        ]

    def _field(self, one: Proposal) -> Field | None:
        clause = self.base.clause(one.place.clause)
        field = field_of(clause.kind, one.place.field) if clause else None
        return field.field(one.place.row_field) if field and one.place.row else field

    @cached_property
    def page(self) -> Page[tuple[Proposal, Field, Scalar]]:
        return Paginator(self.proposals, FIGURES_PER_PAGE).get_page(self.request.GET.get("page"))

    def get_form_kwargs(self) -> dict[str, object]:
        settled = self.state.figures if self.state else {}
        return {**super().get_form_kwargs(), "proposals": list(self.page), "settled": settled}

    def get_initial(self) -> dict[str, object]:
        return {"lock_version": self.plan.lock_version}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        assert isinstance(form, FiguresForm)  # noqa: S101  # it is our form_class
        words = self.words(self.base)
        return {
            **context,
            "rows": [self._row(row, words) for row in form.rows()],
            "page": self.page,
            "sizes": self._size_facts(),
            "sizes_url": self.to("sizes"),
        }

    def _row(self, row: tuple[Proposal, Field, Scalar, object, object], words: Words) -> dict[str, object]:
        one, field, present, settled, value = row
        clause = words.clauses[one.place.clause]
        settled_before = self.state.figures.get(str(one.place), "") if self.state else ""
        return {
            "clause": words.title(clause),
            "name": place_name(clause.kind, one.place),
            "note": _year_of(self.base, one, words),
            "there": words.scalar(field, one.there),
            "here": words.scalar(field, one.here),
            "present": words.scalar(field, present),
            "rule": RULES[one.rule],
            "settled": settled,
            "value": value,
            "is_settled": bool(settled_before),
        }

    def _size_facts(self) -> list[Fact]:
        sizes = sizes_of(self.state)
        if sizes is None:
            return []
        source, own = sizes
        text = _("人口 %(population)s人、%(households)s世帯")
        return [
            Fact(name, text % {"population": f"{one.population:,}", "households": f"{one.households:,}"})
            for name, one in ((self.adoption.source_name, source), (tenant_of(self.request).name, own))
        ]

    def perform(self, form: BaseForm) -> str:
        assert isinstance(form, FiguresForm)  # noqa: S101  # it is our form_class
        try:
            settle_figures(
                by=self.request.actor,
                plan=self.plan,
                adoption=self.adoption,
                lock_version=form.cleaned_data["lock_version"],
                figures=form.figures(),
            )
        except ValidationError as error:
            if getattr(error, "code", "") == "conflict":
                self._take_note(form)
            raise
        messages.success(self.request, _("数字を保存しました。"))
        if self.page.has_next():
            return f"{self.to('figures')}?page={self.page.next_page_number()}"
        return self.url

    def _take_note(self, form: BaseForm) -> None:
        """What was chosen stays in the form; saving again is then deliberate."""
        present = own_plan(self.plan.pk)
        data = self.request.POST.copy()
        data["lock_version"] = str(present.lock_version if present else 0)
        form.data = data


def _year_of(base: Document, one: Proposal, words: Words) -> str:
    """Of the line, or of the row that the figure stands in."""
    clause = base.clause(one.place.clause)
    if clause is None:
        return ""
    row = next((each for each in clause.rows(one.place.field) if each.id == one.place.row), None)
    year = row.values.get("year") if row else clause.number("year")
    field = field_of(clause.kind, "year") or (
        targets.field("year") if (targets := field_of(clause.kind, one.place.field)) else None
    )
    return words.scalar(field, year) if field and isinstance(year, int) else ""
