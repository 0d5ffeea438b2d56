"""自己点検: how far a municipality is with DX by its own answers."""

from django.db import models

from consortium.tenancy.models import TenantModel
from consortium.tenancy.policies import APPEND


class MaturityCheck(TenantModel):
    """One check; later ones do not change it. Nobody else sees it.

    answers: question → 0 to 3; levels: axis → 0 to 3 (shared_plans.domain.maturity).
    """

    keeps = APPEND

    answers = models.JSONField()
    levels = models.JSONField()
    checked_by_id = models.UUIDField()
    checked_by_name = models.CharField(max_length=60)
    checked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-checked_at", "-id"]
        indexes = [models.Index(fields=["municipality", "-checked_at"], name="maturity_check_latest")]

    def __str__(self) -> str:
        return str(self.checked_at)
