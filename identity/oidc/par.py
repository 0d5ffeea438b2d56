"""Pushed authorization requests (RFC 9126): checked where they are pushed, answered once."""

import secrets
from datetime import timedelta
from typing import Any, Final, cast

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from identity.actions.tokens import hash_of
from identity.models import PushedRequest
from identity.requests import ResidentRequest

from . import resume, throttle
from .asking import Asking
from .clients import OFFERED_METHODS, Client
from .dpop import InvalidProofError
from .errors import InvalidRequestUriError
from .requests import ProviderRequest
from .server import server

PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
LIFE: Final = timedelta(seconds=90)
"""Until her browser must have opened the request."""
LARGEST: Final = 8192
"""Characters of all values of a request."""
KEPT: Final = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "prompt", "max_age", "acr_values", "claims", "id_token_hint", "ui_locales",
    "display", "response_mode", "dpop_jkt", "request", "registration",
)  # fmt: skip
"""The client's credentials are not kept, nor is who she may be (login_hint): nobody is looked up by it."""


def push(asked: ProviderRequest) -> HttpResponse:
    """Inside `context.person(None)`. Raises OAuth2Error, never meant for a redirect URI.

    Anybody can say to be a public client: of one address no more is kept than browsers would ask from there.
    """
    client = server.authenticate_client(asked, OFFERED_METHODS, "par")
    if not client.is_confidential:
        throttle.count("push", asked.call.caller, throttle.INTERACTIONS)
    parameters = _parameters(asked, client)
    try:
        checked = ProviderRequest(asked.received, parameters, is_pushed=True)
        grant: Any = server.get_authorization_grant(checked)
        grant.validate_authorization_request()
    except OAuth2Error as error:
        error.redirect_uri = None
        raise
    uri = f"{PREFIX}{secrets.token_urlsafe(32)}"
    PushedRequest.objects.create(
        uri_hash=hash_of(uri),
        client_id=client.client_id,
        parameters=parameters,
        expires_at=timezone.now() + LIFE,
    )
    body = {"request_uri": uri, "expires_in": int(LIFE.total_seconds())}
    return JsonResponse(body, status=201, headers={"Cache-Control": "no-store"})


def _parameters(asked: ProviderRequest, client: Client) -> dict[str, str]:
    sent = asked.form
    if "request_uri" in sent:
        raise InvalidRequestError("request_uri cannot be pushed (RFC 9126, 2.1).")
    if sent.get("client_id", client.client_id) != client.client_id:
        raise InvalidRequestError("client_id is not that of the authenticated client.")
    parameters = {name: str(sent[name]) for name in KEPT if name in sent} | {"client_id": client.client_id}
    if sum(map(len, parameters.values())) > LARGEST:
        raise InvalidRequestError(f"The request is too large: its parameters may have {LARGEST} characters.")
    if asked.jkt and parameters.setdefault("dpop_jkt", asked.jkt) != asked.jkt:
        raise InvalidProofError("dpop_jkt is not the thumbprint of the key of the DPoP proof.")
    return parameters


def read(request: HttpRequest) -> Asking:
    """The request that the browser brings. What stands beside a request_uri is ignored (RFC 9101, 6.3).

    Raises InvalidRequestUriError, for a page: what is not known has no redirect URI that could be trusted.
    """
    asking = cast(ResidentRequest, request)
    uri = request.GET.get("request_uri", "")
    if not uri.startswith(PREFIX):
        sent = {name: str(value) for name, value in request.GET.items() if name != resume.PARAMETER}
        return Asking(asking, sent)
    held = PushedRequest.objects.filter(
        uri_hash=hash_of(uri), client_id=request.GET.get("client_id", ""), answered_at=None
    ).first()
    if held is None or (held.expires_at <= timezone.now() and resume.interrupted(request) is None):
        raise InvalidRequestUriError
    return Asking(asking, held.parameters, held)


def answered(asking: Asking) -> bool:
    """Write down that the request is answered; False if it was before. Of many at once, one is first."""
    if asking.pushed is None:
        return True
    open_still = PushedRequest.objects.filter(pk=asking.pushed.pk, answered_at=None)
    return bool(open_still.update(answered_at=timezone.now()))


def answer_once(asking: Asking) -> None:
    """Raises InvalidRequestUriError."""
    if not answered(asking):
        raise InvalidRequestUriError
