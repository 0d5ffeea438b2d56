"""What a municipality or institution attests about residents: one clerk prepares, another confirms."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import INSERT, OWN_MUNICIPALITY, READ, SELECT, UPDATE, Rule
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import APP, WORKER

from .base import ResidentModel, lives_here
from .fields import EncryptedTextField


class BatchState(models.TextChoices):
    CHECKING = "checking", _("照合中")
    PREPARED = "prepared", _("確認待ち")
    FAULTY = "faulty", _("誤りあり")
    APPLYING = "applying", _("発行中")
    ISSUED = "issued", _("発行済み")
    DECLINED = "declined", _("取りやめ")
    REVOKED = "revoked", _("取消済み")


class RevocationReason(models.TextChoices):
    NOT_ELIGIBLE = "not_eligible", _("資格がなくなった")
    MISTAKE = "mistake", _("誤って発行した")
    REQUESTED = "requested", _("本人の申出")
    RULE_CHANGED = "rule_changed", _("制度が変わった")


class AttestationBatch(TenantModel):
    """One decision on one or many people. Nothing of it counts before a second clerk confirmed it.

    institution: on whose statement, where it is not the municipality's own. total, found, skipped, faulty:
    numbers of rows. revoke_row: the row whose revocation waits for a second clerk; 0 for all of them.
    """

    keeps = (SELECT, INSERT, UPDATE)

    attribute = models.CharField(max_length=40)
    title = models.CharField(_("件名"), max_length=80)
    institution = models.CharField(_("証明した機関"), max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.CHECKING)
    total = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    faulty = models.PositiveIntegerField(default=0)
    prepared_by = models.UUIDField()
    prepared_by_name = models.CharField(max_length=60)
    prepared_persons = models.JSONField(default=list)
    prepared_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    revoke_row = models.PositiveIntegerField(null=True)
    revoke_reason = models.CharField(max_length=20, choices=RevocationReason.choices, blank=True)
    revoke_asked_by = models.UUIDField(null=True)
    revoke_asked_by_name = models.CharField(max_length=60, blank=True)
    revoke_asked_persons = models.JSONField(default=list)

    class Meta:
        ordering = ["-prepared_at"]
        constraints = [
            models.CheckConstraint(
                name="attestation_four_eyes",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="attestation_issued_confirmed",
                condition=~Q(state__in=["applying", "issued", "revoked"]) | Q(confirmed_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-prepared_at"], name="attestation_batches")]

    def __str__(self) -> str:
        return f"{self.attribute} {self.pk}"


class AttestationRow(TenantModel):
    """A line of a file until the batch is decided. Nobody's name: of the reading and the day of birth only
    the blind index is kept (person_index), of whoever has no digital ID not even that for long.

    keys: the first holds for one person, the second for a namesake; or a 受付番号. problem: a RowProblem.
    """

    retention = Retention("created_at", timedelta(days=30))

    batch = Reference(AttestationBatch, related_name="+")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=64)
    namesake_key = models.CharField(max_length=64, blank=True)
    starts_on = models.DateField(null=True)
    until = models.DateField(null=True)
    problem = models.CharField(max_length=20, blank=True)
    column = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="attestation_row_number")]
        indexes = [
            models.Index(fields=["batch", "subject_id"], name="attestation_row_subject"),
            models.Index(fields=["batch", "key"], name="attestation_row_key"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"


class Attestation(ResidentModel):
    """One attested attribute of one resident. until: the last day on which it counts.

    Its issuer keeps sight of what it attested itself, and of nothing else, when its holder moves away.
    """

    keeps = READ
    rules = (
        Rule(APP, (INSERT,), f"{OWN_MUNICIPALITY} AND {lives_here('identity_attestation')}"),
        Rule(WORKER, (INSERT,), f"{OWN_MUNICIPALITY} AND {lives_here('identity_attestation')}"),
        Rule(APP, (SELECT, UPDATE), OWN_MUNICIPALITY, columns=("revoked_at", "revocation_reason")),
        Rule(WORKER, READ, OWN_MUNICIPALITY),
    )

    municipality = Reference("tenancy.Municipality", related_name="+")
    batch_id = models.UUIDField()
    number = models.PositiveIntegerField()
    attribute = models.CharField(max_length=40)
    value = EncryptedTextField()
    institution = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField()
    until = models.DateField()
    issued_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(max_length=20, choices=RevocationReason.choices, blank=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(fields=["batch_id", "number"], name="attestation_of_row"),
            models.CheckConstraint(name="attestation_term", condition=Q(until__gte=F("starts_on"))),
        ]
        indexes = [models.Index(fields=["citizen", "attribute"], name="attestation_citizen")]

    def __str__(self) -> str:
        return f"{self.attribute} {self.citizen_id}"
