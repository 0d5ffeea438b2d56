"""What the developer of a registered service is handed: identifiers, addresses, settings that work."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from consortium.crypto import decrypt, encrypt
from consortium.ui.parts import Fact

from .domain.sectors import GrantType
from .models import AuthMethod, RelyingParty

_SECRETS: Final = "one_time_secrets"
Session = MutableMapping[str, Any]
Endpoints = Callable[[], list[tuple[str, str]]]
_endpoints: list[Endpoints] = []


def register_endpoints(source: Endpoints) -> None:
    """The product that speaks the protocol says where: (name in discovery, address)."""
    _endpoints.append(source)


@dataclass(frozen=True, slots=True)
class Sample:
    title: str
    text: str


def connection(party: RelyingParty) -> list[Fact]:
    """client_id, issuer, endpoints and profile."""
    return [
        Fact("client_id", party.client_id),
        Fact("issuer", settings.IDENTITY_URL),
        Fact(_("ディスカバリー"), f"{settings.IDENTITY_URL}/.well-known/openid-configuration"),
        *(Fact(name, url) for source in _endpoints for name, url in source()),
        Fact(_("プロファイル"), profile(party)),
        Fact("scope", scope(party)),
        *([Fact(_("サービス自身の scope"), " ".join(party.allowed_scopes))] if party.allowed_scopes else []),
    ]


def profile(party: RelyingParty) -> str:
    parts = ["Authorization Code + PKCE (S256)"] if signs_in(party) else []
    parts += ["PAR"] if party.require_pushed_authorization_requests else []
    parts += ["DPoP"] if party.dpop_bound_access_tokens else []
    return " / ".join([*parts, party.auth_method, f"id_token: {party.id_token_signed_response_alg}"])


def scope(party: RelyingParty) -> str:
    offline = ["offline_access"] if GrantType.REFRESH_TOKEN in party.grant_types else []
    return " ".join(["openid", *party.attributes, *offline]) if signs_in(party) else ""


def samples(party: RelyingParty) -> list[Sample]:
    """For the libraries of the guide; those that can't speak the client's profile are left out."""
    redirect_uri = (party.redirect_uris or [""])[0]
    values = {
        "party": party,
        "issuer": settings.IDENTITY_URL,
        "scope": scope(party),
        "redirect_uri": redirect_uri,
        "callback": urlsplit(redirect_uri).path,
        "plain_http": settings.IDENTITY_URL.startswith("http:"),
        "alg": next((_alg(key) for key in party.jwks.get("keys", [])), "ES256"),
        "has_key": party.auth_method == AuthMethod.PRIVATE_KEY_JWT,
        "has_secret": party.auth_method == AuthMethod.CLIENT_SECRET_BASIC,
        "signs_in": signs_in(party),
    }
    plain = not (party.dpop_bound_access_tokens or party.require_pushed_authorization_requests)
    fitting = ["openid_client.mjs", *(["authlib.py"] if plain else [])]
    # mod_auth_openidc addresses its assertions to the token endpoint, which is not the issuer.
    with_secret = party.auth_method == AuthMethod.CLIENT_SECRET_BASIC
    fitting += ["mod_auth_openidc.conf"] if plain and with_secret and signs_in(party) else []
    return [
        Sample(_TITLES[name], render_to_string(f"services/configuration/{name}.txt", values).strip())
        for name in fitting
    ]


def _alg(key: Mapping[str, Any]) -> str:
    """What Authlib and openid-client sign by with this registered key."""
    return {"EC": "ES256", "OKP": "EdDSA"}.get(str(key.get("kty")), "PS256")


_TITLES: Final = {
    "openid_client.mjs": "openid-client (Node.js)",
    "authlib.py": "Authlib (Python)",
    "mod_auth_openidc.conf": "mod_auth_openidc (Apache)",
}


def signs_in(party: RelyingParty) -> bool:
    return GrantType.AUTHORIZATION_CODE in party.grant_types


def keep_secret(session: Session, client_id: str, secret: str) -> None:
    """Until the page that shows it is opened; it waits in the session encrypted."""
    if secret:
        session[_SECRETS] = {**session.get(_SECRETS, {}), client_id: encrypt(secret)}


def take_secret(session: Session, client_id: str) -> str:
    """Shown at the first opening only."""
    kept = dict(session.get(_SECRETS, {}))
    token = kept.pop(client_id, "")
    if token:
        session[_SECRETS] = kept
    return decrypt(token) if token else ""
