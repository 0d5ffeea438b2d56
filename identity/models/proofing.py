"""Proofings from afar: what was asked of a card or an upstream provider, and what came of it."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import APPEND, OWN_CITIZEN, UPDATE, Rule, setting
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import IDENTITY_BASE

CODE_VALID = timedelta(minutes=30)
"""Of an enrolment code that comes of a proofing from afar."""
MOST_TRIES = 5
_PROVED = "FROM identity_proofingattempt a WHERE a.proved_at = now()"
JUST_PROVED = f"{OWN_CITIZEN} AND EXISTS (SELECT 1 {_PROVED} AND a.citizen_id = {setting('citizen', 'uuid')})"
"""SQL: the transaction in which the open context's resident proved who she is. now() is when it began, so
that nothing she does later falls under it."""
NAMED_LIKE_PROVED = f"name_index = ANY (ARRAY (SELECT a.name_index {_PROVED}))"
"""SQL: whoever is named like the one who proves it in this very transaction, and born on that day."""


class ProofingAttempt(SystemModel):
    """One attempt, answered once. It becomes `proved_at` in the transaction that enrols.

    challenge_hash, starter_hash: SHA-256 of what the card signs and of what the starting browser or app
    keeps. confirmation_hash: of the digits that the card app shows and the waiting browser asks for.
    """

    rules = (
        Rule(
            IDENTITY_BASE,
            (*APPEND, UPDATE),
            columns=(
                *("answered_at", "proved_at", "citizen_id", "name_index", "refused_for"),
                *("confirmation_hash", "code_id", "tries", "taken_at"),
            ),
        ),
    )
    retention = Retention("expires_at", timedelta(days=1))

    method = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    challenge_hash = models.CharField(max_length=64, unique=True)
    starter_hash = models.CharField(max_length=64)
    by_app = models.BooleanField()
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    refused_for = models.CharField(max_length=20, blank=True)
    proved_at = models.DateTimeField(null=True)
    citizen_id = models.UUIDField(null=True)
    name_index = models.CharField(max_length=64, blank=True)
    code_id = models.UUIDField(null=True)
    confirmation_hash = models.CharField(max_length=64, blank=True)
    tries = models.SmallIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["proved_at"], condition=Q(proved_at__isnull=False), name="proofing_proved")
        ]

    def state(self, now: datetime) -> str:
        """waiting, checking, refused, proved, blocked (too many wrong digits) or expired."""
        if self.refused_for:
            return "refused"
        if self.proved_at:
            return "blocked" if self.tries >= MOST_TRIES else "proved" if self.stands(now) else "expired"
        if self.answered_at:
            return "checking" if self.expires_at > now else "expired"
        return "waiting" if self.expires_at > now else "expired"

    def stands(self, now: datetime) -> bool:
        """The digits are asked for as long as the code lives that they lead to."""
        return self.proved_at is not None and now < self.proved_at + CODE_VALID

    def __str__(self) -> str:
        return str(self.pk)
