"""The userinfo endpoint (OpenID Connect Core section 5.3): plain JSON, or a JWT for who registered for it."""

import time
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6750 import InvalidTokenError
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from consortium.api.limits import address
from consortium.tenancy import context
from identity.actions.disclose import ApprovalNeeded, DisclosureRefused
from identity.context import NotActive
from identity.models import AccessToken

from . import access, guard, keys
from .challenges import REALM, refusal
from .clients import OPENID, Client, attributes_of
from .disclosing import ask_for_approval, disclosed
from .endpoint import endpoint, is_failure
from .errors import ApprovalWaitsError, TemporarilyUnavailableError
from .resource import protector
from .throttle import Call


@endpoint("GET", "POST")
def userinfo(request: HttpRequest) -> HttpResponse:
    """Attributes of the token's scope, and of its `claims` request, that a consent covers now.

    One transaction: what was looked up, what was disclosed and the record of it hold together.
    """
    call = Call("userinfo", address(request))
    try:
        guard.check_resource_request(request)
        with context.person(None):
            held, client = _bearer(request)
            call.admit(client)
            return _answer(_claims(held, client), client)
    except ApprovalWaitsError as error:
        ask_for_approval(*error.about)
        return _refused(request, error, call)
    except OAuth2Error as error:
        return _refused(request, error, call)


def _refused(request: HttpRequest, error: OAuth2Error, call: Call) -> HttpResponse:
    response = refusal(request, error)
    try:
        call.end(failed=is_failure(response))
    except TemporarilyUnavailableError as limited:
        return refusal(request, limited)
    return response


def _bearer(request: HttpRequest) -> tuple[AccessToken, Client]:
    held: AccessToken = protector.acquire_token(request, [OPENID])  # type: ignore[no-untyped-call]  # Authlib
    client = access.client_of(held)
    access.require_sign_in(held.authorization, client)
    return held, client


def _claims(held: AccessToken, client: Client) -> dict[str, Any]:
    """`sub` and what was disclosed. No consent, moved away, suspended: the token is worth nothing.

    A token of a narrower scope than was granted leaves out what the `claims` parameter asked for.
    """
    authorization = held.authorization
    is_narrowed = set(held.scope.split()) != set(authorization.scope.split())
    named = {} if is_narrowed else authorization.claims.get("userinfo", {})
    requested = {*attributes_of(held.scope), *named}
    try:
        given = disclosed(authorization, client, requested, path="userinfo")
    except ApprovalNeeded as needed:
        raise ApprovalWaitsError((authorization, client, needed.consent_id)) from None
    except (DisclosureRefused, NotActive):
        raise InvalidTokenError(realm=REALM) from None
    return {"sub": authorization.subject, **given}


def _answer(claims: dict[str, Any], client: Client) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    if not client.userinfo_alg:
        return JsonResponse(claims, headers=headers)
    named = {"iss": settings.IDENTITY_URL, "aud": client.client_id, "iat": int(time.time()), **claims}
    algorithm = keys.permitted(client.userinfo_alg, fapi=client.sector.profile.fapi)
    return HttpResponse(keys.sign(named, algorithm), "application/jwt", headers=headers)
