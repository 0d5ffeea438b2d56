"""Who serves where, in which role, from when to when; and how they are invited."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import ConsortiumModel, Reference, TenantModel
from consortium.tenancy.policies import OWN_USER, READ, Rule
from consortium.tenancy.retention import Retention
from consortium.tenancy.roles import PORTAL_BASE, SECRETARIAT, WORKER

from .user import User


def today() -> date:
    return timezone.localdate()


class Post(models.Model):
    user = Reference(User, related_name="+")
    role = models.CharField(_("役割"), max_length=40)
    starts_on = models.DateField(_("開始日"), default=today)
    ends_on = models.DateField(_("終了日"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class StaffPost(Post, TenantModel):
    """A person's role in one municipality. Everybody sees the own posts, whatever the municipality.

    The secretariat sees who administers a municipality, and nobody else of its staff.
    """

    rules = (
        Rule(PORTAL_BASE, READ, OWN_USER),
        Rule(SECRETARIAT, READ, "role = 'administrator'"),
    )

    department = models.CharField(_("課"), max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "user", "role"], condition=Q(ends_on=None), name="staff_post_once"
            )
        ]


class SecretariatPost(Post, ConsortiumModel):
    rules = (Rule(PORTAL_BASE, READ, OWN_USER), Rule(WORKER, READ))
    members_read = False

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(ends_on=None), name="secretariat_post_once"
            )
        ]


class Invitation(models.Model):
    """One-time link to an address. Only the token's SHA-256 is kept."""

    retention: ClassVar[Retention | None] = Retention("expires_at", timedelta(days=90))

    email = models.EmailField(_("メールアドレス"))
    name = models.CharField(_("氏名"), max_length=60)
    role = models.CharField(_("役割"), max_length=40)
    token_hash = models.CharField(max_length=64)
    invited_by = models.CharField(max_length=60)
    invited_by_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("有効期限"))
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.email

    @property
    def roles(self) -> list[str]:
        return [self.role]

    @property
    def begins_later(self) -> date | None:
        """The first day of the posts, if it is still to come."""
        return None

    @property
    def is_open(self) -> bool:
        return not self.accepted_at and not self.revoked_at and self.expires_at > timezone.now()


class StaffInvitation(Invitation, TenantModel):
    """The secretariat invites a new member's first administrator; administrators invite the rest."""

    rules = (Rule(SECRETARIAT, ("SELECT", "INSERT", "UPDATE"), "role = 'administrator'"),)

    kana = models.CharField(_("氏名のふりがな"), max_length=60, blank=True)
    department = models.CharField(_("課"), max_length=60, blank=True)
    also = models.JSONField(default=list)
    """Keys of further roles that go with the first."""
    starts_on = models.DateField(_("開始日"), null=True, blank=True)
    """Of the posts; when accepted later, they begin at acceptance."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "token_hash"], name="staff_invitation_token")
        ]

    @property
    def roles(self) -> list[str]:
        return [self.role, *self.also]

    @property
    def begins_later(self) -> date | None:
        return self.starts_on if self.starts_on and self.starts_on > today() else None


class SecretariatInvitation(Invitation, ConsortiumModel):
    """Found by its token before its holder has an account, in the secretariat's context."""

    members_read = False

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_hash"], name="secretariat_invitation_token")]
