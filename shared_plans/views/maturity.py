"""自己点検: ask, show where the municipality stands, and begin a plan with what similar ones do."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.forms import BaseForm
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.language import place_name
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui import cells
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from shared_plans.actions import check_maturity, start_plan
from shared_plans.domain.maturity import (
    BY_KEY,
    HIGHEST,
    Axis,
    begin_at,
    next_questions,
    proposed,
    steps,
)
from shared_plans.labels import STEPS
from shared_plans.maturity_forms import MaturityForm, StarterForm
from shared_plans.maturity_words import ADVICE, AXES, LEVELS, QUESTIONS
from shared_plans.models import MaturityCheck
from shared_plans.permissions import PlansPermission
from shared_plans.queries.framework import all_items, editions
from shared_plans.queries.maturity import Offer, known_facts, latest_check, observations, offers, source_of

from .pages import plan_url, tenant_url, this_year

_CENTRE: Final = 150
_RADIUS: Final = 100
_WAYS: Final = {
    Axis.ORGANISATION: (0, -1),
    Axis.PEOPLE: (1, 0),
    Axis.PROCEDURES: (0, 1),
    Axis.DATA: (-1, 0),
}
"""Of the picture's axes, from its centre: up, right, down, left."""


@dataclass(frozen=True)
class Standing:
    """One axis in words."""

    axis: str
    level: int
    words: str


@dataclass(frozen=True)
class StepShown:
    number: int
    title: str
    advice: str
    done: str
    is_next: bool
    offers: list["OfferShown"]


@dataclass(frozen=True)
class OfferShown:
    """An initiative to tick."""

    key: str
    title: str
    owner: str
    items: str
    score: int
    measured: bool
    chosen: bool
    url: str


class Maturity(TemplateView):
    """The latest check's result; before the first one, what it is about."""

    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/maturity.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        check = latest_check()
        return {
            **super().get_context_data(**kwargs),
            "check": check,
            "may_check": self.request.actor.can(PlansPermission.WRITE),
            "may_start": self.request.actor.can(PlansPermission.ADOPT),
            "crumbs": crumbs(self.request),
            **(_result(check) if check else {}),
        }


class CheckMaturity(FormView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/maturity_check.html"
    form_class = MaturityForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "known": proposed(known_facts())}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = Crumb(_("点検する"))
        return {**super().get_context_data(**kwargs), "crumbs": crumbs(self.request, here)}

    def perform(self, form: BaseForm) -> str:
        check_maturity(by=self.request.actor, answers=form.cleaned_data)
        return tenant_url(self.request, "maturity")


class StartPlan(FormView):
    """Tick what to take over; the draft follows."""

    request: PortalRequest
    permission = PlansPermission.ADOPT
    template_name = "shared_plans/starter.html"
    form_class = StarterForm

    @cached_property
    def offers(self) -> list[Offer]:
        return offers(tenant_of(self.request), editions()[0])

    def get_form_kwargs(self) -> dict[str, Any]:
        picks = [(one.candidate.key, one.clause.text("title")) for one in self.offers]
        return {**super().get_form_kwargs(), "picks": picks}

    def get_initial(self) -> dict[str, Any]:
        title = _("%(name)sDX推進計画") % {"name": tenant_of(self.request).name}
        return {"title": title, "year_from": this_year(), "year_to": this_year() + 4}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        chosen = set(context["form"]["picks"].value() or [])
        return {
            **context,
            "steps": self._steps(chosen),
            "none": not self.offers,
            "crumbs": crumbs(self.request, Crumb(_("計画のたたき台"))),
        }

    def _steps(self, chosen: set[str]) -> list[StepShown]:
        check = latest_check()
        begin = begin_at(check.answers) if check else 0
        titles = {item.key: item.title for item in all_items()}
        done = {one.step: f"{one.done}/{one.questions}" for one in steps(check.answers)} if check else {}
        return [
            StepShown(
                number,
                str(title),
                str(ADVICE[number]),
                done.get(number, ""),
                number == begin,
                [self._shown(one, titles, chosen) for one in self.offers if _step(one) == number],
            )
            for number, title in STEPS.items()
        ]

    def _shown(self, offer: Offer, titles: dict[str, str], chosen: set[str]) -> OfferShown:
        one = offer.candidate
        return OfferShown(
            one.key,
            offer.clause.text("title"),
            f"{place_name(offer.revision.municipality)}「{offer.revision.title}」",
            _("、").join(titles.get(key, key) for key in one.items),
            one.similarity,
            one.measured,
            one.key in chosen,
            tenant_url(self.request, "library_plan", revision=offer.revision.pk),
        )

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        picks: dict[UUID, list[str]] = {}
        for key in data["picks"]:
            revision, _dot, initiative = key.partition(".")
            picks.setdefault(UUID(revision), []).append(initiative)
        evidence = [
            (one.indicator.label_ja, cells.number(one.value), source_of(one)) for one in observations()
        ]
        plan = start_plan(
            by=self.request.actor,
            title=data["title"],
            edition=editions()[0],
            years=(data["year_from"], data["year_to"]),
            picks=picks,
            evidence=evidence,
        )
        return plan_url(self.request, "edit", plan)


def _step(offer: Offer) -> int:
    """Where it stands; what says no step is carried out in the last."""
    return 3 if offer.candidate.step is None else offer.candidate.step


def _result(check: MaturityCheck) -> dict[str, Any]:
    levels = {axis: int(check.levels.get(axis.value, 0)) for axis in Axis}
    answers = {key: int(check.answers.get(key, 0)) for key in BY_KEY}
    begin = begin_at(answers)
    return {
        "standings": [Standing(str(AXES[axis]), level, str(LEVELS[level])) for axis, level in levels.items()],
        "rings": [_polygon(dict.fromkeys(Axis, level)) for level in range(1, HIGHEST + 1)],
        "shape": _polygon(levels),
        "spokes": [_place(axis, HIGHEST) for axis in Axis],
        "tips": [(str(AXES[axis]), *_place(axis, HIGHEST * 1.24)) for axis in Axis],
        "steps": [
            (STEPS[one.step], f"{one.done}/{one.questions}", one.is_done, one.step == begin)
            for one in steps(answers)
        ],
        "advice": ADVICE[begin],
        "next": [(QUESTIONS[one.key], LEVELS[answers[one.key]]) for one in next_questions(answers)],
    }


def _place(axis: Axis, level: float) -> tuple[int, int]:
    x, y = _WAYS[axis]
    reach = _RADIUS * level / HIGHEST
    return round(_CENTRE + x * reach), round(_CENTRE + y * reach)


def _polygon(levels: dict[Axis, int]) -> str:
    return " ".join("{},{}".format(*_place(axis, levels[axis])) for axis in Axis)


def crumbs(request: PortalRequest, *more: Crumb) -> list[Crumb]:
    here = Crumb(_("DX成熟度の自己点検"), tenant_url(request, "maturity") if more else "")
    plans = reverse("shared_plans:plans", args=[tenant_of(request).code])
    return [Crumb(_("DX推進計画"), plans), here, *more]
