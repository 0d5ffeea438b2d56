"""Getting back in when every way of signing in is lost: two people, neither of them the one concerned."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import ConsortiumModel, Reference, TenantModel
from consortium.tenancy.policies import OWN_USER, READ, Rule
from consortium.tenancy.roles import PORTAL_BASE, SECRETARIAT

from .user import User

CONFIRM_WITHIN = 3
"""Open days, of the municipality where it is opened."""
LINK_LASTS = timedelta(hours=24)


def in_some_days() -> datetime:
    return timezone.now() + timedelta(days=CONFIRM_WITHIN)


class Recovery(models.Model):
    """Opened with a reason, confirmed by a second person, used once by the person concerned.

    The person sees it when signed in and can stop it: who is signed in has lost nothing.
    """

    user = Reference(User, related_name="+")
    reason = models.CharField(_("理由"), max_length=500)
    opened_by_id = models.UUIDField()
    opened_by_name = models.CharField(max_length=60)
    opened_for_id = models.UUIDField(null=True)
    """The principal, where a deputy opened it: she has then done her part."""
    opened_at = models.DateTimeField(default=timezone.now)
    waits_until = models.DateTimeField(_("確認の期限"), default=in_some_days)
    confirmed_by_id = models.UUIDField(null=True)
    confirmed_by_name = models.CharField(max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    token_hash = models.CharField(max_length=64, null=True, unique=True)
    used_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_two_people",
                condition=~Q(opened_by_id=F("user"))
                & (
                    Q(confirmed_by_id=None)
                    | (~Q(confirmed_by_id=F("user")) & ~Q(confirmed_by_id=F("opened_by_id")))
                )
                & (Q(confirmed_by_id=None) | Q(opened_for_id=None) | ~Q(confirmed_by_id=F("opened_for_id"))),
            ),
            models.CheckConstraint(
                name="%(class)s_confirmed",
                condition=Q(confirmed_at=None, confirmed_by_id=None, token_hash=None)
                | Q(confirmed_at__isnull=False, confirmed_by_id__isnull=False, token_hash__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def waits(self) -> bool:
        """For its second person."""
        return timezone.now() < self.waits_until and not (self.confirmed_at or self.stopped_at)

    @property
    def can_be_used(self) -> bool:
        if self.confirmed_at is None or self.used_at or self.stopped_at:
            return False
        return timezone.now() < self.confirmed_at + LINK_LASTS


class StaffRecovery(Recovery, TenantModel):
    """Of somebody who serves in a municipality; the secretariat helps where no second administrator is.

    It sees those in which it decides, and no others. needs_secretariat: as it was when the recovery was
    opened; where the second administrator left since, it is stopped and opened anew.
    """

    rules = (
        Rule(SECRETARIAT, ("SELECT", "INSERT", "UPDATE"), "needs_secretariat"),
        Rule(PORTAL_BASE, READ, OWN_USER),
    )

    needs_secretariat = models.BooleanField(default=False)

    class Meta(Recovery.Meta):
        pass


class SecretariatRecovery(Recovery, ConsortiumModel):
    rules = (Rule(PORTAL_BASE, READ, OWN_USER),)
    members_read = False

    class Meta(Recovery.Meta):
        pass
