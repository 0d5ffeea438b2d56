"""代理: who acts for whom while somebody is away. Everybody sees the own; administrators see all."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from consortium.membership import queries
from consortium.membership.access import dangerous
from consortium.membership.actions import appoint_deputy, withdraw_deputy
from consortium.membership.forms import DeputyForm
from consortium.membership.models import Deputy
from consortium.membership.permissions import MembershipPermission, PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.membership.tables import DeputyTable
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView


def _list_url(request: PortalRequest) -> str:
    return reverse("membership:deputies", args=[tenant_of(request).code])


class Deputies(TemplateView):
    permission = PortalPermission.VIEW
    template_name = "membership/deputies.html"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sees_all = self.request.actor.can(MembershipPermission.MANAGE_STAFF)
        found = queries.deputies("" if sees_all else self.request.actor.id)
        return super().get_context_data(
            table=DeputyTable(self.request, list(found)), sees_all=sees_all, **kwargs
        )


@dangerous
class AppointDeputy(FormView):
    permission = PortalPermission.VIEW
    template_name = "membership/appoint_deputy.html"
    form_class = DeputyForm
    request: PortalRequest

    def get_form_kwargs(self) -> dict[str, Any]:
        roles = self.request.posts.municipal.get(tenant_of(self.request).pk, [])
        people = queries.colleagues(self.request.user)
        return {**super().get_form_kwargs(), "roles": roles, "colleagues": people}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [Crumb(_("不在時の代理"), _list_url(self.request)), Crumb(_("代理者を定める"))]
        return super().get_context_data(crumbs=crumbs, back=_list_url(self.request), **kwargs)

    def perform(self, form: Any) -> str:
        appoint_deputy(by=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("代理者を定め、本人と管理者に知らせました。"))
        return _list_url(self.request)


class WithdrawDeputy(View):
    permission = PortalPermission.VIEW
    http_method_names = ["post"]

    def post(self, request: PortalRequest, **kwargs: Any) -> HttpResponse:
        deputy = Deputy.objects.filter(pk=kwargs["deputy"]).first()
        if deputy is None:
            raise Http404("No such appointment here.")
        try:
            withdraw_deputy(by=request.actor, deputy=deputy)
            messages.success(request, _("代理を終えました。"))
        except ValidationError as error:
            messages.error(request, error.messages[0])
        return HttpResponseRedirect(_list_url(request))
