"""Authorization requests that services pushed ahead of the resident's browser (RFC 9126)."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import APPEND, UPDATE, Rule
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import IDENTITY_BASE


class PushedRequest(SystemModel):
    """Known by the hash of its `request_uri`. parameters: name -> value, checked when they were pushed.

    It has to be opened until expires_at, and is answered once, however long her sign-in and her decision
    take in between.
    """

    rules = (Rule(IDENTITY_BASE, (*APPEND, UPDATE), columns=("answered_at",)),)
    retention = Retention("expires_at", timedelta(hours=1))

    uri_hash = models.CharField(max_length=64, unique=True)
    client_id = models.CharField(max_length=40)
    parameters = models.JSONField()
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)
