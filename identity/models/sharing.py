"""What leaves, for whom, by whose will: pseudonyms, consents, disclosures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.audit.models import SealedLog
from consortium.audit.models.log import SEALER
from consortium.tenancy.policies import APPEND, INSERT, OWN_CITIZEN, READ, Rule
from consortium.tenancy.roles import CITIZEN

from .base import ResidentModel


class Pseudonym(ResidentModel):
    """Who she is to the services of one sector: a random value, never derived from anything."""

    keeps = APPEND

    sector = models.CharField(max_length=20)
    value = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "sector"], name="pseudonym_per_sector")]

    def __str__(self) -> str:
        return self.sector


class ResidentLog(SealedLog):
    """An append-only log that belongs to the resident alone; staff have no rights in it."""

    rules = (
        SEALER,
        Rule(CITIZEN, READ, OWN_CITIZEN),
        Rule(CITIZEN, (INSERT,), f"{OWN_CITIZEN} AND seal_number IS NULL"),
    )

    client_id = models.CharField(max_length=80)
    recipient = models.CharField(max_length=120)
    purpose = models.TextField(max_length=1000)
    attributes = models.JSONField(default=list)

    class Meta(SealedLog.Meta):
        abstract = True


class ConsentKind(models.TextChoices):
    GIVEN = "given", _("同意")
    WITHDRAWN = "withdrawn", _("撤回")


class ConsentEvent(ResidentLog):
    """A consent is the events of one consent_id (see domain.consent); its state is derived, never stored.

    A withdrawal repeats what it withdraws, so that each row can be read alone. recipient and purpose are
    the words that the resident saw, in Japanese. replaced_by: the consent whose giving ended this one.
    """

    consent_id = models.UUIDField()
    event = models.CharField(max_length=10, choices=ConsentKind.choices)
    until = models.DateTimeField()
    replaced_by = models.UUIDField(null=True)

    class Meta(ResidentLog.Meta):
        constraints = [
            *ResidentLog.Meta.constraints,
            models.UniqueConstraint(fields=["consent_id", "event"], name="consent_given_and_withdrawn_once"),
        ]
        indexes = [
            *ResidentLog.Meta.indexes,
            models.Index(fields=["citizen_id", "client_id"], name="consentevent_client"),
        ]


class LegalBasis(models.TextChoices):
    CONSENT = "consent", _("本人の同意")


class Disclosure(ResidentLog):
    """What one service received at one moment: names of attributes, never their values.

    path: how it left ("id_token", "userinfo", …).
    """

    consent_id = models.UUIDField()
    path = models.CharField(max_length=20)
    legal_basis = models.CharField(max_length=20, choices=LegalBasis.choices, default=LegalBasis.CONSENT)

    class Meta(ResidentLog.Meta):
        pass
