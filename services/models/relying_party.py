"""Third-party services that authenticate residents: OpenID Connect clients, registered once for all."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.language import in_language
from consortium.tenancy.models import ConsortiumModel, Reference, SystemModel
from consortium.tenancy.policies import INSERT, READ, Rule
from consortium.tenancy.roles import IDENTITY_BASE, SECRETARIAT
from services.domain.sectors import ClientAuth

from .catalogue import Component, Sector


class AuthMethod(models.TextChoices):
    NONE = ClientAuth.NONE.value, _("なし(公開クライアント)")
    CLIENT_SECRET_BASIC = ClientAuth.CLIENT_SECRET_BASIC.value, _("共有鍵(Basic認証)")
    PRIVATE_KEY_JWT = ClientAuth.PRIVATE_KEY_JWT.value, _("秘密鍵による署名")


class RelyingPartyStatus(models.TextChoices):
    DRAFT = "draft", _("登録中")
    APPROVED = "approved", _("承認済")
    SUSPENDED = "suspended", _("停止中")


def new_client_id() -> str:
    return secrets.token_hex(16)


class RelyingParty(ConsortiumModel):
    """What a client is and may ask for. JSON columns hold lists of texts; `jwks` a set of *public* keys.

    `attributes` are keys of the attribute catalogue, always within what the sector permits. Secrets are
    kept in ClientSecret, which members cannot read.
    """

    rules = (Rule(IDENTITY_BASE, READ),)

    client_id = models.CharField(max_length=40, unique=True, default=new_client_id, editable=False)
    name_ja = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英語名称"), max_length=80)
    sector = models.CharField(_("分野"), max_length=20, choices=Sector.choices)
    component = Reference(Component, related_name="relying_parties", verbose_name=_("共通部品"))
    auth_method = models.CharField(_("クライアント認証"), max_length=30, choices=AuthMethod.choices)
    jwks = models.JSONField(_("公開鍵 (JWKS)"), default=dict, blank=True)
    redirect_uris = models.JSONField(_("リダイレクトURI"), default=list)
    post_logout_redirect_uris = models.JSONField(_("サインアウト後の戻り先URI"), default=list, blank=True)
    purpose_ja = models.CharField(_("利用目的"), max_length=200)
    purpose_en = models.CharField(_("利用目的(英語)"), max_length=200)
    attributes = models.JSONField(_("求める属性"), default=list)
    allowed_scopes = models.JSONField(default=list)
    contact = models.CharField(_("連絡先"), max_length=120)
    terms_url = models.URLField(_("利用規約のURL"), blank=True)
    privacy_url = models.URLField(_("プライバシーポリシーのURL"), blank=True)
    test = models.BooleanField(_("試験用"), default=False)
    status = models.CharField(
        max_length=20, choices=RelyingPartyStatus.choices, default=RelyingPartyStatus.DRAFT
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_ja, self.name_en)

    @property
    def purpose(self) -> str:
        return in_language(self.purpose_ja, self.purpose_en)

    @property
    def is_approved(self) -> bool:
        return self.status == RelyingPartyStatus.APPROVED


class ClientSecret(SystemModel):
    """SHA-256 (hex) of a random 256-bit secret; the secret itself is shown once and kept nowhere.

    Only the identity surface reads it and only the secretariat adds one, without being able to read it back.
    """

    rules = (Rule(IDENTITY_BASE, READ), Rule(SECRETARIAT, (INSERT,)))

    relying_party = Reference(RelyingParty, related_name="+")
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.relying_party_id)
