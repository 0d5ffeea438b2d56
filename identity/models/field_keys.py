"""How far the rotation of FIELD_KEYS has come."""

from django.db import models
from django.utils import timezone

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import READ, Rule
from consortium.tenancy.roles import IDENTITY_BASE, PORTAL_BASE, WORKER_BASE


class FieldKeyCount(SystemModel):
    """One walk through all sealed fields, by the owner, who alone may read them.

    key: fingerprint of the key that seals (consortium.crypto). stale: rows that an older one had sealed and
    that the walk left so.
    """

    rules = tuple(Rule(base, READ) for base in (PORTAL_BASE, IDENTITY_BASE, WORKER_BASE))

    key = models.CharField(max_length=64)
    stale = models.PositiveBigIntegerField()
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-counted_at"]

    def __str__(self) -> str:
        return f"{self.stale}"
