"""見直しの予定: the next reviews of all plans, as a page and as a calendar; a plan's cycle."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from consortium.membership.closing_days import closing_days
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest
from consortium.ui.downloads import attachment
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView, Press
from shared_plans.actions import end_review_cycle, set_review_cycle, settle_review
from shared_plans.comment_forms import FIXED_DAYS, ReviewCycleForm
from shared_plans.domain.icalendar import AllDay, calendar
from shared_plans.models import ReasonKind, ReviewCycle
from shared_plans.permissions import PlansPermission
from shared_plans.queries.reviews import (
    cycle_of,
    next_of,
    planned_reviews,
    plans_without_cycle,
    reviews_to_come,
)

from .pages import OnePlan, plan_url, tenant_url

AHEAD = timedelta(days=731)
"""How far the downloaded calendar reaches."""


class Reviews(TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/reviews.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        crumbs = [Crumb(_("DX推進計画"), tenant_url(self.request, "plans")), Crumb(_("見直しの予定"))]
        return {
            **super().get_context_data(**kwargs),
            "rows": [(one, one.is_overdue(today)) for one in planned_reviews()],
            "without": list(plans_without_cycle()),
            "may_write": self.request.actor.can(PlansPermission.WRITE),
            "crumbs": crumbs,
        }


class ReviewCalendar(View):
    """For the calendar program of whoever downloads it; nothing in it but titles and days."""

    permission = PortalPermission.VIEW

    def get(self, request: PortalRequest, **kwargs: Any) -> HttpResponse:
        found = list(reviews_to_come(timezone.localdate() + AHEAD))
        host = request.get_host().partition(":")[0]
        events = [
            AllDay(
                uid=f"review-{plan.pk}-{review.set_for:%Y%m%d}@{host}",
                day=review.due_on,
                summary=_("計画の見直し: %(title)s") % {"title": plan.title},
                url=request.build_absolute_uri(plan_url(request, "plan", plan)),
            )
            for plan, review in found
        ]
        content = calendar(_("計画の見直しの予定"), events, made_at=timezone.now())
        return attachment(content, "text/calendar; charset=utf-8", _("見直しの予定") + ".ics")


class SetReviewCycle(OnePlan, FormView):
    """Shows when the next review is, and sets the cycle."""

    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/review_cycle.html"
    form_class = ReviewCycleForm

    @cached_property
    def stored(self) -> ReviewCycle | None:
        return cycle_of(self.plan)

    def get_initial(self) -> dict[str, Any]:
        if self.stored is None:
            return {"rhythm": "months", "every_months": 12}
        today = timezone.localdate()
        if self.stored.every_months:
            first = next(self.stored.cycle.after(today - timedelta(days=1)))
            return {"rhythm": "months", "every_months": self.stored.every_months, "starts_on": first}
        to_come = [day for day in self.stored.days if day >= today]
        return {"rhythm": "days", **{f"day_{n}": day for n, day in enumerate(to_come[:FIXED_DAYS], 1)}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        following = next_of(self.stored, closing_days()) if self.stored else None
        is_overdue = bool(following and following.due_on < timezone.localdate())
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "stored": self.stored,
            "next": following,
            "is_overdue": is_overdue,
            "headline": _("見直しの期日を過ぎています") if is_overdue else _("次の見直し"),
            "steps": self.steps(),
            "revise_url": f"{plan_url(self.request, 'revise', self.plan)}?reason_kind={ReasonKind.REVIEW}",
            "back": self.url,
            "crumbs": self.crumbs(Crumb(_("見直しの予定"))),
        }

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        days = [day for n in range(1, FIXED_DAYS + 1) if (day := data[f"day_{n}"])]
        try:
            set_review_cycle(
                by=self.request.actor,
                plan=self.plan,
                every_months=data["every_months"] or None,
                starts_on=data["starts_on"],
                days=days,
            )
        except ValidationError as error:
            raise _at_first_day(error) from error
        messages.success(self.request, _("見直しの予定を定めました。"))
        return self.request.path


class EndReviewCycle(OnePlan, Press):
    request: PortalRequest
    permission = PlansPermission.WRITE

    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        end_review_cycle(by=request.actor, plan=self.plan)
        return _("見直しの予定をやめました。")

    def back(self, request: PortalRequest) -> str:
        return plan_url(request, "review_cycle", self.plan)


class SettleReview(OnePlan, Press):
    """Looked through, nothing to revise. `due`: the day of the cycle that the page showed."""

    request: PortalRequest
    permission = PlansPermission.WRITE

    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        settle_review(by=request.actor, plan=self.plan, due=_day(request.POST.get("due", "")))
        return _("見直しを終え、改訂なしと記録しました。")

    def back(self, request: PortalRequest) -> str:
        return plan_url(request, "review_cycle", self.plan)


def _day(text: str) -> date:
    """A day that cannot be read is none of any cycle."""
    try:
        return parse_date(text) or date.min
    except ValueError:
        return date.min


def _at_first_day(error: ValidationError) -> ValidationError:
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError(
        {"day_1" if name == "days" else name: errors for name, errors in error.error_dict.items()}
    )
