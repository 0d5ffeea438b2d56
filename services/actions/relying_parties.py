"""The secretariat registers third-party services, approves them, suspends and resumes them.

Four eyes: whoever registered a service, or last wrote to its registration, does not approve it.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.announce import notify
from consortium.notifications.audience import holders, watchers
from consortium.notifications.kinds import Kind
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from services.models import AuthMethod, ClientSecret, Component, RelyingParty, RelyingPartyStatus
from services.notices import APPROVED, CREDENTIALS_RENEWED, REGISTERED, RESUMED, SUSPENDED, names, topic_of
from services.permissions import ServicesPermission

from .checks import SHORTFALLS, check

OWN_SUSPENSION: Final = _("停止した本人は再開できません。ほかの事務局員に再開を依頼してください。")
OWN_WORK: Final = _("登録または変更した本人は承認できません。ほかの事務局員に承認を依頼してください。")


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
    consent_events_uri: str
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
    check(party)
    party.save(force_insert=True)
    secret = new_secret(party) if party.auth_method == AuthMethod.CLIENT_SECRET_BASIC else ""
    detail = {"client_id": party.client_id, "attributes": sorted(party.attributes)}
    record(by=by, action="relying_party.registered", target=party, detail=detail)
    tell_colleagues(REGISTERED, by, party)
    return Registration(party, secret)


@action(ServicesPermission.MANAGE_CATALOGUE)
def approve_relying_party(*, by: Actor, relying_party: RelyingParty) -> RelyingParty:
    """Raises ValidationError `status`, `own_work` for who registered it, `profile` below its sector."""
    party = locked(relying_party)
    if party.status != RelyingPartyStatus.DRAFT:
        raise ValidationError(_("既に承認されています。"), code="status")
    if by.persons & set(party.registered_by):
        raise ValidationError(OWN_WORK, code="own_work")
    _require_profile(party)
    return _decide(by, party, RelyingPartyStatus.APPROVED, "relying_party.approved", APPROVED)


@action(ServicesPermission.MANAGE_CATALOGUE)
def suspend_relying_party(*, by: Actor, relying_party: RelyingParty) -> RelyingParty:
    """At once, by one person: no sign-in from now on, and no token issued so far counts again.

    Raises ValidationError `status` for one that is not approved.
    """
    party = locked(relying_party)
    if party.status != RelyingPartyStatus.APPROVED:
        raise ValidationError(_("承認されたサービスだけを停止できます。"), code="status")
    party.tokens_not_before, party.suspended_by = timezone.now(), sorted(by.persons)
    return _decide(by, party, RelyingPartyStatus.SUSPENDED, "relying_party.suspended", SUSPENDED)


@action(ServicesPermission.MANAGE_CATALOGUE)
def resume_relying_party(*, by: Actor, relying_party: RelyingParty) -> RelyingParty:
    """As it was approved, by somebody else than who suspended it. Residents sign in anew: what was issued
    while the suspension took hold does not come to life.

    Raises ValidationError `status`, `own_work`, `profile`.
    """
    party = locked(relying_party)
    if party.status != RelyingPartyStatus.SUSPENDED:
        raise ValidationError(_("停止中のサービスだけを再開できます。"), code="status")
    if by.persons & set(party.suspended_by):
        raise ValidationError(OWN_SUSPENSION, code="own_work")
    _require_profile(party)
    party.tokens_not_before = timezone.now()
    return _decide(by, party, RelyingPartyStatus.APPROVED, "relying_party.resumed", RESUMED)


def locked(party: RelyingParty) -> RelyingParty:
    found: RelyingParty = RelyingParty.objects.select_for_update(of=("self",)).get(pk=party.pk)
    return found


def renew_secret(by: Actor, party: RelyingParty, overlap: timedelta) -> str:
    """The party is locked. Earlier secrets end after the overlap."""
    end = timezone.now() + overlap
    longer = Q(expires_at=None) | Q(expires_at__gt=end)
    ClientSecret.objects.filter(longer, relying_party=party).update(expires_at=end)
    detail = {"client_id": party.client_id, "overlap_hours": int(overlap.total_seconds()) // 3600}
    record(by=by, action="relying_party.secret_issued", target=party, detail=detail)
    tell_colleagues(CREDENTIALS_RENEWED, by, party)
    return new_secret(party)


def new_secret(party: RelyingParty) -> str:
    secret = secrets.token_urlsafe(32)
    ClientSecret(relying_party=party, secret_hash=hashlib.sha256(secret.encode()).hexdigest()).save(
        force_insert=True
    )
    return secret


def tell_colleagues(kind: Kind, by: Actor, party: RelyingParty) -> None:
    colleagues = holders(ServicesPermission.MANAGE_CATALOGUE)
    notify(kind, to=colleagues, by=by, values=names(party), target={"client_id": party.client_id})


def _decide(by: Actor, party: RelyingParty, status: str, event: str, kind: Kind) -> RelyingParty:
    party.status, party.decided_at = status, timezone.now()
    party.save(update_fields=["status", "decided_at", "tokens_not_before", "suspended_by"])
    record(by=by, action=event, target=party, detail={"client_id": party.client_id})
    component = party.component
    notify(kind, to=watchers(topic_of(component)), values=names(party), target={"component": component.code})
    return party


def _require_profile(party: RelyingParty) -> None:
    if found := party.shortfalls:
        messages = [ValidationError(SHORTFALLS[one][1], code="profile") for one in found]
        raise ValidationError(messages)
