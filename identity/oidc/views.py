"""The endpoints that services call: discovery, JWKS, token. They speak JSON and know no session."""

from typing import cast

from authlib.oauth2 import OAuth2Error
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from consortium.api.limits import address
from consortium.tenancy import context

from . import guard, keys, metadata, throttle
from .endpoint import endpoint, is_failure
from .server import server


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
        guard.check_token_request(request)
        throttle.admit("token", caller, guard.claimed_client_id(request))
        response = _redeem(request)
    except OAuth2Error as error:
        response = server.handle_error_response(None, error)
    if is_failure(response):
        throttle.note("failure", caller)
    return response


def _redeem(request: HttpRequest) -> HttpResponse:
    with context.person(None):
        response = cast(HttpResponse, server.create_token_response(request))
        if response.status_code >= 500:
            transaction.set_rollback(True)
    return response
