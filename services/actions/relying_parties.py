"""The secretariat registers third-party services, approves them and suspends them."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.announce import notify
from consortium.notifications.audience import holders, watchers
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from services.domain.registration import MAX_URIS, KeysProblem, UriProblem, keys_problem, uri_problem
from services.domain.sectors import sector
from services.models import AuthMethod, ClientSecret, Component, RelyingParty, RelyingPartyStatus
from services.notices import APPROVED, REGISTERED, SUSPENDED, names, topic_of
from services.permissions import ServicesPermission

URI_MESSAGES = {
    UriProblem.TOO_LONG: _("URIが長すぎます: %(uri)s"),
    UriProblem.CHARACTERS: _("URIに使えない文字があります: %(uri)s"),
    UriProblem.WILDCARD: _("「*」は使えません。URIをすべて列挙してください: %(uri)s"),
    UriProblem.FRAGMENT: _("「#」以降は付けられません: %(uri)s"),
    UriProblem.SCHEME: _("https で始めてください(http は localhost と 127.0.0.1 に限ります): %(uri)s"),
    UriProblem.HOST: _("ホスト名を確認してください: %(uri)s"),
}
KEYS_MESSAGES = {
    KeysProblem.FORM: _('JWKS の形式({"keys": […]})で入力してください。'),
    KeysProblem.PRIVATE: _(
        "秘密鍵が含まれています。公開鍵だけを登録してください。この鍵は使わないでください。"
    ),
    KeysProblem.KEY_TYPE: _("EC、OKP、RSA の公開鍵を登録してください。"),
    KeysProblem.COUNT: _("公開鍵は1件から10件まで登録できます。"),
}


@dataclass(frozen=True)
class Registration:
    """secret: shown once, then known to the client alone; empty when the client has none."""

    relying_party: RelyingParty
    secret: str = field(default="", repr=False)


class RelyingPartyFields(TypedDict, total=False):
    """attributes: keys the sector permits. redirect_uris: compared letter by letter. jwks: public keys."""

    name_ja: str
    name_en: str
    auth_method: str
    jwks: dict[str, Any]
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
    purpose_ja: str
    purpose_en: str
    attributes: list[str]
    allowed_scopes: list[str]
    grant_types: list[str]
    require_pushed_authorization_requests: bool
    dpop_bound_access_tokens: bool
    id_token_signed_response_alg: str
    userinfo_signed_response_alg: str
    rs256_reason: str
    backchannel_logout_uri: str
    backchannel_logout_session_required: bool
    contact: str
    terms_url: str
    privacy_url: str
    test: bool


@action(ServicesPermission.MANAGE_CATALOGUE)
def register_relying_party(
    *, by: Actor, component: Component, **fields: Unpack[RelyingPartyFields]
) -> Registration:
    """A client of the component's sector, still to be approved. Raises ValidationError, by field."""
    party = RelyingParty(
        component=component, sector=component.sector, registered_by=sorted(by.persons), **fields
    )
    _check(party)
    party.save(force_insert=True)
    secret = _new_secret(party) if party.auth_method == AuthMethod.CLIENT_SECRET_BASIC else ""
    detail = {"client_id": party.client_id, "attributes": sorted(party.attributes)}
    record(by=by, action="relying_party.registered", target=party, detail=detail)
    colleagues = holders(ServicesPermission.MANAGE_CATALOGUE)
    notify(REGISTERED, to=colleagues, by=by, values=names(party), target={"client_id": party.client_id})
    return Registration(party, secret)


@action(ServicesPermission.MANAGE_CATALOGUE)
def approve_relying_party(*, by: Actor, relying_party: RelyingParty) -> RelyingParty:
    """Raises ValidationError `status`: an approved one can't be approved again."""
    return _decide(by, relying_party, RelyingPartyStatus.APPROVED, "relying_party.approved")


@action(ServicesPermission.MANAGE_CATALOGUE)
def suspend_relying_party(*, by: Actor, relying_party: RelyingParty) -> RelyingParty:
    """From now on no resident can sign in to it. Raises ValidationError `status`."""
    return _decide(by, relying_party, RelyingPartyStatus.SUSPENDED, "relying_party.suspended")


def _decide(by: Actor, relying_party: RelyingParty, status: RelyingPartyStatus, event: str) -> RelyingParty:
    party: RelyingParty = RelyingParty.objects.select_for_update(of=("self",)).get(pk=relying_party.pk)
    if party.status == status:
        raise ValidationError(_("既にこの状態になっています。"), code="status")
    party.status, party.decided_at = status, timezone.now()
    party.save(update_fields=["status", "decided_at"])
    record(by=by, action=event, target=party, detail={"client_id": party.client_id})
    kind = APPROVED if status == RelyingPartyStatus.APPROVED else SUSPENDED
    component = party.component
    notify(kind, to=watchers(topic_of(component)), values=names(party), target={"component": component.code})
    return party


def _new_secret(party: RelyingParty) -> str:
    secret = secrets.token_urlsafe(32)
    ClientSecret(relying_party=party, secret_hash=hashlib.sha256(secret.encode()).hexdigest()).save(
        force_insert=True
    )
    return secret


def _check(party: RelyingParty) -> None:
    errors: dict[str, list[ValidationError]] = {}
    try:
        party.full_clean(exclude=["jwks", "redirect_uris", "attributes", "allowed_scopes", "grant_types"])
    except ValidationError as missing:
        errors |= missing.error_dict
    for name, error in _profile_errors(party):
        errors.setdefault(name, []).append(error)
    if errors:
        raise ValidationError(errors)


def _profile_errors(party: RelyingParty) -> Iterator[tuple[str, ValidationError]]:
    rules = sector(party.sector)
    excess = rules.excess(frozenset(party.attributes))
    if excess or not party.attributes:
        message = _("分野が認める属性を1つ以上選んでください。")
        yield "attributes", ValidationError(message, code="attributes")
    yield from _uri_errors("redirect_uris", party.redirect_uris)
    yield from _uri_errors("post_logout_redirect_uris", party.post_logout_redirect_uris)
    if not party.redirect_uris:
        yield "redirect_uris", ValidationError(_("1件以上入力してください。"), code="required")
    allowed = rules.profile.client_auth
    if allowed and party.auth_method not in allowed and not party.test:
        message = _("この分野の本番サービスでは、この認証方式は使えません。")
        yield "auth_method", ValidationError(message, code="auth_method")
    if party.auth_method == AuthMethod.PRIVATE_KEY_JWT and (problem := keys_problem(party.jwks)):
        yield "jwks", ValidationError(KEYS_MESSAGES[problem], code=problem)


def _uri_errors(name: str, uris: list[str]) -> Iterator[tuple[str, ValidationError]]:
    if len(uris) > MAX_URIS:
        yield name, ValidationError(_("多すぎます。"), code="count")
    for uri in uris:
        if problem := uri_problem(uri):
            yield name, ValidationError(URI_MESSAGES[problem], code=problem, params={"uri": uri[:100]})
