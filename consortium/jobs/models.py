"""Background jobs as rows: the broker only wakes a worker, what counts is written here."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import APPEND, INSERT, OWN_MUNICIPALITY, READ, SELECT, UPDATE, Rule
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import APP, REPORT, SECRETARIAT, WORKER

MAX_ATTEMPTS: Final = 5
REPORTS: Final = "reports"
"""Queue of the workers that run with the report login."""

PROGRESS_COLUMNS: Final = (
    "state",
    "lease_until",
    "fencing",
    "heartbeat_at",
    "attempts",
    "progress_done",
    "progress_total",
    "message",
    "error",
    "finished_at",
)
_ASKED = "state = 'queued' AND fencing = 0"
_OF_BODY = "municipality_id IS NULL"


def lease_length() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


class State(models.TextChoices):
    QUEUED = "queued", _("待機中")
    RUNNING = "running", _("実行中")
    DONE = "done", _("完了")
    FAILED = "failed", _("失敗")


class Job(SystemModel):
    """One run of one task. Queued and running rows hold a lease; when it is over the job is published anew.

    kind: name of the Celery task. run_key: asking twice with it gives the same job, per municipality.
    arguments: identifiers only. fencing: grows with each claim; who holds an older number can't write.
    message, error: codes, put into words by the page that shows them.
    """

    rules = (
        Rule(APP, READ, OWN_MUNICIPALITY),
        Rule(APP, (INSERT,), f"{OWN_MUNICIPALITY} AND {_ASKED}"),
        Rule(SECRETARIAT, READ, _OF_BODY),
        Rule(SECRETARIAT, (INSERT,), f"{_OF_BODY} AND {_ASKED}"),
        Rule(WORKER, (*APPEND, UPDATE)),
        Rule(REPORT, (SELECT, UPDATE), f"queue = '{REPORTS}'", columns=PROGRESS_COLUMNS),
    )
    retention = Retention(
        "finished_at",
        timedelta(days=30),
        only="queue = 'default' AND run_key ~ '^(housekeeping|files):'",
        only_columns=("queue", "run_key"),
    )

    kind = models.CharField(max_length=120)
    queue = models.CharField(max_length=20)
    run_key = models.CharField(max_length=120)
    municipality_id = models.IntegerField(null=True)
    requested_by = models.CharField(max_length=80)
    request_id = models.CharField(max_length=40, blank=True)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    lease_until = models.DateTimeField(null=True)
    fencing = models.BigIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality_id", "run_key"], nulls_distinct=False, name="job_run_key"
            ),
            models.CheckConstraint(
                name="job_lease_while_open",
                condition=models.Q(
                    state__in=["queued", "running"], lease_until__isnull=False, finished_at=None
                )
                | models.Q(state__in=["done", "failed"], finished_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["lease_until"], name="job_open", condition=models.Q(state__in=["queued", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in {State.QUEUED, State.RUNNING}

    @property
    def percent(self) -> int | None:
        """0–100, None while unknown."""
        return 100 * self.progress_done // self.progress_total if self.progress_total else None
