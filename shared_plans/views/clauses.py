"""The editor: the whole draft at a glance, and a page for each of its clauses."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.formats import number_format
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.requests import PortalRequest
from consortium.ui.drafts import AccountStore
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact
from services.queries import components
from shared_plans.actions import Meanwhile, remove_clause, save_clause
from shared_plans.actions.steps import found_in, period_of, problem_text
from shared_plans.clause_forms import Choices, ClauseForm
from shared_plans.domain.document import Clause, Document, canonical_json, clause_to_json
from shared_plans.domain.figures import Remark, budget, needs, remarks, staffing
from shared_plans.domain.kinds import Field, Kind, field_of
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.merge import Conflict
from shared_plans.domain.paths import Held, Place
from shared_plans.labels import CHOICES, KINDS, LEADS, OVERSIGHTS, label, row_label
from shared_plans.permissions import PlansPermission
from shared_plans.queries.comments import threads_on
from shared_plans.queries.framework import items_of
from shared_plans.showing import Words, year_text

from .commenting import BesideClauses
from .editing import StepView
from .keeping import CONTINUE, Draft, draft_of, store_of
from .pages import OnePlan, document_of, head_facts, plan_url


@dataclass(frozen=True)
class Row:
    """One clause in the overview. remarks: what is missing or most likely an oversight."""

    id: str
    title: str
    note: str
    url: str
    move_url: str
    problems: list[str]
    remarks: list[Promise]


@dataclass(frozen=True)
class Part:
    """One kind of clauses in the overview."""

    kind: str
    title: Promise
    lead: Promise
    rows: list[Row]
    new_url: str


class EditPlan(OnePlan, TemplateView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/edit.html"

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if Step.EDIT.value not in self.steps():
            return HttpResponseRedirect(self.url)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def document(self) -> Document:
        return document_of(self.plan)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        found = found_in(self.document, self.plan, complete=True)
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "facts": head_facts(self.plan),
            "parts": list(self._parts()),
            "figures": list(_figures(self.document)),
            "left": [problem_text(one) for one in found if one.place is None],
            "remarks": [OVERSIGHTS[one.warning] for one in self._remarks if one.place is None],
            "comments": BesideClauses(self.request, self.plan),
            "back": self.url,
            "crumbs": self.crumbs(Crumb(_("編集"))),
        }

    @cached_property
    def _remarks(self) -> list[Remark]:
        return remarks(self.document, period_of(self.plan))

    def _parts(self) -> Iterator[Part]:
        words = Words(self.document, items_of(self.plan.edition))
        problems: dict[str, list[str]] = {}
        for problem in found_in(self.document, self.plan, complete=True):
            if problem.place:
                text = f"{self._name(problem.place)}: {problem_text(problem)}"
                problems.setdefault(problem.place.clause, []).append(text)
        hints: dict[str, list[Promise]] = {}
        for remark in self._remarks:
            if remark.place:
                hints.setdefault(remark.place.clause, []).append(OVERSIGHTS[remark.warning])
        for kind in Kind:
            rows = [
                Row(
                    one.id,
                    words.title(one),
                    _note(one, words),
                    plan_url(self.request, "edit_clause", self.plan, clause=one.id),
                    plan_url(self.request, "move_clause", self.plan, clause=one.id),
                    problems.get(one.id, []),
                    hints.get(one.id, []),
                )
                for one in self.document.of(kind)
            ]
            new = plan_url(self.request, "new_clause", self.plan, clause_kind=kind.value)
            yield Part(kind.value, KINDS[kind], LEADS[kind], rows, new)

    def _name(self, place: Place) -> str:
        clause = self.document.clause(place.clause)
        return place_name(clause.kind, place) if clause else ""


def place_name(kind: Kind, place: Place) -> str:
    """節目 / 期日."""
    field = field_of(kind, place.field)
    if field is None:
        return str(KINDS[kind])
    inner = field.field(place.row_field) if place.row_field else None
    name = str(label(kind, field))
    return f"{name} / {row_label(field, inner)}" if inner else name


def _note(clause: Clause, words: Words) -> str:
    """What tells it apart from the others in the list."""
    match clause.kind:
        case Kind.INITIATIVE:
            return words.keys(clause.keys("items"))
        case Kind.BUDGET:
            amount = number_format(clause.number("amount") or 0, force_grouping=True)
            year = clause.number("year")
            return " ".join(
                filter(None, (year_text(year) if year else "", _("%(amount)s円") % {"amount": amount}))
            )
        case Kind.PEOPLE:
            values = {"needed": clause.text("needed") or "0", "staffed": staffing(clause)}
            return _("必要 %(needed)s人、確保 %(staffed)s人") % values
        case _:
            target = words.clauses.get(clause.text("initiative"))
            return words.title(target) if target else ""


def _figures(document: Document) -> Iterator[Fact]:
    """Sums of budget and people."""
    sums = budget(document)
    if sums.total:
        yield Fact(_("予算の合計"), _yen(sums.total))
    for year, amount in sums.by_year.items():
        yield Fact(year_text(year), _yen(amount))
    for funding, amount in sums.by_funding.items():
        yield Fact(str(CHOICES.get(funding, funding)), _yen(amount))
    for cost, amount in sums.by_cost.items():
        yield Fact(_("費用区分: %(name)s") % {"name": CHOICES.get(cost, cost)}, _yen(amount))
    for need in needs(document):
        if need.gap:
            yield Fact(
                _("不足する人材: %(role)s") % {"role": CHOICES.get(need.role, need.role)},
                _("%(gap)s人") % {"gap": need.gap},
            )


def _yen(amount: int) -> str:
    return _("%(amount)s円") % {"amount": number_format(amount, force_grouping=True)}


@dataclass(frozen=True)
class Clash:
    """A field that somebody else saved meanwhile."""

    name: str
    theirs: str
    mine: str


class _ClauseView(StepView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/edit_clause.html"
    form_class = ClauseForm
    step = Step.EDIT
    clashes: tuple[Conflict, ...] = ()

    @cached_property
    def document(self) -> Document:
        return document_of(self.plan)

    @cached_property
    def clause(self) -> Clause | None:
        raise NotImplementedError

    @property
    def kind(self) -> Kind:
        raise NotImplementedError

    def heading(self) -> str:
        return str(KINDS[self.kind])

    def get_form_kwargs(self) -> dict[str, object]:
        items = items_of(self.plan.edition)
        years = (self.plan.year_from, self.plan.year_to)
        choices = Choices(self.document, items, list(components()), years)
        kwargs = {**super().get_form_kwargs(), "kind": self.kind, "clause": self.clause, "choices": choices}
        return kwargs | {"data": self.kept.data} if self.kept and self.goes_on else kwargs

    @cached_property
    def store(self) -> AccountStore:
        return store_of(self.request, self.plan, **self.path)

    @cached_property
    def kept(self) -> Draft | None:
        """What the writer had not saved when she left."""
        return draft_of(self.store) if self.request.method == "GET" else None

    @property
    def goes_on(self) -> bool:
        return self.request.GET.get("draft") == CONTINUE

    @property
    def path(self) -> dict[str, str]:
        raise NotImplementedError

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "kind": KINDS[self.kind],
            "lead": LEADS[self.kind],
            "clause": self.clause,
            "clashes": [self._clash(one) for one in self.clashes],
            "threads": threads_on(self.plan, self.clause.id) if self.clause else [],
            "kept": None if self.goes_on else self.kept,
            "continue_url": f"{self.request.path}?draft={CONTINUE}",
            "keep_url": plan_url(self.request, f"keep_{self.named}", self.plan, **self.path),
            "drop_url": plan_url(self.request, f"drop_kept_{self.named}", self.plan, **self.path),
            "back": plan_url(self.request, "edit", self.plan),
        }

    @property
    def named(self) -> str:
        return "clause" if "clause" in self.path else "new_clause"

    def perform(self, form: BaseForm) -> str:
        assert isinstance(form, ClauseForm)  # noqa: S101  # it is our form_class
        clause = form.clause()
        try:
            save_clause(by=self.request.actor, plan=self.plan, clause=clause, seen=form.cleaned_data["seen"])
        except Meanwhile as error:
            self._offer_both(form, error)
            raise
        except ValidationError as error:
            raise _at_fields(error, form) from error
        self.store.drop()
        messages.success(self.request, _("保存しました。"))
        if self.request.POST.get("do") == "more":
            return plan_url(self.request, "edit_clause", self.plan, clause=clause.id)
        return plan_url(self.request, "edit", self.plan) + f"#part-{self.kind}"

    def _offer_both(self, form: ClauseForm, error: Meanwhile) -> None:
        """What was typed stays in the form, theirs is shown beside it; saving again is then deliberate."""
        self.clashes = error.conflicts
        data = self.request.POST.copy()
        data["seen"] = canonical_json(clause_to_json(error.present)) if error.present else ""
        form.data = data

    def _clash(self, one: Conflict) -> Clash:
        words = Words(self.document, items_of(self.plan.edition))
        return Clash(
            place_name(self.kind, one.place),
            held_text(self.kind, one.place, one.theirs, words),
            held_text(self.kind, one.place, one.ours, words),
        )


class NewClause(_ClauseView):
    """`?item=` puts a new initiative under a national item."""

    @cached_property
    def clause(self) -> Clause | None:
        return None

    @cached_property
    def kind(self) -> Kind:
        try:
            return Kind(str(self.kwargs["clause_kind"]))
        except ValueError as error:
            raise Http404("No such kind of clause.") from error

    @property
    def path(self) -> dict[str, str]:
        return {"clause_kind": self.kind.value}

    def get_initial(self) -> dict[str, object]:
        names = ("item", "initiative", "question")
        given = {name: self.request.GET[name] for name in names if name in self.request.GET}
        return {**given, **({"items": (given["item"],)} if "item" in given else {})}


class EditClause(_ClauseView):
    @cached_property
    def clause(self) -> Clause | None:
        found = self.document.clause(str(self.kwargs["clause"]))
        if found is None:
            raise Http404("No such clause in the draft.")
        return found

    @property
    def kind(self) -> Kind:
        assert self.clause  # noqa: S101  # or not found
        return self.clause.kind

    @property
    def path(self) -> dict[str, str]:
        return {"clause": str(self.kwargs["clause"])}


class RemoveClause(EditClause):
    template_name = "shared_plans/remove_clause.html"
    form_class = Form  # type: ignore[assignment]  # nothing to fill in

    def get_form_kwargs(self) -> dict[str, object]:
        return super(_ClauseView, self).get_form_kwargs()

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        words = Words(self.document, items_of(self.plan.edition))
        title = words.title(self.clause) if self.clause else ""
        return {**super().get_context_data(**kwargs), "title": title}

    def perform(self, form: BaseForm) -> str:
        remove_clause(
            by=self.request.actor, plan=self.plan, clause_id=str(self.kwargs["clause"]), seen=self.clause
        )
        self.store.drop()
        messages.success(self.request, _("削除しました。"))
        return plan_url(self.request, "edit", self.plan)


def held_text(kind: Kind, place: Place, value: Held, words: Words) -> str:
    """What a conflict's side says, as text."""
    field = field_of(kind, place.field)
    if place.row_field and field:
        field = field.field(place.row_field)
    if value is None or field is None:
        return _("(なし)") if value is None else _("(項目全体)")
    return _scalar_text(field, value, words)


def _scalar_text(field: Field, value: Held, words: Words) -> str:
    if isinstance(value, str | int):
        return words.scalar(field, value)
    if isinstance(value, tuple):
        return words.keys([one for one in value if isinstance(one, str)])
    return _("(項目全体)")


def _at_fields(error: ValidationError, form: ClauseForm) -> ValidationError:
    """The action's problems at the form's fields; what has none concerns the whole."""
    if not hasattr(error, "error_dict"):
        return error
    found: dict[str, list[ValidationError]] = {}
    for place, errors in error.error_dict.items():
        name = None if place == "__all__" else form.name_of(Place.parsed(place))
        found.setdefault(name or "__all__", []).extend(errors)
    return ValidationError(found)
