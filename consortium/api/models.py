"""What was answered to a request that may come again."""

from datetime import timedelta
from typing import Final

from django.db import models

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import DELETE, OWN_MUNICIPALITY, SELECT, Rule
from consortium.tenancy.roles import APP, IDENTITY_BASE, SECRETARIAT, WORKER

KEPT: Final = timedelta(hours=24)
_OF_BODY = "municipality_id IS NULL"
_OVER = f"created_at < now() - interval '{int(KEPT.total_seconds())} seconds'"
_COMMANDS = (SELECT, "INSERT", DELETE)


class IdempotencyKey(SystemModel):
    """One answer, under the key its caller chose; municipality_id is null in the secretariat's context, and
    for services (`client:…`).

    answer: encrypted JSON of status, headers and body, since it may hold names and addresses. fingerprint:
    SHA-256 (hex) of method, address and body. The worker sees what is due to be purged, nothing else.
    """

    rules = (
        Rule(APP, _COMMANDS, OWN_MUNICIPALITY),
        Rule(SECRETARIAT, _COMMANDS, _OF_BODY),
        Rule(IDENTITY_BASE, _COMMANDS, f"{_OF_BODY} AND caller LIKE 'client:%'"),
        Rule(WORKER, (SELECT, DELETE), _OVER, read_columns=("id", "created_at")),
    )

    municipality_id = models.IntegerField(null=True)
    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    answer = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality_id", "caller", "key"], nulls_distinct=False, name="idempotency_key_once"
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return self.key
