"""What shall change in a service's registration, until a second person has looked at it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import ConsortiumModel, Reference

from .relying_party import RelyingParty


class ChangeOutcome(models.TextChoices):
    OPEN = "open", _("承認待ち")
    APPROVED = "approved", _("承認済")
    DECLINED = "declined", _("却下")


class RegistrationChange(ConsortiumModel):
    """values: the fields that shall change, with their future values; until approved nothing changes.
    before: their values at the time of the proposal. A new secret is asked for as `secret_overlap_hours`.

    proposed_by: account ids of those who stand behind the proposal; none of them may approve it.
    """

    relying_party = Reference(RelyingParty, related_name="changes")
    values = models.JSONField()
    before = models.JSONField(default=dict)
    proposed_by = models.JSONField()
    proposer = models.CharField(max_length=60)
    proposed_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=ChangeOutcome.choices, default=ChangeOutcome.OPEN)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["relying_party"], condition=Q(outcome=ChangeOutcome.OPEN), name="one_open_change"
            ),
            models.CheckConstraint(
                name="change_decided_whole",
                condition=Q(outcome=ChangeOutcome.OPEN, decided_at=None)
                | (~Q(outcome=ChangeOutcome.OPEN) & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.relying_party_id)
