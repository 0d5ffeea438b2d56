"""A resident asks about one use of her data, or for a correction; who has to answer, and what was said."""

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, SystemModel
from consortium.tenancy.policies import (
    APPEND,
    INSERT,
    OWN_CITIZEN,
    OWN_MUNICIPALITY,
    READ,
    SELECT,
    UPDATE,
    Rule,
)
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import APP, CITIZEN, IDENTITY_BASE, SECRETARIAT, WORKER

from .base import ResidentModel
from .fields import EncryptedTextField


class InquirySubject(models.TextChoices):
    DISCLOSURE = "disclosure", _("サービスへの情報の提供")
    STAFF_ACCESS = "staff_access", _("職員による取扱い")
    CORRECTION = "correction", _("登録情報の訂正")


class InquiryState(models.TextChoices):
    """As in domain.inquiry."""

    RECEIVED = "received", _("受付済")
    ASKED = "asked", _("事業者へ照会中")
    ANSWERED = "answered", _("回答済")
    CLOSED = "closed", _("終了")


class InquiryAuthor(models.TextChoices):
    RESIDENT = "resident", _("本人")
    MUNICIPALITY = "municipality", _("市区町村")
    SERVICE = "service", _("サービスの事業者")


_DATES = ("received_at", "due_on", "asked_at", "answered_at", "closed_at", "reminded_on", "escalated_on")
_DEADLINES = ("due_on", "reminded_on", "escalated_on")
_ABOUT = ("id", "municipality_id", "subject", "client_id", "recipient", "state")


class Inquiry(ResidentModel):
    """Answered by the municipality that handles it: of an access by staff, the one whose staff it was.

    It stays with that one after a move, since nobody else can answer. subject_id: the disclosure or the
    audit event. may_forward: she agrees that the service's operator reads her words. The secretariat sees
    that an answer is overdue, and neither whose it is nor a word of it.
    """

    keeps = APPEND
    rules = (
        Rule(CITIZEN, (UPDATE,), OWN_CITIZEN, columns=("state", "answered_at", "closed_at", *_DEADLINES)),
        Rule(APP, (SELECT, UPDATE), OWN_MUNICIPALITY, columns=("state", "asked_at", "answered_at")),
        Rule(SECRETARIAT, READ, "escalated_on IS NOT NULL", read_columns=(*_ABOUT, *_DATES)),
        Rule(
            WORKER,
            (SELECT, UPDATE),
            OWN_MUNICIPALITY,
            columns=("reminded_on", "escalated_on"),
            read_columns=(*_ABOUT, *_DATES),
        ),
    )

    municipality = Reference("tenancy.Municipality", related_name="+")
    subject = models.CharField(max_length=20, choices=InquirySubject.choices)
    subject_id = models.UUIDField(null=True)
    client_id = models.CharField(max_length=80, blank=True)
    recipient = models.CharField(max_length=120)
    happened_at = models.DateTimeField(null=True)
    attributes = models.JSONField(default=list)
    may_forward = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=InquiryState.choices, default=InquiryState.RECEIVED)
    received_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)
    escalated_on = models.DateField(null=True)

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["citizen", "subject", "subject_id"],
                condition=~models.Q(state="closed") & models.Q(subject_id__isnull=False),
                name="inquiry_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["citizen", "-received_at"], name="inquiry_citizen"),
            models.Index(fields=["municipality", "state", "due_on"], name="inquiry_municipality"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class InquiryMessage(ResidentModel):
    """author_name: of the municipality or the service; no person is named."""

    keeps = APPEND
    rules = (Rule(APP, APPEND, OWN_MUNICIPALITY),)

    inquiry = Reference(Inquiry, related_name="messages")
    municipality = Reference("tenancy.Municipality", related_name="+")
    author = models.CharField(max_length=20, choices=InquiryAuthor.choices)
    author_name = models.CharField(max_length=120, blank=True)
    text = EncryptedTextField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["sent_at", "id"]
        indexes = [models.Index(fields=["inquiry", "sent_at"], name="inquiry_message")]

    def __str__(self) -> str:
        return str(self.pk)


class InquiryLink(SystemModel):
    """One-time address under which a service's operator reads and answers one inquiry, kept as a hash.

    Found before it is known whose inquiry it is: a system table. attempts: how often it was opened.
    """

    rules = (
        Rule(APP, (INSERT,), OWN_MUNICIPALITY),
        Rule(IDENTITY_BASE, (SELECT, UPDATE), columns=("used_at",)),
    )
    retention = Retention("expires_at", timedelta(days=30))

    token_hash = models.CharField(max_length=64, unique=True)
    inquiry_id = models.UUIDField()
    citizen_id = models.UUIDField()
    municipality_id = models.IntegerField()
    client_id = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)
