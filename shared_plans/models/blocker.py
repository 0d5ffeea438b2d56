"""阻害要因: what stands in a plan's way. The own municipality alone ever sees it."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import APPEND

from .plan import Plan

OPEN: Final = Q(resolved_on=None)


class BlockerCategory(models.TextChoices):
    RULES = "rules", _("制度")
    PEOPLE = "people", _("人材")
    BUDGET = "budget", _("予算")
    TECHNOLOGY = "technology", _("技術")
    COORDINATION = "coordination", _("庁内調整")
    OTHER = "other", _("その他")


class BlockerStepKind(models.TextChoices):
    RAISED = "raised", _("登録")
    WORKED_ON = "worked_on", _("対策の経過")
    RESOLVED = "resolved", _("解消")
    REOPENED = "reopened", _("再発")


class Blocker(TenantModel):
    """As it stands; its steps say how it came to that. initiative: id of a clause, or "" for the whole plan.

    No rule lets anybody else read it, whoever may read the plan.
    """

    plan = Reference(Plan, related_name="blockers")
    initiative = models.CharField(max_length=40, blank=True, default="")
    initiative_title = models.CharField(max_length=120, blank=True, default="")
    title = models.CharField(_("阻害要因"), max_length=120)
    category = models.CharField(_("区分"), max_length=20, choices=BlockerCategory.choices)
    effect = models.TextField(_("何が進まないか"), max_length=2000)
    countermeasure = models.TextField(_("対策"), max_length=2000, blank=True, default="")
    unit = models.CharField(_("担当課"), max_length=120)
    raised_on = models.DateField(_("生じた日"))
    due = models.DateField(_("解消の期日"), null=True, blank=True)
    resolved_on = models.DateField(_("解消した日"), null=True)
    lock_version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["raised_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="blocker_resolved_after_raised",
                condition=OPEN | Q(resolved_on__gte=models.F("raised_on")),
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "raised_on"], condition=OPEN, name="blocker_open_by_age"),
            models.Index(fields=["municipality", "plan", "raised_on"], name="blocker_of_plan"),
        ]

    def __str__(self) -> str:
        return self.title


class BlockerStep(TenantModel):
    """What was done about a blocker, when and by whom. due, unit: as they were from then on."""

    keeps = APPEND

    blocker = Reference(Blocker, related_name="steps")
    kind = models.CharField(max_length=20, choices=BlockerStepKind.choices)
    note = models.TextField(max_length=2000)
    unit = models.CharField(max_length=120)
    due = models.DateField(null=True)
    day = models.DateField()
    written_by_id = models.UUIDField()
    written_by_name = models.CharField(max_length=60)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["municipality", "blocker", "written_at"], name="blocker_step_order")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"
