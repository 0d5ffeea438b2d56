"""The userinfo endpoint (OpenID Connect Core section 5.3): plain JSON, or a JWT for who registered for it."""

import time
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6750 import InvalidTokenError
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from consortium.api.limits import address
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from identity.actions.disclose import DisclosureRefused, disclose
from identity.context import NotActive, resident
from identity.models import AccessToken

from . import keys, throttle
from .challenges import REALM, refusal
from .clients import OPENID, Client, attributes_of, find
from .endpoint import endpoint, is_failure
from .resource import protector


@endpoint("GET", "POST")
def userinfo(request: HttpRequest) -> HttpResponse:
    """Attributes of the token's scope, and of its `claims` request, that a consent covers now."""
    caller = address(request)
    try:
        throttle.check("failure", caller, throttle.FAILURES)
        throttle.count("userinfo", caller, throttle.PER_ADDRESS)
        held, client = _bearer(request)
        throttle.count("client", client.client_id, throttle.PER_CLIENT)
        return _answer(_claims(held, client), client)
    except OAuth2Error as error:
        response = refusal(request, error)
        if is_failure(response):
            throttle.note("failure", caller)
        return response


def _bearer(request: HttpRequest) -> tuple[AccessToken, Client]:
    with context.person(None):
        held: AccessToken = protector.acquire_token(request, [OPENID])  # type: ignore[no-untyped-call]  # Authlib
        client = find(held.authorization.client_id)
    if client is None:
        raise InvalidTokenError(realm=REALM)
    return held, client


def _claims(held: AccessToken, client: Client) -> dict[str, Any]:
    """`sub` and what was disclosed. No consent, moved away, suspended: the token is worth nothing."""
    authorization = held.authorization
    requested = {*attributes_of(held.scope), *authorization.claims.get("userinfo", {})}
    try:
        with resident(authorization.citizen_id) as her:
            service = Actor(ActorKind.SERVICE, client.client_id, citizen_id=her.citizen_id)
            given = disclose(by=service, relying_party=client.party, requested=requested, path="userinfo")
    except (DisclosureRefused, NotActive):
        raise InvalidTokenError(realm=REALM) from None
    return {"sub": authorization.subject, **{str(name): value for name, value in given.items()}}


def _answer(claims: dict[str, Any], client: Client) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    if not client.userinfo_alg:
        return JsonResponse(claims, headers=headers)
    named = {"iss": settings.IDENTITY_URL, "aud": client.client_id, "iat": int(time.time()), **claims}
    algorithm = keys.permitted(client.userinfo_alg, fapi=client.sector.profile.fapi)
    return HttpResponse(keys.sign(named, algorithm), "application/jwt", headers=headers)
