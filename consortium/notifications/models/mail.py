"""The outbox: mails as rows, written in the transaction of what they tell and sent by the worker."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import DELETE, INSERT, OWN_USER, SELECT, WRITE, Rule
from consortium.tenancy.roles import IDENTITY_BASE, PORTAL_BASE, WORKER


class MailState(models.TextChoices):
    HELD = "held", _("まとめメール待ち")
    QUEUED = "queued", _("送信待ち")
    SENDING = "sending", _("送信中")
    SENT = "sent", _("送信済")
    DEAD = "dead", _("送信できず")


_FRESH = "state IN ('held', 'queued') AND attempts = 0 AND fencing = 0"


class Mail(SystemModel):
    """One mail to one address.

    payload: encrypted; see post.Letter, or digest.held_payload while it is held. Emptied once it is sent.
    The Message-ID is made of the row's id, so that it is the same at every attempt. lease_until, fencing: as
    of a job; a mail that is SENDING when its lease is over is sent again. once: keeps a second mail of the
    same purpose away (one digest per period). error: an SMTP status or a code of ours, never the server's
    words, which repeat the address.
    """

    rules = (
        Rule(PORTAL_BASE, (INSERT,), _FRESH),
        Rule(IDENTITY_BASE, (INSERT,), _FRESH),
        Rule(
            PORTAL_BASE,
            (SELECT, DELETE),
            f"state = 'held' AND {OWN_USER}",
            read_columns=("id", "state", "user_id", "notice_id"),
        ),
        Rule(WORKER, WRITE),
    )

    kind = models.CharField(max_length=80)
    payload = models.TextField()
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.QUEUED)
    urgent = models.BooleanField(default=False)
    user_id = models.UUIDField(null=True)
    municipality_id = models.IntegerField(null=True)
    notice_id = models.UUIDField(null=True)
    once = models.CharField(max_length=120, null=True, unique=True)
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
                name="mail_lease_while_sending",
                condition=~models.Q(state="sending") | models.Q(lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="mail_emptied_when_sent", condition=~models.Q(state="sent") | models.Q(payload="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["-urgent", "due_at"],
                name="mail_open",
                condition=models.Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["user_id"], name="mail_held", condition=models.Q(state="held")),
            models.Index(fields=["ended_at"], name="mail_ended", condition=models.Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
