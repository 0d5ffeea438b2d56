"""What a registration must satisfy, in words for those who fill in the form."""

from collections.abc import Iterator
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from services.domain.policy import Shortfall
from services.domain.registration import MAX_URIS, KeysProblem, UriProblem, keys_problem, uri_problem
from services.domain.scopes import MachineScope
from services.domain.sectors import GrantType, sector
from services.models import AuthMethod, RelyingParty

JSON_FIELDS: Final = ("jwks", "redirect_uris", "attributes", "allowed_scopes", "grant_types")
URI_MESSAGES: Final = {
    UriProblem.TOO_LONG: _("URIが長すぎます: %(uri)s"),
    UriProblem.CHARACTERS: _("URIに使えない文字があります: %(uri)s"),
    UriProblem.WILDCARD: _("「*」は使えません。URIをすべて列挙してください: %(uri)s"),
    UriProblem.FRAGMENT: _("「#」以降は付けられません: %(uri)s"),
    UriProblem.SCHEME: _("https で始めてください(http は localhost と 127.0.0.1 に限ります): %(uri)s"),
    UriProblem.HOST: _("ホスト名を確認してください: %(uri)s"),
}
KEYS_MESSAGES: Final = {
    KeysProblem.FORM: _('JWKS の形式({"keys": […]})で入力してください。'),
    KeysProblem.PRIVATE: _(
        "秘密鍵が含まれています。公開鍵だけを登録してください。この鍵は使わないでください。"
    ),
    KeysProblem.KEY_TYPE: _("EC(P-256)、OKP(Ed25519)、RSA の公開鍵を登録してください。"),
    KeysProblem.COUNT: _("公開鍵は1件から10件まで登録できます。"),
    KeysProblem.UNREADABLE: _("公開鍵として読めないものが含まれています。作り直して登録してください。"),
    KeysProblem.SHORT: _("RSAの鍵は2048ビット以上にしてください。"),
    KeysProblem.USE: _(
        "署名用でない鍵が含まれています。use は sig、alg は ES256、EdDSA、PS256 にしてください。"
    ),
    KeysProblem.KID: _("鍵が複数あるときは、重複しない kid をすべての鍵に付けてください。"),
}
SHORTFALLS: Final = {
    Shortfall.CLIENT_AUTH: (
        "auth_method",
        _("この分野では「秘密鍵による署名」が必要です。共有鍵は漏れるとなりすまされるためです。"),
    ),
    Shortfall.PAR: (
        "require_pushed_authorization_requests",
        _("この分野では必要です。認可要求をブラウザー上で書き換えられないようにするためです。"),
    ),
    Shortfall.DPOP: (
        "dpop_bound_access_tokens",
        _("この分野では必要です。盗まれたトークンを使えないようにするためです。"),
    ),
    Shortfall.SIGNATURE: (
        "id_token_signed_response_alg",
        _("この分野では RS256 を使えません。ES256、EdDSA、PS256 から選んでください。"),
    ),
    Shortfall.USERINFO_SIGNATURE: (
        "userinfo_signed_response_alg",
        _("この分野では RS256 を使えません。ES256、EdDSA、PS256 から選んでください。"),
    ),
    Shortfall.REASON: (
        "rs256_reason",
        _("RS256 は、ほかの方式に対応できないサービスに限ります。理由を入力してください。"),
    ),
    Shortfall.NO_GRANT: (
        "grant_types",
        _("「住民のサインイン」または「サービス自身によるAPIの利用」を選んでください。"),
    ),
    Shortfall.REFRESH_ALONE: (
        "grant_types",
        _("サインイン後の継続利用には「住民のサインイン」も必要です。"),
    ),
    Shortfall.PUBLIC_MACHINE: (
        "grant_types",
        _("公開クライアントは、サービス自身としてAPIを利用できません。認証方式を変えてください。"),
    ),
    Shortfall.PUBLIC_BEARER: (
        "dpop_bound_access_tokens",
        _("公開クライアントでは必要です。秘密を持たないので、盗まれたトークンを使えないようにするためです。"),
    ),
}
"""The field of the form that each stands at, and what to say there."""

Errors = Iterator[tuple[str, ValidationError]]


def check(party: RelyingParty) -> None:
    """Raises ValidationError, by field."""
    errors: dict[str, list[ValidationError]] = {}
    try:
        party.full_clean(exclude=JSON_FIELDS)
    except ValidationError as missing:
        errors |= missing.error_dict
    for found in (_shortfalls, _purpose, _addresses, _machine, _keys):
        for name, error in found(party):
            errors.setdefault(name, []).append(error)
    if errors:
        raise ValidationError(errors)


def _shortfalls(party: RelyingParty) -> Errors:
    if set(party.grant_types) - set(GrantType):
        yield "grant_types", ValidationError(_("選択肢から選んでください。"), code="grant_types")
        return
    for one in party.shortfalls:
        name, message = SHORTFALLS[one]
        yield name, ValidationError(message, code=one)


def _purpose(party: RelyingParty) -> Errors:
    excess = sector(party.sector).excess(frozenset(party.attributes))
    if excess or (signs_in(party) and not party.attributes):
        message = _("分野が認める属性を1つ以上選んでください。")
        yield "attributes", ValidationError(message, code="attributes")


def _addresses(party: RelyingParty) -> Errors:
    for name in ("redirect_uris", "post_logout_redirect_uris"):
        yield from _uris(name, getattr(party, name))
    for name in ("backchannel_logout_uri", "consent_events_uri"):
        if uri := getattr(party, name):
            yield from _uris(name, [uri])
    if signs_in(party) and not party.redirect_uris:
        yield "redirect_uris", ValidationError(_("1件以上入力してください。"), code="required")


def _uris(name: str, uris: list[str]) -> Errors:
    if len(uris) > MAX_URIS:
        yield name, ValidationError(_("多すぎます。"), code="count")
    for uri in uris:
        if problem := uri_problem(uri):
            yield name, ValidationError(URI_MESSAGES[problem], code=problem, params={"uri": uri[:100]})


def _machine(party: RelyingParty) -> Errors:
    """Scopes without the grant would mislead whoever approves, and the grant without scopes is of no use."""
    scopes, asks = set(party.allowed_scopes), GrantType.CLIENT_CREDENTIALS in party.grant_types
    if scopes - set(MachineScope):
        yield "allowed_scopes", ValidationError(_("選択肢から選んでください。"), code="allowed_scopes")
    elif asks and not scopes:
        message = _("サービス自身に認める範囲を1つ以上選んでください。")
        yield "allowed_scopes", ValidationError(message, code="required")
    elif scopes and not asks:
        message = _("「サービス自身によるAPIの利用」を選ばないときは、範囲を選ばないでください。")
        yield "allowed_scopes", ValidationError(message, code="unused")


def _keys(party: RelyingParty) -> Errors:
    needed = party.auth_method == AuthMethod.PRIVATE_KEY_JWT
    if (needed or party.jwks) and (problem := keys_problem(party.jwks)):
        yield "jwks", ValidationError(KEYS_MESSAGES[problem], code=problem)


def signs_in(party: RelyingParty) -> bool:
    """Whether residents sign in to it; else it only speaks for itself."""
    return GrantType.AUTHORIZATION_CODE in party.grant_types
