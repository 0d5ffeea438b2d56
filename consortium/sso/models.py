"""A municipality's own identity provider, and whose account each of its subjects is."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium import crypto
from consortium.membership.models import User
from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import OWN_USER, READ, Rule
from consortium.tenancy.roles import PORTAL_BASE

DEFAULT_SCOPES: Final = "openid email profile"


class Policy(models.TextChoices):
    OFF = "off", _("使わない")
    OPTIONAL = "optional", _("任意(パスワードやパスキーでもサインインできる)")
    REQUIRED = "required", _("必須(自治体のアカウントだけでサインインする)")


class SsoEntrance(TenantModel):
    """What the sign-in page must know before anybody has signed in: seen by all once it is open."""

    rules = (Rule(PORTAL_BASE, READ, "policy <> 'off'"),)

    policy = models.CharField(_("方針"), max_length=10, choices=Policy.choices, default=Policy.OFF)
    domains = models.JSONField(_("メールアドレスのドメイン"), default=list)
    """Lower-case domain names whose addresses the provider may speak for."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality"], name="sso_entrance_one")]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.policy}"

    @property
    def is_open(self) -> bool:
        return self.policy != Policy.OFF

    def covers(self, email: str) -> bool:
        return email.rpartition("@")[2].lower() in self.domains


class SsoConnection(TenantModel):
    """How the provider is reached and what its groups mean here.

    tested_at: when an administrator last came back from a test sign-in with these values; a change clears it.
    """

    issuer = models.CharField(_("発行者(issuer)のURL"), max_length=255)
    client_id = models.CharField(_("クライアントID"), max_length=255)
    encrypted_secret = models.TextField(blank=True)
    scopes = models.CharField(_("スコープ"), max_length=200, default=DEFAULT_SCOPES)
    groups_claim = models.CharField(_("グループのクレーム"), max_length=100, default="groups")
    groups_of_role = models.JSONField(default=dict)
    """Role key → groups as the provider names them. Empty: roles are given by hand here."""
    provisions = models.BooleanField(_("初めてのサインインでアカウントを作成する"), default=False)
    trusted_acr = models.JSONField(default=list)
    trusted_amr = models.JSONField(default=list)
    tested_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality"], name="sso_connection_one")]

    def __str__(self) -> str:
        return self.issuer

    @property
    def secret(self) -> str:
        return crypto.decrypt(self.encrypted_secret) if self.encrypted_secret else ""

    @secret.setter
    def secret(self, plain: str) -> None:
        self.encrypted_secret = crypto.encrypt(plain) if plain else ""


class SsoLink(TenantModel):
    """Whose account a subject of the municipality's provider is; of this municipality alone."""

    user = Reference(User, related_name="+")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "issuer", "subject"], name="sso_link_subject"),
            models.UniqueConstraint(fields=["municipality", "issuer", "user"], name="sso_link_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.issuer}"


class BreakGlass(TenantModel):
    """An administrator who may still sign in by password or passkey where the provider is required."""

    rules = (Rule(PORTAL_BASE, READ, OWN_USER),)

    user = Reference(User, related_name="+")
    named_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "user"], name="break_glass_once")]

    def __str__(self) -> str:
        return str(self.user_id)
