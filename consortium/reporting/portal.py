"""Entries of the navigation, and the words for this package's audit events."""

from django.utils.translation import gettext_lazy as _

from consortium.audit import labels, targets
from consortium.language import fiscal_year
from consortium.ui.registry import NavEntry, navigation

from .permissions import ReportingPermission

navigation.register(NavEntry(_("実績値"), "reporting:figures", ReportingPermission.RECORD, order=60))
navigation.register(
    NavEntry(_("横断集計"), "reporting:runs", ReportingPermission.RUN, scope="secretariat", order=60)
)
targets.register(
    "reporting.reportrun",
    _("横断集計"),
    lambda run: f"{run.indicator.label} {fiscal_year(run.fiscal_year)}",
    related=("indicator",),
)
targets.register(
    "reporting.observation",
    _("実績値"),
    lambda one: f"{one.indicator.label} {fiscal_year(one.fiscal_year)}",
    related=("indicator",),
)
labels.register(
    {
        "observation.recorded": _("%(actor)sが実績値を記録しました"),
        "report.requested": _("%(actor)sが横断集計を始めました"),
        "report.downloaded": _("%(actor)sが横断集計の結果をダウンロードしました"),
    }
)
