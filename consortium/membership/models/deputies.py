"""代理: for some time a colleague exercises a role that somebody absent holds."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, TenantModel

from .user import User


class Deputy(TenantModel):
    """`user` acts for `principal` from the first day to the last, both included.

    It holds only while the principal has the role and the deputy a post here; neither is copied.
    """

    principal = Reference(User, related_name="+")
    user = Reference(User, related_name="+", verbose_name=_("代理者"))
    role = models.CharField(_("役割"), max_length=40)
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"))
    reason = models.CharField(_("理由"), max_length=200)
    appointed_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="deputy_period", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="deputy_is_another", condition=~Q(user=F("principal"))),
        ]
        indexes = [models.Index(fields=["municipality", "user", "ends_on"], name="deputy_of")]

    def __str__(self) -> str:
        return f"{self.user_id} for {self.principal_id} ({self.role})"
