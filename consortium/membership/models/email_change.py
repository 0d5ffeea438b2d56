"""Another address to sign in with: asked for, proved by its mailbox, and stopped from the old one."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, SystemModel
from consortium.tenancy.policies import APPEND, UPDATE, Rule
from consortium.tenancy.roles import PORTAL_BASE

from .user import User

PROOF_LASTS = timedelta(hours=24)
STOP_LASTS = timedelta(hours=72)
SETTLES_AFTER = timedelta(days=14)
"""So long no recovery goes to an address that was changed: its owner may be away while she could stop it."""


class EmailChange(SystemModel):
    """Two links go out, each kept as its SHA-256: to the new address to prove it, to the old one to stop it.

    A system table: the old address's link is opened by somebody who is not signed in.
    """

    rules = (Rule(PORTAL_BASE, (*APPEND, UPDATE)),)

    user = Reference(User, related_name="+")
    old_email = models.EmailField()
    new_email = models.EmailField(_("新しいメールアドレス"))
    proof_hash = models.CharField(max_length=64, unique=True)
    stop_hash = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField(default=timezone.now)
    proved_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(proved_at=None, stopped_at=None), name="email_change_one_open"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def can_be_proved(self) -> bool:
        open_ = self.proved_at is None and self.stopped_at is None
        return open_ and timezone.now() < self.asked_at + PROOF_LASTS

    @property
    def can_be_stopped(self) -> bool:
        """Also for some time after it has taken effect."""
        return self.stopped_at is None and timezone.now() < (self.proved_at or self.asked_at) + STOP_LASTS
