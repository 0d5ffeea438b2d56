"""Services ask for consent; residents answer when they like, and hear of it where they want to."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import INSERT, OWN_CITIZEN, READ, SELECT, UPDATE, Rule, setting
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import CITIZEN, IDENTITY_BASE, WORKER

from .base import ResidentModel
from .fields import EncryptedTextField

NOBODY = f"{setting('citizen', 'uuid')} IS NULL"
"""The identity surface speaking for no resident: her own role inherits what its base role may do."""


class RequestKind(models.TextChoices):
    ASKED = "asked", _("サービスからの依頼")
    APPROVAL = "approval", _("毎回の確認")
    PURPOSE = "purpose", _("利用目的の変更")


class Answer(models.TextChoices):
    GRANTED = "granted", _("同意")
    REFUSED = "refused", _("同意しない")


class ConsentRequest(SystemModel):
    """A service would like to be allowed something; until she answers, nothing follows from it.

    It names her as the service does, by `subject`, and is taken down whether or not there is such a resident:
    the worker finds out, later, and fills in `citizen_id`. So an unknown name is answered as a known one is,
    and waits until it expires. recipient and purpose: the words she reads, as of the asking, as purpose_key
    is. until: the end that the service wishes. consent_id: of `APPROVAL` the consent that is to be used once
    more; of `PURPOSE` the one to `former_purpose`; once granted, what came of it. granted: attributes that
    she granted.
    """

    rules = (
        Rule(IDENTITY_BASE, READ, NOBODY),
        Rule(IDENTITY_BASE, (INSERT,), f"{NOBODY} AND citizen_id IS NULL AND answer = ''"),
        Rule(CITIZEN, (SELECT, INSERT), OWN_CITIZEN),
        Rule(CITIZEN, (UPDATE,), OWN_CITIZEN, columns=("answer", "answered_at", "granted", "consent_id")),
        Rule(WORKER, (SELECT, INSERT)),
        Rule(WORKER, (UPDATE,), columns=("citizen_id", "delivered_at")),
    )
    retention = Retention("expires_at", timedelta(days=90))

    client_id = models.CharField(max_length=40)
    subject = models.CharField(max_length=64)
    key = models.CharField(max_length=80)
    body_hash = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=10, choices=RequestKind.choices, default=RequestKind.ASKED)
    recipient = models.CharField(max_length=120)
    purpose = models.TextField(max_length=1000)
    purpose_key = models.CharField(max_length=32, blank=True)
    former_purpose = models.TextField(max_length=1000, blank=True)
    attributes = models.JSONField(default=list)
    until = models.DateTimeField()
    citizen_id = models.UUIDField(null=True)
    consent_id = models.UUIDField(null=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    granted = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["client_id", "key"], name="consentrequest_once"),
            models.CheckConstraint(
                name="consentrequest_answered_whole",
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["citizen_id", "-created_at"], name="consentrequest_citizen"),
            models.Index(fields=["client_id", "subject"], name="consentrequest_subject"),
            models.Index(
                fields=["created_at"], name="consentrequest_new", condition=Q(delivered_at__isnull=True)
            ),
            models.Index(fields=["expires_at"], name="consentrequest_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind}"


class ContactAddress(ResidentModel):
    """Where she wants to be told that there is something to read: never what. She alone sees it.

    wished: an address that counts, in place of the present one, once the link that was sent to it is opened.
    code_hash: SHA-256 (hex) of that link's secret.
    """

    rules = (Rule(WORKER, READ),)

    address = EncryptedTextField(_("メールアドレス"), blank=True)
    wished = EncryptedTextField(blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen"], name="contactaddress_one")]

    def __str__(self) -> str:
        return str(self.pk)
