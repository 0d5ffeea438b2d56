"""The outbox of back-channel logout: what services still have to hear, and whether they heard it."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import INSERT, READ, SELECT, UPDATE, Rule
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import IDENTITY_BASE, SECRETARIAT, WORKER


class LogoutState(models.TextChoices):
    QUEUED = "queued", _("通知待ち")
    SENDING = "sending", _("通知中")
    DELIVERED = "delivered", _("通知済")
    DEAD = "dead", _("通知できず")


class LogoutCause(models.TextChoices):
    SIGNED_OUT = "signed_out", _("サインアウト")
    WITHDRAWN = "withdrawn", _("同意の撤回")
    CREDENTIAL = "credential", _("認証手段の失効")
    SUSPENDED = "suspended", _("デジタルIDの一時停止")
    CLOSED = "closed", _("デジタルIDの廃止")
    NARROWED = "narrowed", _("同意の一部の撤回")
    ANSWERED = "answered", _("同意の依頼への回答")


_QUEUED = "state = 'queued' AND attempts = 0 AND fencing = 0"
STATUS = ("id", "client_id", "cause", "state", "attempts", "due_at", "error", "created_at", "ended_at")


class LogoutNotice(SystemModel):
    """One service has to end what it opened at one sign-in (OpenID Connect Back-Channel Logout 1.0).

    Written in the transaction that ends the session, sent by the worker. subject: the sector pseudonym.
    sid: as the service knows it; empty for all of the resident's sessions there. lease_until, fencing: as of
    a job; what is SENDING when its lease is over is sent again. error: an HTTP status or a code of ours.
    change: of a change of consent instead, which goes to another address of the service as a security event
    token (identity.consent_events): kind of event, and what it says.
    The secretariat sees how it goes, not whom it is about.
    """

    rules = (
        Rule(IDENTITY_BASE, (INSERT,), _QUEUED),
        Rule(WORKER, READ),
        Rule(WORKER, (INSERT,), _QUEUED),
        Rule(
            WORKER,
            (UPDATE,),
            columns=("state", "attempts", "due_at", "lease_until", "fencing", "error", "ended_at"),
        ),
        Rule(SECRETARIAT, (SELECT,), read_columns=STATUS),
    )
    retention = Retention("ended_at", timedelta(days=30))

    client_id = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    sid = models.CharField(max_length=43, blank=True)
    change = models.JSONField(null=True)
    cause = models.CharField(max_length=20, choices=LogoutCause.choices)
    state = models.CharField(max_length=10, choices=LogoutState.choices, default=LogoutState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    fencing = models.BigIntegerField(default=0)
    error = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="logout_lease_while_sending",
                condition=~models.Q(state="sending") | models.Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="logout_ended_whole",
                condition=models.Q(state__in=["queued", "sending"], ended_at=None)
                | models.Q(state__in=["delivered", "dead"], ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="logout_open",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["client_id", "-created_at"], name="logout_of_client"),
            models.Index(
                fields=["ended_at"], name="logout_ended", condition=models.Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.state}"
