"""見直しの予定: when a plan is to be looked through again while it is carried out."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, TenantModel
from shared_plans.domain.reviews import Cycle

from .plan import Plan


class ReviewCycle(TenantModel):
    """Every so many months from a first day, or on fixed days. Days are kept as they were set; what falls on
    a day on which offices are closed is due on the next open one (shared_plans.domain.reviews).

    settled_through: reviews up to this day are done. reminded_for: the day whose reminder has gone out.
    """

    plan = Reference(Plan, related_name="review_cycles")
    every_months = models.PositiveSmallIntegerField(_("間隔(か月)"), null=True)
    starts_on = models.DateField(_("最初の見直しの日"), null=True)
    days = ArrayField(models.DateField(), default=list)
    settled_through = models.DateField()
    reminded_for = models.DateField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "plan"], name="review_cycle_one"),
            models.CheckConstraint(
                condition=Q(every_months__gte=1, starts_on__isnull=False, days=[])
                | Q(every_months=None, starts_on=None) & ~Q(days=[]),
                name="review_cycle_of_one_kind",
            ),
        ]

    def __str__(self) -> str:
        return str(self.plan_id)

    @property
    def cycle(self) -> Cycle:
        return Cycle(self.every_months, self.starts_on, tuple(self.days))
