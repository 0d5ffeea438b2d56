"""Who may act in whose name: parents and guardians by law, delegates by the resident's own will."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference
from consortium.tenancy.policies import (
    INSERT,
    OWN_CITIZEN,
    OWN_MUNICIPALITY,
    READ,
    SELECT,
    UPDATE,
    Rule,
    setting,
)
from consortium.tenancy.roles import APP, CITIZEN, WORKER

from .base import BY_DELEGATE, LIVES_HERE, ResidentModel
from .fields import EncryptedTextField

_IN_PERSON = f"{setting('delegation', 'uuid')} IS NULL"
_AS_DELEGATE = f"delegate_id = {setting('citizen', 'uuid')} AND {_IN_PERSON}"
_NOT_YET = "effective_at IS NULL AND ended_at IS NULL"


class Basis(models.TextChoices):
    VOLUNTARY = "voluntary", _("本人の委任（任意代理）")
    PARENT = "parent", _("親権者（法定代理）")
    GUARDIAN = "guardian", _("後見人（法定代理）")


class DelegationEvidence(models.TextChoices):
    FAMILY_REGISTER = "family_register", _("戸籍の記載")
    REGISTRATION = "registration", _("登記事項証明書")
    COURT = "court", _("家庭裁判所の審判書")


class Ending(models.TextChoices):
    WITHDRAWN = "withdrawn", _("本人による取消し")
    RESIGNED = "resigned", _("代理人の辞退")
    TERM = "term", _("期間の満了")
    CLOSED = "closed", _("デジタルIDの廃止")
    AUTHORITY = "authority", _("自治体による終了")


class Delegation(ResidentModel):
    """citizen: in whose name. until: the last day. sectors, client_ids: for which services; no client_ids
    means all of the sectors. may_consent: may give and withdraw consents; else see them.

    effective_at: since the delegate accepted, or since a second clerk confirmed. Names are those of the two
    when it was given, so that neither needs to see the other's record. subjects: her pseudonym by sector.
    """

    keeps = READ
    rules = (
        Rule(CITIZEN, (INSERT,), f"{OWN_CITIZEN} AND basis = 'voluntary' AND {_NOT_YET}"),
        Rule(
            CITIZEN,
            (UPDATE,),
            f"{OWN_CITIZEN} AND basis = 'voluntary' AND ended_at IS NULL",
            columns=("ended_at", "ending"),
            written=f"{OWN_CITIZEN} AND ended_at IS NOT NULL",
        ),
        Rule(CITIZEN, READ, _AS_DELEGATE),
        Rule(
            CITIZEN,
            (UPDATE,),
            f"{_AS_DELEGATE} AND ended_at IS NULL",
            columns=("effective_at", "ended_at", "ending", "delegate_name"),
            written=_AS_DELEGATE,
        ),
        Rule(
            CITIZEN, READ, f"id = {setting('delegation', 'uuid')} AND delegate_id = {setting('user', 'uuid')}"
        ),
        Rule(APP, (INSERT,), f"{OWN_MUNICIPALITY} AND {LIVES_HERE} AND basis <> 'voluntary' AND {_NOT_YET}"),
        Rule(
            APP,
            (SELECT, UPDATE),
            f"{OWN_MUNICIPALITY} AND {LIVES_HERE} AND basis <> 'voluntary'",
            columns=("effective_at", "confirmed_by", "confirmed_by_name", "ended_at", "ending"),
        ),
        Rule(
            WORKER,
            READ,
            read_columns=("id", "citizen_id", "delegate_id", "basis", "until", "effective_at", "ended_at"),
        ),
        Rule(WORKER, (UPDATE,), columns=("ended_at", "ending")),
    )

    delegate_id = models.UUIDField()
    municipality = Reference("tenancy.Municipality", related_name="+", null=True)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    evidence = models.CharField(max_length=20, choices=DelegationEvidence.choices, blank=True)
    sectors = models.JSONField(default=list)
    client_ids = models.JSONField(default=list)
    may_consent = models.BooleanField(default=False)
    starts_on = models.DateField()
    until = models.DateField()
    principal_name = EncryptedTextField()
    delegate_name = EncryptedTextField(default="")
    subjects = models.JSONField(default=dict)
    given_at = models.DateTimeField(default=timezone.now)
    effective_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    prepared_by = models.UUIDField(null=True)
    prepared_by_name = models.CharField(max_length=60, blank=True)
    prepared_persons = models.JSONField(default=list)
    confirmed_by = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.CheckConstraint(name="delegation_term", condition=Q(until__gte=F("starts_on"))),
            models.CheckConstraint(name="delegation_to_another", condition=~Q(delegate_id=F("citizen"))),
            models.CheckConstraint(
                name="delegation_by_law_four_eyes",
                condition=Q(basis="voluntary")
                | Q(effective_at=None)
                | Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("prepared_by")),
            ),
        ]
        indexes = [
            models.Index(fields=["citizen"], name="delegation_citizen"),
            models.Index(fields=["delegate_id"], name="delegation_delegate"),
        ]

    def __str__(self) -> str:
        return f"{self.basis} {self.pk}"


class DelegateAct(ResidentModel):
    """What a delegate did in whose name. deed: as in the log of operations."""

    keeps = READ
    rules = (
        Rule(CITIZEN, (INSERT,), f"{BY_DELEGATE} AND delegate_id = {setting('user', 'uuid')}"),
        Rule(CITIZEN, READ, _AS_DELEGATE),
    )

    delegation_id = models.UUIDField()
    delegate_id = models.UUIDField()
    deed = models.CharField(max_length=40)
    recipient = models.CharField(max_length=120, blank=True)
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-happened_at"]
        indexes = [models.Index(fields=["citizen", "-happened_at"], name="delegate_act_citizen")]

    def __str__(self) -> str:
        return self.deed
