"""An administrator's page about the days on which the municipality is closed."""

from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from consortium.dates import calendar_date
from consortium.membership.actions import add_closing_day, remove_closing_day
from consortium.membership.closing_days import listed
from consortium.membership.forms import ClosingDayForm
from consortium.membership.models import ClosingDay
from consortium.membership.permissions import MembershipPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.membership.tables import ClosingDayTable
from consortium.ui.views import FormView, Press


class ClosingDays(FormView):
    permission = MembershipPermission.MANAGE_CALENDAR
    template_name = "membership/closing_days.html"
    form_class = ClosingDayForm
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(table=ClosingDayTable(self.request, listed()), **kwargs)

    def perform(self, form: Any) -> str:
        closing = add_closing_day(by=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("%(day)sを休庁日にしました。") % {"day": calendar_date(closing.day)})
        return self.request.path


class RemoveClosingDay(Press):
    permission = MembershipPermission.MANAGE_CALENDAR

    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        closing = get_object_or_404(ClosingDay, pk=kwargs["closing"])
        remove_closing_day(by=request.actor, closing=closing)
        return _("%(day)sを休庁日から外しました。") % {"day": calendar_date(closing.day)}

    def back(self, request: PortalRequest) -> str:
        return reverse("membership:closing_days", args=[tenant_of(request).code])
