"""The endpoints that services call: discovery, JWKS, token, userinfo. They speak JSON and know no session."""

from collections.abc import Callable
from typing import Any, Final, cast

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6750 import InvalidTokenError
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from consortium.api.limits import address
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from identity.actions.disclose import DisclosureRefused, disclose
from identity.context import NotActive, resident
from identity.models import AccessToken
from identity.requests import opens_own_context

from . import guard, keys, metadata, throttle
from .clients import OPENID, Client, attributes_of, find
from .resource import REALM, challenge, protector
from .server import server

View = Callable[[HttpRequest], HttpResponse]
REFUSED: Final = frozenset({400, 401})


def endpoint(*methods: str) -> Callable[[View], View]:
    """An address for machines: no CSRF token, no sign-in, errors in JSON."""

    def decorate(view: View) -> View:
        def run(request: HttpRequest) -> HttpResponse:
            if request.method in methods:
                return view(request)
            body = {"error": "invalid_request", "error_description": f"Use {' or '.join(methods)}."}
            return JsonResponse(body, status=405, headers={"Allow": ", ".join(methods)})

        run.__name__, run.__doc__ = view.__name__, view.__doc__
        return login_not_required(csrf_exempt(opens_own_context(run)))

    return decorate


@endpoint("GET", "HEAD")
def discovery(request: HttpRequest) -> HttpResponse:
    return metadata.json_response(request, metadata.configuration())


@endpoint("GET", "HEAD")
def jwks(request: HttpRequest) -> HttpResponse:
    return metadata.json_response(request, dict(keys.ring().jwks))


@endpoint("POST")
def token(request: HttpRequest) -> HttpResponse:
    """RFC 6749 section 3.2. One transaction: a replayed code revokes even though the answer is an error."""
    caller = address(request)
    try:
        throttle.check("failure", caller, throttle.FAILURES)
        throttle.count("token", caller, throttle.PER_ADDRESS)
        guard.check_token_request(request)
        throttle.count("client", guard.claimed_client_id(request), throttle.PER_CLIENT)
        response = _redeem(request)
    except OAuth2Error as error:
        response = server.handle_error_response(None, error)
    if response.status_code in REFUSED:
        throttle.note("failure", caller)
    return response


def _redeem(request: HttpRequest) -> HttpResponse:
    with context.person(None):
        response = cast(HttpResponse, server.create_token_response(request))
        if response.status_code >= 500:
            transaction.set_rollback(True)
    return response


@endpoint("GET", "POST")
def userinfo(request: HttpRequest) -> HttpResponse:
    """OpenID Connect Core section 5.3: attributes of the token's scope that a consent covers now."""
    caller = address(request)
    try:
        throttle.check("failure", caller, throttle.FAILURES)
        throttle.count("userinfo", caller, throttle.PER_ADDRESS)
        held, client = _bearer(request)
        throttle.count("client", client.client_id, throttle.PER_CLIENT)
        return JsonResponse(_claims(held, client), headers={"Cache-Control": "no-store"})
    except OAuth2Error as error:
        if error.status_code in REFUSED:
            throttle.note("failure", caller)
        return challenge(error)


def _bearer(request: HttpRequest) -> tuple[AccessToken, Client]:
    with context.person(None):
        held: AccessToken = protector.acquire_token(request, [OPENID])  # type: ignore[no-untyped-call]  # Authlib
        client = find(held.authorization.client_id)
    if client is None:
        raise InvalidTokenError(realm=REALM)
    return held, client


def _claims(held: AccessToken, client: Client) -> dict[str, Any]:
    """`sub` and what was disclosed. No consent, moved away, suspended: the token is worth nothing."""
    try:
        with resident(held.authorization.citizen_id) as her:
            service = Actor(ActorKind.SERVICE, client.client_id, citizen_id=her.citizen_id)
            given = disclose(
                by=service,
                relying_party=client.party,
                requested=attributes_of(held.scope),
                path="userinfo",
            )
    except (DisclosureRefused, NotActive):
        raise InvalidTokenError(realm=REALM) from None
    return {"sub": held.authorization.subject, **{str(name): value for name, value in given.items()}}
