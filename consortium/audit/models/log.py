"""Append-only logs: nobody may update or delete a row, a sealer chains them in batches."""

from django.db import models
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from consortium.tenancy.models import Identified, VisibleManager
from consortium.tenancy.policies import (
    INSERT,
    OWN_CITIZEN,
    OWN_MUNICIPALITY,
    REPRESENTED,
    SELECT,
    UPDATE,
    Rule,
    TableClass,
)
from consortium.tenancy.roles import APP, CITIZEN, IDENTITY_BASE, PORTAL_BASE, SECRETARIAT, WORKER

SEALER = Rule(WORKER, (SELECT, INSERT, UPDATE), columns=("seal_number",))
"""The worker reads whole logs, appends to them, and writes nothing in a row but the number of its seal."""

APPEND = (SELECT, INSERT)
_FRESH = "seal_number IS NULL"
"""Who could append a row that claims a seal would make a sound chain look broken."""
_ACCOUNTS = f"stream = 'accounts' AND municipality_id IS NULL AND citizen_id IS NULL AND {_FRESH}"
_NOT_IN_THE_BODYS_NAME = "actor_kind <> 'secretariat'"
"""The secretariat reads what it did itself; nobody else may write there."""


def _stream_is_owners() -> models.Q:
    """A row stands in the stream of whom it names: what a role may not read it cannot write into either."""
    resident = models.Q(stream=Concat(models.Value("citizen:"), Cast("citizen_id", models.TextField())))
    municipal = models.Q(
        stream=Concat(models.Value("municipality:"), Cast("municipality_id", models.TextField()))
    )
    return (
        models.Q(citizen_id__isnull=False) & resident
        | models.Q(citizen_id=None, municipality_id__isnull=False) & municipal
        | models.Q(citizen_id=None, municipality_id=None, stream__in=["accounts", "consortium"])
    )


class SealedLog(Identified):
    """stream: what is chained together ("consortium", "accounts", "municipality:10201", "citizen:<uuid>").

    Rows carry no foreign keys, so that the log outlives what it speaks of. seal_number is null until the
    row is sealed. The identifier is time-ordered and gives the order inside a batch.
    """

    table_class = TableClass.LOG

    stream = models.CharField(max_length=60)
    municipality_id = models.IntegerField(null=True)
    citizen_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField(default=timezone.now)
    seal_number = models.BigIntegerField(null=True)

    objects = VisibleManager()

    class Meta:
        abstract = True
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["stream", "id"], name="%(class)s_stream"),
            models.Index(fields=["municipality_id", "-id"], name="%(class)s_municipality"),
            models.Index(fields=["citizen_id", "-id"], name="%(class)s_citizen"),
            models.Index(fields=["stream"], name="%(class)s_unsealed", condition=models.Q(seal_number=None)),
        ]
        constraints = [models.CheckConstraint(condition=_stream_is_owners(), name="%(class)s_stream")]

    def __str__(self) -> str:
        return f"{self.stream} {self.id}"


class Event(SealedLog):
    """Who did what to what. detail holds identifiers and counts, never a resident's personal data."""

    rules = (
        SEALER,
        Rule(APP, (SELECT,), OWN_MUNICIPALITY),
        Rule(APP, (INSERT,), f"{OWN_MUNICIPALITY} AND {_NOT_IN_THE_BODYS_NAME} AND {_FRESH}"),
        Rule(CITIZEN, (SELECT,), OWN_CITIZEN),
        Rule(CITIZEN, (INSERT,), f"{REPRESENTED} AND {_NOT_IN_THE_BODYS_NAME} AND {_FRESH}"),
        Rule(SECRETARIAT, (INSERT,), f"citizen_id IS NULL AND {_FRESH}"),
        Rule(SECRETARIAT, (SELECT,), "stream = 'consortium' OR actor_kind = 'secretariat'"),
        Rule(PORTAL_BASE, (INSERT,), _ACCOUNTS),
        Rule(IDENTITY_BASE, (INSERT,), _ACCOUNTS),
    )

    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=80, blank=True)
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta(SealedLog.Meta):
        pass


class Seal(Identified):
    """One link of a stream's chain: digest = SHA-256(previous digest, log, number, digests of its rows).

    Streams name residents by their ids, so neither municipalities nor residents read this table.
    """

    table_class = TableClass.LOG
    rules = (
        Rule(WORKER, APPEND),
        Rule(SECRETARIAT, (SELECT,)),
    )

    log = models.CharField(max_length=60)
    stream = models.CharField(max_length=60)
    number = models.BigIntegerField()
    rows = models.IntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(default=timezone.now)

    objects = VisibleManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "stream", "number"], name="seal_number")]

    def __str__(self) -> str:
        return f"{self.log} {self.stream} {self.number}"
