"""A municipality's own identity provider, and whose account each of its subjects is."""

from typing import Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium import crypto
from consortium.membership.models import User
from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import (
    DELETE,
    INSERT,
    OWN_MUNICIPALITY,
    OWN_USER,
    READ,
    SELECT,
    UPDATE,
    Rule,
)
from consortium.tenancy.roles import APP, PORTAL_BASE, SECRETARIAT

DEFAULT_SCOPES: Final = "openid email profile"


class Policy(models.TextChoices):
    OFF = "off", _("使わない")
    OPTIONAL = "optional", _("任意(パスワードやパスキーでもサインインできる)")
    REQUIRED = "required", _("必須(自治体のアカウントだけでサインインする)")


class SsoEntrance(TenantModel):
    """What the sign-in page must know before anybody has signed in: seen by all once it is open.

    The secretariat shuts it with the last domain.
    """

    rules = (
        Rule(PORTAL_BASE, READ, "policy <> 'off'"),
        Rule(SECRETARIAT, READ),
        Rule(SECRETARIAT, (UPDATE,), columns=("policy",)),
    )

    policy = models.CharField(_("方針"), max_length=10, choices=Policy.choices, default=Policy.OFF)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality"], name="sso_entrance_one")]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.policy}"

    @property
    def is_open(self) -> bool:
        return self.policy != Policy.OFF


class DomainState(models.TextChoices):
    WAITING = "waiting", _("事務局の確認待ち")
    CONFIRMED = "confirmed", _("確認済み")
    REFUSED = "refused", _("認められていません")


class SsoDomain(TenantModel):
    """A domain whose addresses a municipality wants its provider to speak for, in lower case.

    The municipality asks and takes back; only the secretariat says yes, to one municipality for each domain.
    While it waits, decided_at, decided_by and reason are those of an earlier refusal.
    """

    keeps = ()
    rules = (
        Rule(APP, (SELECT, DELETE), OWN_MUNICIPALITY),
        Rule(APP, (INSERT,), f"{OWN_MUNICIPALITY} AND state = 'waiting'"),
        Rule(PORTAL_BASE, READ, "state = 'confirmed'"),
        Rule(SECRETARIAT, READ),
        Rule(SECRETARIAT, (UPDATE,), columns=("state", "decided_at", "decided_by", "reason")),
    )

    domain = models.CharField(_("ドメイン"), max_length=253)
    state = models.CharField(max_length=10, choices=DomainState.choices, default=DomainState.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.CharField(max_length=60)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "domain"], name="sso_domain_asked_once"),
            models.UniqueConstraint(
                fields=["domain"], condition=models.Q(state="confirmed"), name="sso_domain_of_one"
            ),
        ]

    def __str__(self) -> str:
        return self.domain


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
    def identity(self) -> list[str]:
        """Whose word it is, and to whom: what one pair has said counts under no other."""
        return [self.issuer, self.client_id]

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
