"""Runs of cross-tenant reports, which hold only what disclosure control let through."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.jobs.models import Job
from consortium.tenancy.models import ConsortiumModel, Reference
from consortium.tenancy.policies import READ, UPDATE, Rule
from consortium.tenancy.roles import REPORT

from .figures import Indicator


class Template(models.TextChoices):
    ACROSS_MEMBERS = "across_members", _("指標の横断集計")


class ReportRun(ConsortiumModel):
    """result: see consortium.reporting.table; null until the job is done. charts: SVG by language.

    definition: the indicator's terms as they were at the cut-off. fictional: some figures were invented.
    """

    members_read = False
    rules = (
        Rule(REPORT, READ),
        Rule(REPORT, (UPDATE,), columns=("result", "charts", "definition", "cut_off", "fictional")),
    )

    template = models.CharField(max_length=30, choices=Template.choices, default=Template.ACROSS_MEMBERS)
    indicator = Reference(Indicator, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    job = Reference(Job, related_name="+")
    result = models.JSONField(null=True)
    charts = models.JSONField(default=dict)
    definition = models.JSONField(default=dict)
    cut_off = models.DateTimeField(null=True)
    fictional = models.BooleanField(default=False)
    requested_by = models.CharField(max_length=80)
    requested_by_name = models.CharField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.template} {self.indicator_id} {self.fiscal_year}"
