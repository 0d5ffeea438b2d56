from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import TenantModel


class Branding(TenantModel):
    """How a municipality's own pages look. `colour` is #rrggbb; "" is the platform's."""

    colour = models.CharField(_("色"), max_length=7, blank=True)
    short_name = models.CharField(_("表示名"), max_length=20, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality"], name="branding_one"),
            models.CheckConstraint(
                condition=Q(colour="") | Q(colour__regex="^#[0-9a-f]{6}$"), name="branding_colour"
            ),
        ]

    def __str__(self) -> str:
        return self.colour or "default"
