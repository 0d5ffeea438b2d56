"""What the pages of one third-party service have in common."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from joserfc.jwk import import_key

from consortium.membership.requests import PortalRequest
from consortium.ui.parts import Crumb, Fact
from services import queries
from services.actions.changes import SECRET
from services.forms import ATTRIBUTE_LABELS
from services.models import GrantTypes, MachineScopes, RegistrationChange, RelyingParty

from .catalogue import attribute_labels

IN_WORDS = {
    "attributes": ATTRIBUTE_LABELS,
    "grant_types": dict(GrantTypes.choices),
    "allowed_scopes": dict(MachineScopes.choices),
}


class OneParty:
    request: PortalRequest
    kwargs: dict[str, str]

    @cached_property
    def party(self) -> RelyingParty:
        return get_object_or_404(queries.relying_parties(), client_id=self.kwargs["client_id"])

    @property
    def url(self) -> str:
        return reverse("services:relying_party", kwargs={"client_id": self.party.client_id})

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        here = Crumb(self.party.name, self.url if more else "")
        return [Crumb(_("連携サービス"), reverse("services:relying_parties")), here, *more]


def facts_of(party: RelyingParty) -> list[Fact]:
    """How residents and the protocol meet it; what is empty is left out."""
    found = [
        Fact(_("共通部品"), party.component.name),
        Fact(_("分野"), party.get_sector_display()),
        Fact(_("クライアントID"), party.client_id),
        Fact(_("試験用"), _("はい(試験用の住民だけを相手にする)") if party.test else _("いいえ")),
        *(Fact(label_of(name), getattr(party, name)) for name in _SHOWN_TO_RESIDENTS),
        Fact(_("求める属性"), _("、").join(attribute_labels(party))),
        *(Fact(label_of(name), in_words(name, getattr(party, name))) for name in _CONNECTION),
    ]
    return [fact for fact in found if fact.value]


_SHOWN_TO_RESIDENTS = (
    "name_ja",
    "name_en",
    "purpose_ja",
    "purpose_en",
    "contact",
    "terms_url",
    "privacy_url",
)
"""In both languages: who approves answers for what residents read in either."""
_CONNECTION = (
    "grant_types",
    "allowed_scopes",
    "auth_method",
    "require_pushed_authorization_requests",
    "dpop_bound_access_tokens",
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "rs256_reason",
    "redirect_uris",
    "post_logout_redirect_uris",
    "backchannel_logout_uri",
    "consent_events_uri",
)


def proposed_facts(change: RegistrationChange) -> list[Fact]:
    """Field by field, what is and what shall be."""
    party = change.relying_party
    return [
        Fact(_("共有鍵"), _("新しい鍵を発行し、今の鍵は%(hours)s時間後に無効にする") % {"hours": value})
        if name == SECRET
        else Fact(
            label_of(name),
            _("%(before)s → %(after)s")
            % {
                "before": in_words(name, getattr(party, name)) or _("なし"),
                "after": in_words(name, value) or _("なし"),
            },
        )
        for name, value in change.values.items()
    ]


def label_of(name: str) -> str:
    return str(RelyingParty._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column's


def in_words(name: str, value: Any) -> str:
    """A setting's value as it is said on pages."""
    if name == "jwks":
        return _("、").join(_key_in_words(key) for key in value.get("keys", []))
    if isinstance(value, bool):
        return _("はい") if value else _("いいえ")
    choices: dict[Any, Any] = dict(RelyingParty._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    words = {**IN_WORDS.get(name, {}), **choices}
    listed = value if isinstance(value, list) else [value]
    return _("、").join(str(words.get(one, one)) for one in listed if one)


def _key_in_words(key: dict[str, Any]) -> str:
    """With the beginning of its thumbprint (RFC 7638): anybody can call a key by another's name."""
    return f"{key.get('kid') or key.get('kty')} ({import_key(key).thumbprint()[:8]})"
