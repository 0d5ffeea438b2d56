"""Third-party services that authenticate residents: OpenID Connect clients, registered once for all."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.language import in_language
from consortium.tenancy.models import ConsortiumModel, Reference, SystemModel
from consortium.tenancy.policies import INSERT, READ, SELECT, UPDATE, Rule
from consortium.tenancy.roles import IDENTITY_BASE, SECRETARIAT
from services.domain.policy import ClientSettings, Shortfall, shortfalls
from services.domain.purpose import purpose_key
from services.domain.scopes import MachineScope
from services.domain.sectors import ClientAuth, GrantType, SigningAlg, sector

from .catalogue import Component, Sector


class AuthMethod(models.TextChoices):
    NONE = ClientAuth.NONE.value, _("なし(公開クライアント)")
    CLIENT_SECRET_BASIC = ClientAuth.CLIENT_SECRET_BASIC.value, _("共有鍵(Basic認証)")
    PRIVATE_KEY_JWT = ClientAuth.PRIVATE_KEY_JWT.value, _("秘密鍵による署名")


class GrantTypes(models.TextChoices):
    AUTHORIZATION_CODE = GrantType.AUTHORIZATION_CODE.value, _("住民のサインイン")
    REFRESH_TOKEN = GrantType.REFRESH_TOKEN.value, _("サインイン後の継続利用(更新トークン)")
    CLIENT_CREDENTIALS = GrantType.CLIENT_CREDENTIALS.value, _("サービス自身によるAPIの利用")


class SigningAlgorithm(models.TextChoices):
    ES256 = SigningAlg.ES256.value, "ES256"
    EDDSA = SigningAlg.EDDSA.value, "EdDSA"
    PS256 = SigningAlg.PS256.value, "PS256"
    RS256 = SigningAlg.RS256.value, "RS256"


class MachineScopes(models.TextChoices):
    COMPONENTS_READ = MachineScope.COMPONENTS_READ.value, _("共通部品の目録を読む")
    MUNICIPALITIES_READ = MachineScope.MUNICIPALITIES_READ.value, _("自治体の一覧を読む")
    CONSENTS_REQUEST = MachineScope.CONSENTS_REQUEST.value, _("住民に同意を依頼する")
    SIGNATURES_VERIFY = MachineScope.SIGNATURES_VERIFY.value, _("住民の署名を検証する")


class RelyingPartyStatus(models.TextChoices):
    DRAFT = "draft", _("承認待ち")
    APPROVED = "approved", _("承認済")
    SUSPENDED = "suspended", _("停止中")


def default_grant_types() -> list[str]:
    return [GrantType.AUTHORIZATION_CODE.value]


def new_client_id() -> str:
    return secrets.token_hex(16)


class RelyingParty(ConsortiumModel):
    """What a client is and may ask for. JSON columns hold lists of texts; `jwks` a set of *public* keys.

    `attributes` are keys of the attribute catalogue, always within what the sector permits. `allowed_scopes`
    is what it may ask for in its own name (client_credentials). `rs256_reason` says why it can do no better.
    `registered_by` holds the account ids of those who stand behind the registration, `suspended_by` of those
    who suspended it last. purpose_version: grows with each change of the purpose in any language.
    No token issued before `tokens_not_before` is worth anything. Secrets are kept in ClientSecret, which
    members cannot read. The names of the protocol's settings are those of RFC 7591 and its extensions.
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
    purpose_version = models.PositiveIntegerField(default=1, editable=False)
    attributes = models.JSONField(_("求める属性"), default=list)
    allowed_scopes = models.JSONField(_("サービス自身に認める範囲"), default=list, blank=True)
    grant_types = models.JSONField(_("利用方法"), default=default_grant_types)
    require_pushed_authorization_requests = models.BooleanField(_("認可要求の事前送信 (PAR)"), default=False)
    dpop_bound_access_tokens = models.BooleanField(_("トークンの鍵への結び付け (DPoP)"), default=False)
    id_token_signed_response_alg = models.CharField(
        _("IDトークンの署名方式"),
        max_length=10,
        choices=SigningAlgorithm.choices,
        default=SigningAlgorithm.ES256,
    )
    userinfo_signed_response_alg = models.CharField(
        _("属性の応答の署名方式"), max_length=10, choices=SigningAlgorithm.choices, blank=True
    )
    rs256_reason = models.CharField(_("RS256が必要な理由"), max_length=200, blank=True)
    backchannel_logout_uri = models.CharField(_("サインアウトの通知先URI"), max_length=500, blank=True)
    backchannel_logout_session_required = models.BooleanField(
        _("サインアウトの通知にセッション識別子を含める"), default=False
    )
    consent_events_uri = models.CharField(_("同意の変更の通知先URI"), max_length=500, blank=True)
    contact = models.CharField(_("連絡先"), max_length=120)
    terms_url = models.URLField(_("利用規約のURL"), blank=True)
    privacy_url = models.URLField(_("プライバシーポリシーのURL"), blank=True)
    test = models.BooleanField(_("試験用"), default=False)
    status = models.CharField(
        max_length=20, choices=RelyingPartyStatus.choices, default=RelyingPartyStatus.DRAFT
    )
    created_at = models.DateTimeField(auto_now_add=True)
    registered_by = models.JSONField(default=list, editable=False)
    suspended_by = models.JSONField(default=list, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    tokens_not_before = models.DateTimeField(null=True, editable=False)

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
    def purpose_key(self) -> str:
        """Of the purpose as it is stated in all languages, and of its version: what a consent is bound to.
        A purpose that comes back has another."""
        return purpose_key(self.purpose_version, self.purpose_ja, self.purpose_en)

    @property
    def is_approved(self) -> bool:
        return self.status == RelyingPartyStatus.APPROVED

    @property
    def settings(self) -> ClientSettings:
        return ClientSettings(
            client_auth=self.auth_method,
            par=self.require_pushed_authorization_requests,
            dpop=self.dpop_bound_access_tokens,
            id_token_alg=self.id_token_signed_response_alg,
            userinfo_alg=self.userinfo_signed_response_alg,
            rs256_reason=self.rs256_reason,
            grants=frozenset(self.grant_types),
            test=self.test,
        )

    @property
    def shortfalls(self) -> list[Shortfall]:
        """What keeps it from running, whatever was approved; sectors are policy, and policy may tighten."""
        return list(shortfalls(sector(self.sector), self.settings))


class ClientSecret(SystemModel):
    """SHA-256 (hex) of a random 256-bit secret; the secret itself is shown once and kept nowhere.

    Only the identity surface reads it. The secretariat adds one and ends one, and cannot read the hash back.
    """

    rules = (
        Rule(IDENTITY_BASE, READ),
        Rule(SECRETARIAT, (INSERT,)),
        Rule(
            SECRETARIAT,
            (SELECT, UPDATE),
            columns=("expires_at",),
            read_columns=("id", "relying_party_id", "created_at", "expires_at"),
        ),
    )

    relying_party = Reference(RelyingParty, related_name="+")
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.relying_party_id)
