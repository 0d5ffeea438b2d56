"""Disclosures that a law orders, as staff write them down."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import TenantModel
from consortium.tenancy.policies import INSERT, SELECT, UPDATE

from .sharing import ReasonCode


class EntryState(models.TextChoices):
    PREPARED = "prepared", _("確認待ち")
    ENTERED = "entered", _("記録済み")
    DECLINED = "declined", _("取りやめ")


class LegalEntry(TenantModel):
    """One disclosure by order of law. Nothing stands in her log before a second person confirmed it.

    subject_id: whose data, receipt: what staff call her by. law: the provision and the matter, in the words
    she will read. attributes: names, never values. visible_on: the day from which she sees it; empty for at
    once.
    """

    keeps = (SELECT, INSERT, UPDATE)

    subject_id = models.UUIDField()
    receipt = models.CharField(_("受付番号"), max_length=9)
    authority = models.CharField(_("提供先の機関"), max_length=120)
    law = models.CharField(_("根拠となる法令と事由"), max_length=400)
    attributes = models.JSONField(default=list)
    disclosed_at = models.DateTimeField(_("提供した日時"))
    reason_code = models.CharField(max_length=20, choices=ReasonCode.choices, blank=True)
    visible_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.PREPARED)
    prepared_by = models.UUIDField()
    prepared_by_name = models.CharField(max_length=60)
    prepared_persons = models.JSONField(default=list)
    prepared_at = models.DateTimeField(default=timezone.now)
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-prepared_at"]
        constraints = [
            models.CheckConstraint(
                name="legal_entry_four_eyes",
                condition=~Q(state="entered")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("prepared_by"))),
            ),
            models.CheckConstraint(
                name="legal_entry_delayed_for_a_reason",
                condition=Q(visible_on=None, reason_code="")
                | (Q(visible_on__isnull=False) & ~Q(reason_code="")),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-prepared_at"], name="legal_entries")]

    def __str__(self) -> str:
        return str(self.pk)
