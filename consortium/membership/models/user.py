"""Accounts: one model, two kinds, never both in one row."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import SystemModel
from consortium.tenancy.policies import APPEND, READ, UPDATE, Rule
from consortium.tenancy.roles import IDENTITY_BASE, PORTAL_BASE, WORKER_BASE


class UserKind(models.TextChoices):
    STAFF = "staff", _("職員")
    RESIDENT = "resident", _("住民")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(kind=UserKind.STAFF, email__iexact=username)


class User(AbstractBaseUser, SystemModel):
    """Staff sign in by e-mail; a resident has neither e-mail nor password here, only her citizen's id.

    `language` is that of mails, and of pages on every device once it was chosen.
    `handle` is the WebAuthn user handle. `citizen_id` points to identity, which lies above this package.
    """

    rules = (
        Rule(PORTAL_BASE, (*APPEND, UPDATE), "kind = 'staff'"),
        Rule(IDENTITY_BASE, (*APPEND, UPDATE), "kind = 'resident'"),
        Rule(WORKER_BASE, READ, "kind = 'staff'"),
    )

    kind = models.CharField(max_length=10, choices=UserKind.choices, default=UserKind.STAFF)
    email = models.EmailField(_("メールアドレス"), unique=True, null=True)
    name = models.CharField(_("氏名"), max_length=60, blank=True)
    kana = models.CharField(_("氏名のふりがな"), max_length=60, blank=True)
    language = models.CharField(max_length=10, default="ja")
    language_is_chosen = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    handle = models.BinaryField(max_length=64, unique=True, null=True)
    citizen_id = models.UUIDField(unique=True, null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_is_of_one_kind",
                condition=models.Q(kind="staff", email__isnull=False, citizen_id__isnull=True)
                | models.Q(kind="resident", email__isnull=True, citizen_id__isnull=False, name=""),
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)

    def clean(self) -> None:
        self.email = self.email.lower() if self.email else None

    def get_full_name(self) -> str:
        return self.name

    @property
    def is_staff_member(self) -> bool:
        return self.kind == UserKind.STAFF

    def has_perm(self, *args: Any) -> bool:
        """Permissions belong to an Actor in a context, never to an account."""
        return False
