"""Notices: announced in the transaction of what they tell, spread by the worker to each reader's inbox."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Identified, Reference, SystemModel, VisibleManager
from consortium.tenancy.policies import (
    DELETE,
    INSERT,
    OWN_MUNICIPALITY,
    OWN_USER,
    READ,
    SELECT,
    UPDATE,
    WRITE,
    Rule,
    TableClass,
)
from consortium.tenancy.roles import APP, PORTAL_BASE, REPORT, SECRETARIAT, WORKER

_OF_NOBODY = "municipality_id IS NULL"
_OF_ACCOUNT = f"{_OF_NOBODY} AND NOT of_secretariat"
_PAST_KEEPING = "created_at < now() - interval '90 days'"
"""What the worker may clear away in all municipalities at once; NOTICE_DAYS cannot be less."""


class Announcement(SystemModel):
    """Something happened and somebody is to know; gone once it is spread.

    municipality_id: where it happened and where its readers serve; None for the secretariat and for accounts
    as such. users, permission, topic: see Audience. failed: a fault of ours keeps it from being spread.
    """

    rules = (
        Rule(PORTAL_BASE, (INSERT,), _OF_NOBODY),
        Rule(REPORT, (INSERT,), _OF_NOBODY),
        Rule(APP, (INSERT,), OWN_MUNICIPALITY),
        Rule(SECRETARIAT, (INSERT,)),
        Rule(WORKER, WRITE),
    )

    kind = models.CharField(max_length=80)
    municipality_id = models.IntegerField(null=True)
    users = ArrayField(models.UUIDField(), default=list)
    permission = models.CharField(max_length=80, blank=True)
    topic = models.CharField(max_length=120, blank=True)
    by = models.CharField(max_length=80, blank=True)
    values = models.JSONField(default=dict)
    target = models.JSONField(default=dict)
    failed = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.kind


class Watch(SystemModel):
    """A municipality wants to know about a topic, e.g. a plan of another one that it adopted.

    The watcher writes it, in its own context. The source knows nothing of it; the worker matches both.
    """

    rules = (Rule(APP, (INSERT, SELECT, DELETE), OWN_MUNICIPALITY), Rule(WORKER, READ))

    municipality_id = models.IntegerField()
    topic = models.CharField(max_length=120)
    permission = models.CharField(max_length=80)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality_id", "topic"], name="watch_once")]
        indexes = [models.Index(fields=["topic"], name="watch_topic")]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.topic}"


class Notice(Identified):
    """One line of one person's inbox; values and target as in the announcement.

    A municipality's row, seen by its reader there and nowhere else; so is the secretariat's. One of neither
    is of the account, seen wherever its holder is. Nobody but the worker writes one, readers mark it as read.
    """

    table_class = TableClass.TENANT
    keeps = ()
    rules = (
        Rule(APP, READ, f"{OWN_MUNICIPALITY} AND {OWN_USER}"),
        Rule(APP, (UPDATE,), f"{OWN_MUNICIPALITY} AND {OWN_USER}", columns=("read_at",)),
        Rule(PORTAL_BASE, READ, f"{_OF_ACCOUNT} AND {OWN_USER}"),
        Rule(PORTAL_BASE, (UPDATE,), f"{_OF_ACCOUNT} AND {OWN_USER}", columns=("read_at",)),
        Rule(SECRETARIAT, READ, f"{_OF_NOBODY} AND {OWN_USER}"),
        Rule(SECRETARIAT, (UPDATE,), f"{_OF_NOBODY} AND {OWN_USER}", columns=("read_at",)),
        Rule(WORKER, (SELECT, INSERT), OWN_MUNICIPALITY),
        Rule(WORKER, (SELECT, INSERT), _OF_NOBODY),
        Rule(WORKER, (SELECT, DELETE), _PAST_KEEPING),
    )

    municipality = Reference("tenancy.Municipality", related_name="+", null=True)
    of_secretariat = models.BooleanField(default=False)
    user = Reference("membership.User", related_name="+")
    kind = models.CharField(max_length=80)
    category = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    target = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = VisibleManager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["municipality", "user", "-created_at"], name="notice_inbox"),
            models.Index(
                fields=["municipality", "user"], name="notice_unread", condition=models.Q(read_at=None)
            ),
            models.Index(fields=["created_at"], name="notice_age"),
        ]

    def __str__(self) -> str:
        return self.kind


class Rhythm(models.TextChoices):
    DAILY = "daily", _("毎開庁日の朝")
    WEEKLY = "weekly", _("週の最初の開庁日の朝")


class Preferences(SystemModel):
    """channels: category → channel, where it is not the category's default.

    The whole portal may write a row: the unsubscribe link speaks for an account that is not signed in.
    """

    rules = (Rule(PORTAL_BASE, (SELECT, INSERT, UPDATE)), Rule(WORKER, READ))

    user = Reference("membership.User", related_name="+")
    channels = models.JSONField(default=dict)
    rhythm = models.CharField(
        _("まとめメールの間隔"), max_length=10, choices=Rhythm.choices, default=Rhythm.DAILY
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="preferences_once")]

    def __str__(self) -> str:
        return str(self.user_id)
