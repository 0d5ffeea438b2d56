"""One-time codes that a resident hands to somebody who could not find her otherwise."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import INSERT, OWN_CITIZEN, SELECT, UPDATE, Rule
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import APP, CITIZEN

from .base import lives_here

_KNOWN = "code_hash = NULLIF(current_setting('app.code', true), '')"
"""The database shows a code's row to whom names its hash, within that transaction: knowing is the right."""
_MOVE_OF = (
    "EXISTS (SELECT FROM identity_handovercode c WHERE c.citizen_id = {table}.citizen_id AND c.kind = 'move'"
    " AND c.used_at IS NULL AND c.expires_at > now())"
)
KNOWS_MOVE_CODE = f"NULLIF(current_setting('app.code', true), '') IS NOT NULL AND {_MOVE_OF}"
"""Rows of who has handed over a code for her move, which the transaction names; {table}: its name."""


class HandoverKind(models.TextChoices):
    MOVE = "move", _("転入の手続")
    DELEGATE = "delegate", _("代理人の指定")


class HandoverCode(SystemModel):
    """Of a resident who moves, for her new municipality; of a delegate-to-be, for whom she shall act for.

    80 random bits, kept as a hash. A row is found by the code alone.
    """

    rules = (
        Rule(APP, (INSERT,), lives_here("identity_handovercode")),
        Rule(APP, (SELECT, UPDATE), _KNOWN, columns=("used_at",)),
        Rule(CITIZEN, (INSERT,), OWN_CITIZEN),
        Rule(CITIZEN, (SELECT, UPDATE), _KNOWN, columns=("used_at",)),
    )
    retention = Retention("expires_at", timedelta(days=30))

    kind = models.CharField(max_length=10, choices=HandoverKind.choices)
    code_hash = models.CharField(max_length=64, unique=True)
    citizen_id = models.UUIDField(db_index=True)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)
