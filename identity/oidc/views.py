"""The endpoints that services call: discovery, JWKS, tokens. They speak JSON and know no session."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, cast

from authlib.oauth2 import OAuth2Error
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from consortium.api.limits import address
from consortium.tenancy import context

from . import clients, dpop, guard, keys, metadata
from . import par as pushed
from .endpoint import endpoint, is_failure
from .errors import TemporarilyUnavailableError
from .grants.machine import MachineGrant
from .requests import ProviderRequest
from .server import server
from .throttle import Call

REFUSALS: Final = 400
SERVER_ERRORS: Final = 500
Answer = Callable[[ProviderRequest], Any]


@endpoint("GET", "HEAD")
def discovery(request: HttpRequest) -> HttpResponse:
    return metadata.discovery(settings.IDENTITY_URL).answer(request)


@endpoint("GET", "HEAD")
def jwks(request: HttpRequest) -> HttpResponse:
    return metadata.key_set(keys.ring()).answer(request)


@endpoint("POST")
def token(request: HttpRequest) -> HttpResponse:
    """RFC 6749 section 3.2."""
    return _asked(request, "token", server.create_token_response)


@endpoint("POST")
def introspect(request: HttpRequest) -> HttpResponse:
    """RFC 7662 section 2."""
    return _asked(request, "introspect", partial(server.create_endpoint_response, "introspection"))


@endpoint("POST")
def revoke(request: HttpRequest) -> HttpResponse:
    """RFC 7009 section 2."""
    return _asked(request, "revoke", partial(server.create_endpoint_response, "revocation"))


@endpoint("POST")
def par(request: HttpRequest) -> HttpResponse:
    """RFC 9126 section 2."""
    return _asked(request, "par", pushed.push)


def _asked(request: HttpRequest, kind: str, answer: Answer) -> HttpResponse:
    """One transaction: a replayed code or token ends its family even though the answer is an error. A token
    of the service's own is one row, written when all else is done, and needs none."""
    call = Call(kind, address(request))
    try:
        guard.check_token_request(request)
        response = _as_remembered(request, call, answer) or _answered(request, call, answer)
    except OAuth2Error as error:
        response = server.handle_error_response(None, error)
    return response if response.status_code < REFUSALS else _refused(call, response)


def _as_remembered(request: HttpRequest, call: Call, answer: Answer) -> HttpResponse | None:
    """With the client as this process remembers it, where the statement that finds or writes the token says
    whether it is so still. None where it was not, or nothing was found: as if it had not been tried."""
    if not _is_compared(request, call.kind):
        return None
    try:
        with clients.assuming() as assumption:
            return _answered(request, call, answer, assumption.require)
    except clients.OutdatedError:
        return None


def _is_compared(request: HttpRequest, kind: str) -> bool:
    """Not what can be shown once: a proof or an assertion would be taken for a copy of itself."""
    if dpop.HEADER in request.headers or "client_assertion" in request.POST:
        return False
    return kind == "token" or (kind == "introspect" and "." not in request.POST.get("token", "."))


def _answered(
    request: HttpRequest, call: Call, answer: Answer, check: Callable[[], None] | None = None
) -> HttpResponse:
    with context.each_alone() if _is_machine(request, call.kind) else context.person(None):
        response = cast(HttpResponse, answer(ProviderRequest(request, call=call)))
        if check:
            check()
        if response.status_code >= SERVER_ERRORS and connection.in_atomic_block:
            transaction.set_rollback(True)
    return response


def _refused(call: Call, response: HttpResponse) -> HttpResponse:
    try:
        call.end(failed=is_failure(response))
    except TemporarilyUnavailableError as error:
        return server.handle_error_response(None, error)
    return response


def _is_machine(request: HttpRequest, kind: str) -> bool:
    return kind == "token" and request.POST.get("grant_type") == MachineGrant.GRANT_TYPE
