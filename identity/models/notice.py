"""What a resident is told. It stands on her own pages and nowhere else."""

from django.db import models
from django.utils import timezone

from consortium.tenancy.policies import DELETE, INSERT, OWN_CITIZEN, READ, SELECT, UPDATE, Rule
from consortium.tenancy.roles import APP, CITIZEN, WORKER

from .base import BY_DELEGATE, ResidentModel, lives_here

_PAST_KEEPING = "created_at < now() - interval '90 days'"
"""NOTICE_KEEP_DAYS cannot be less."""


class ResidentNotice(ResidentModel):
    """kind, values, target: as of a staff notice (identity.notices). once: told one time only.

    Staff may write one about a resident of theirs and read none, not even those.
    """

    keeps = READ
    rules = (
        Rule(CITIZEN, (INSERT,), OWN_CITIZEN),
        Rule(CITIZEN, (INSERT,), BY_DELEGATE),
        Rule(CITIZEN, (UPDATE,), OWN_CITIZEN, columns=("read_at",)),
        Rule(APP, (INSERT,), lives_here("identity_residentnotice")),
        Rule(WORKER, (INSERT,)),
        Rule(WORKER, (SELECT, DELETE), _PAST_KEEPING),
    )

    kind = models.CharField(max_length=80)
    values = models.JSONField(default=dict)
    target = models.JSONField(default=dict)
    once = models.CharField(max_length=120, null=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["citizen", "once"], name="resident_notice_once")]
        indexes = [
            models.Index(fields=["citizen", "-created_at"], name="resident_notice_inbox"),
            models.Index(fields=["created_at"], name="resident_notice_age"),
        ]

    def __str__(self) -> str:
        return self.kind
