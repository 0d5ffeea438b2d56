"""実行の開始と終了: each step of a decided plan's way, with who took it and why."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import APPEND

from .choices import Phase
from .plan import Plan


class PlanPhase(TenantModel):
    """The plan entered this phase on this day. `Plan.phase` is that of the last."""

    keeps = APPEND

    plan = Reference(Plan, related_name="phases")
    phase = models.CharField(max_length=20, choices=Phase.choices)
    since = models.DateField(_("日付"))
    reason = models.CharField(_("理由"), max_length=500)
    decided_by_id = models.UUIDField()
    decided_by_name = models.CharField(max_length=60)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["decided_at", "id"]
        indexes = [models.Index(fields=["municipality", "plan", "decided_at"], name="plan_phase_in_order")]

    def __str__(self) -> str:
        return f"{self.get_phase_display()} {self.since}"
