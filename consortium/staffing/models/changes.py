"""Changes of posts decided ahead, as 人事異動 are: the posts carry the dates, this is the decision."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.membership.models import StaffPost, User
from consortium.tenancy.models import Reference, TenantModel


class State(models.TextChoices):
    PLANNED = "planned", _("予定")
    DONE = "done", _("発令済み")
    CANCELLED = "cancelled", _("取消")


class PlannedChange(TenantModel):
    """A role passes to another person on a day. Without a leaver it begins, without a successor it ends.

    outgoing: the leaver's post, which ends on that day; incoming: the successor's, which begins on it.
    """

    role = models.CharField(_("役割"), max_length=40)
    department = models.CharField(_("課"), max_length=60, blank=True)
    effective_on = models.DateField(_("発令日"))
    leaver = Reference(User, related_name="+", null=True)
    successor = Reference(User, related_name="+", null=True)
    outgoing = Reference(StaffPost, related_name="+", null=True)
    incoming = Reference(StaffPost, related_name="+", null=True)
    note = models.CharField(_("備考"), max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    planned_by = models.CharField(max_length=80)
    planned_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "outgoing"],
                condition=Q(state="planned", outgoing__isnull=False),
                name="planned_change_once",
            ),
            models.CheckConstraint(
                name="planned_change_of_somebody",
                condition=Q(leaver__isnull=False) | Q(successor__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "state", "effective_on"], name="planned_change_due")]

    def __str__(self) -> str:
        return f"{self.role} {self.effective_on}"

    @property
    def is_seamless(self) -> bool:
        """Neither a gap nor an overlap: false where a post was ended by hand meanwhile."""
        ends = self.outgoing is None or self.outgoing.ends_on == self.effective_on
        begins = self.incoming is None or self.incoming.starts_on == self.effective_on
        return ends and begins
