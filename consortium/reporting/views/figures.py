"""A municipality's own figures."""

from django.contrib import messages
from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext as _

from consortium.membership.requests import PortalRequest, tenant_of
from consortium.reporting import queries
from consortium.reporting.actions import record_observation
from consortium.reporting.forms import FigureForm
from consortium.reporting.permissions import ReportingPermission
from consortium.reporting.tables import FigureTable
from consortium.tabular.lists import Exportable
from consortium.ui.views import FormView


class Figures(Exportable, FormView):
    """The figures on record, and the form to report one."""

    request: PortalRequest
    permission = ReportingPermission.RECORD
    form_class = FigureForm
    template_name = "reporting/figures.html"
    list_name = "reporting.figures"

    def make_table(self) -> FigureTable:
        return FigureTable(self.request, queries.own_figures())

    def perform(self, form: BaseForm) -> str:
        values = form.cleaned_data
        record_observation(
            by=self.request.actor,
            indicator=values["indicator"].key,
            fiscal_year=values["fiscal_year"],
            value=values["value"],
            source=values["source"],
        )
        messages.success(self.request, _("実績値を記録しました。"))
        return reverse("reporting:figures", args=[tenant_of(self.request).code])

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return super().get_context_data(
            import_url=reverse("reporting:import_figures", args=[tenant_of(self.request).code]),
            table=self.table,
            **kwargs,
        )
