"""自己点検: ask, show where the municipality stands, and begin a plan with what similar ones do."""

from dataclasses import dataclass
from typing import Any, Final

from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from shared_plans.actions import check_maturity
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
from shared_plans.maturity_forms import MaturityForm
from shared_plans.maturity_words import ADVICE, AXES, LEVELS, QUESTIONS
from shared_plans.models import MaturityCheck
from shared_plans.permissions import PlansPermission
from shared_plans.queries.maturity import known_facts, latest_check

from .pages import tenant_url

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
