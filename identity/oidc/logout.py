"""The end_session_endpoint and its pages: a service, or whoever opens the address, asks to sign out."""

from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consortium.api.limits import address
from consortium.ui import errors
from identity.ceremonies import leave_session
from identity.domain.session_id import SESSION_NAME, sid_of
from identity.models import Pseudonym
from identity.requests import ResidentRequest
from services.models import RelyingParty

from . import guard, throttle
from .clients import find
from .end_session import NAME, Asked
from .errors import TemporarilyUnavailableError
from .server import server

PACKED: Final = "asked"


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def end_session(request: HttpRequest) -> HttpResponse:
    """OpenID Connect RP-Initiated Logout 1.0, section 2."""
    try:
        throttle.count("end_session", address(request), throttle.INTERACTIONS)
        asked = _asked(request)
    except TemporarilyUnavailableError as error:
        return errors.too_many(request, retry_after=error.retry_after)
    except OAuth2Error as error:
        return _error_page(request, error)
    if request.method == "POST":
        # A form posted from another site brings no session cookie (SameSite=Lax); the GET that follows does.
        return HttpResponseRedirect(_address("oidc_end_session", asked), status=303)
    return _decide(cast(ResidentRequest, request), asked)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Her answer to the question whether to sign out."""
    try:
        asked = Asked.unpacked(request.GET.get(PACKED, ""))
    except OAuth2Error as error:
        return _error_page(request, error)
    if request.method != "POST":
        return redirect(_address("oidc_end_session", asked))
    return _leave(request, asked)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def signed_out(request: HttpRequest) -> HttpResponse:
    """Where she is when no service has her back by itself."""
    try:
        asked = Asked.unpacked(request.GET[PACKED]) if PACKED in request.GET else Asked()
    except OAuth2Error:
        asked = Asked()
    _speak(request, asked.ui_locales)
    values = {"party": _party(asked), "return_to": asked.return_to}
    return render(request, "identity/oidc/signed_out.html", values)


def _asked(request: HttpRequest) -> Asked:
    if request.method == "POST":
        guard.check_form(request)
    guard.check_parameters(request.GET)
    if PACKED in request.GET:
        return Asked.unpacked(request.GET[PACKED])
    return Asked.of(cast(Any, server.validate_endpoint_request(NAME, request)))


def _decide(request: ResidentRequest, asked: Asked) -> HttpResponse:
    if not request.user.is_authenticated or _is_of_this_session(request, asked):
        return _leave(request, asked)
    _speak(request, asked.ui_locales)
    values = {
        "party": _party(asked),
        "is_another": bool(asked.subject) and not _is_hers(request, asked),
        "action": _address("oidc_confirm_end_session", asked),
    }
    return _may_post_to(request, asked, render(request, "identity/oidc/end_session.html", values))


def _is_of_this_session(request: ResidentRequest, asked: Asked) -> bool:
    """Whether the hint is of the sign-in that would end: an older one may be in anybody's hands by now."""
    here = request.session.get(SESSION_NAME)
    return here is not None and asked.sid == sid_of(here, asked.client_id)


def _is_hers(request: ResidentRequest, asked: Asked) -> bool:
    client = find(asked.client_id) if asked.subject and asked.client_id else None
    mine = Pseudonym.objects.filter(citizen=request.actor.citizen_id, value=asked.subject)
    return client is not None and bool(mine.filter(sector=client.sector.key).exists())


def _leave(request: HttpRequest, asked: Asked) -> HttpResponse:
    leave_session(request)
    if asked.returns_by_itself:
        return HttpResponseRedirect(asked.return_to, status=303)
    return HttpResponseRedirect(_address("oidc_signed_out", asked), status=303)


def _may_post_to(request: HttpRequest, asked: Asked, response: HttpResponse) -> HttpResponse:
    """Chromium holds `form-action` against every redirect that follows a form."""
    if not asked.returns_by_itself:
        return response
    parts = urlsplit(asked.return_to)
    allow = csp_update({"form-action": [f"{parts.scheme}://{parts.netloc}"]})
    return cast(HttpResponse, allow(lambda request: response)(request))


def _party(asked: Asked) -> RelyingParty | None:
    client = find(asked.client_id) if asked.client_id else None
    return client.party if client else None


def _address(name: str, asked: Asked) -> str:
    return f"{reverse(f'identity:{name}')}?{urlencode({PACKED: asked.packed()})}"


def _speak(request: Any, ui_locales: str) -> None:
    """The first language of the service's list that we speak, unless she has chosen one here."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or getattr(request.user, "language_is_chosen", False):
        return
    spoken = {tag.lower() for tag, _name in settings.LANGUAGES}
    wished = (tag.lower() for tag in ui_locales.split())
    found = next((tag for one in wished for tag in (one, one.partition("-")[0]) if tag in spoken), None)
    if found:
        translation.activate(found)
        request.LANGUAGE_CODE = translation.get_language()


def _error_page(request: HttpRequest, error: OAuth2Error) -> HttpResponse:
    """Nobody is sent anywhere and nobody is signed out (section 4); she may do that by herself."""
    values = {"code": error.error, "description": error.get_error_description()}
    return render(request, "identity/oidc/end_session_error.html", values, status=400)
