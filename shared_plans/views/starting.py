"""The plan that the self-check leads to: what similar municipalities do, to tick and take over."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consortium.language import place_name
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui import cells
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from shared_plans.actions import start_plan
from shared_plans.domain.maturity import begin_at, steps
from shared_plans.labels import STEPS
from shared_plans.maturity_forms import StarterForm
from shared_plans.maturity_words import ADVICE
from shared_plans.models import FrameworkEdition
from shared_plans.permissions import PlansPermission
from shared_plans.queries.framework import all_items, framework_editions
from shared_plans.queries.maturity import Offer, latest_check, observations, offers, source_of

from .maturity import crumbs
from .pages import plan_url, tenant_url, this_year


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


class StartPlan(FormView):
    """Tick what to take over; the draft follows."""

    request: PortalRequest
    permission = PlansPermission.ADOPT
    template_name = "shared_plans/starter.html"
    form_class = StarterForm

    @cached_property
    def edition(self) -> FrameworkEdition | None:
        """The newest; None before any is loaded."""
        return framework_editions().first()

    @cached_property
    def offers(self) -> list[Offer]:
        return offers(tenant_of(self.request), self.edition) if self.edition else []

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
        if self.edition is None:
            raise ValidationError(_("国の計画の版がまだ登録されていません。事務局に連絡してください。"))
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
            edition=self.edition,
            years=(data["year_from"], data["year_to"]),
            picks=picks,
            evidence=evidence,
        )
        return plan_url(self.request, "edit", plan)


def _step(offer: Offer) -> int:
    """Where it stands; what says no step is carried out in the last."""
    return 3 if offer.candidate.step is None else offer.candidate.step
