"""What is recorded of a plan's execution, and of which deadlines people were reminded."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import APPEND

from .plan import Plan


class RecordKind(models.TextChoices):
    MILESTONE = "milestone", _("節目")
    ACTUAL = "actual", _("実績")
    SPENDING = "spending", _("執行額")


class ExecutionRecord(TenantModel):
    """Of one thing in a plan: the last record counts (shared_plans.domain.board.Record).

    clause, row: ids in the plan's document. A milestone's `day` is when it was done, that of spending up to
    when it was spent. Without day or value: what was recorded is taken back.
    """

    keeps = APPEND

    plan = Reference(Plan, related_name="records")
    kind = models.CharField(max_length=20, choices=RecordKind.choices)
    clause = models.CharField(max_length=40)
    row = models.CharField(max_length=40, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True)
    value = models.DecimalField(_("値"), max_digits=20, decimal_places=4, null=True, blank=True)
    day = models.DateField(_("日付"), null=True, blank=True)
    note = models.CharField(_("備考"), max_length=500, blank=True)
    source = models.CharField(_("出典"), max_length=200, blank=True)
    recorded_by_id = models.UUIDField()
    recorded_by_name = models.CharField(max_length=60)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="execution_record_of_something",
                condition=Q(kind="milestone") & ~Q(row="")
                | Q(kind="actual", fiscal_year__isnull=False)
                | Q(kind="spending"),
            )
        ]
        indexes = [
            models.Index(fields=["municipality", "plan", "recorded_at"], name="execution_record_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.clause}"


class DeadlineReminder(TenantModel):
    """People were told that this is due near, or past; once for each deadline. A deadline moved is another.

    subject: `milestone:clause:row`, `blocker:id` or `decision:time of submission`.
    """

    keeps = APPEND

    plan = Reference(Plan, related_name="+")
    subject = models.CharField(max_length=120)
    due = models.DateField()
    stage = models.CharField(max_length=10)
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "plan", "subject", "due", "stage"], name="deadline_reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.stage}"
