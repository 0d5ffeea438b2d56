"""The authorization endpoint and the consent screen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oidc.core.errors import ConsentRequiredError
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consortium.api.limits import address
from consortium.ui import errors
from identity.actions.consents import grant_consent
from identity.domain.assurance import Assurance
from identity.domain.sign_in import SignIn
from identity.labels import ATTRIBUTES, labels
from identity.requests import ResidentRequest

from . import guard, interaction, policy, throttle
from .clients import OFFLINE, Client, attributes_of
from .errors import TemporarilyUnavailableError
from .grants.code import NOT_REGISTERED, CodeGrant
from .server import server

CONSENT_LIFE: Final = timedelta(days=365)
EACH_TIME: Final = timedelta(days=1)
"""How long a consent holds in a sector that wants one for every purpose anew."""


@dataclass(frozen=True)
class Asked:
    """A request that is sound, of a resident whose sign-in satisfies it."""

    request: ResidentRequest
    grant: CodeGrant
    sign_in: SignIn
    assurance: Assurance

    @property
    def client(self) -> Client:
        return cast(Client, self.grant.client)

    @property
    def attributes(self) -> list[str]:
        return attributes_of(self.grant.request.scope)

    @property
    def prompts(self) -> list[str]:
        return self.request.GET.get("prompt", "").split()

    @property
    def needs_consent(self) -> bool:
        """Offline access is never silent (OpenID Connect Core section 11): prompt=none does without."""
        if "consent" in self.prompts or (self.is_offline and "none" not in self.prompts):
            return True
        return not interaction.consent_covers(self.request, self.client, self.attributes)

    @property
    def is_offline(self) -> bool:
        """Whether the service wants to go on when she has left."""
        return OFFLINE in self.grant.request.scope.split()

    @property
    def until(self) -> datetime:
        return timezone.now() + (EACH_TIME if self.client.sector.consent_each_time else CONSENT_LIFE)

    def error(self, kind: type[OAuth2Error]) -> OAuth2Error:
        return kind(redirect_uri=self.grant.redirect_uri, state=self.request.GET.get("state"))

    def refused(self, reason: policy.Refusal) -> OAuth2Error:
        return policy.error_of(
            reason, redirect_uri=str(self.grant.redirect_uri), state=self.request.GET.get("state")
        )


Step = Callable[[Asked], HttpResponse]


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2."""
    if request.method == "POST":
        return _as_get(request)
    return _answer(request, _decide)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest) -> HttpResponse:
    """Her answer to the consent screen; the authorization request stands in the address."""
    if request.method == "POST":
        return _answer(request, _conclude)
    return redirect(f"{reverse('identity:oidc_authorize')}?{request.GET.urlencode()}")


def _as_get(request: HttpRequest) -> HttpResponse:
    """A form posted from another site brings no session cookie (SameSite=Lax); the GET that follows does."""
    try:
        guard.check_token_request(request)
    except OAuth2Error as error:
        return _error_page(request, error)
    return HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}", status=303)


def _answer(request: HttpRequest, step: Step) -> HttpResponse:
    try:
        throttle.count("authorize", address(request), throttle.INTERACTIONS)
        guard.check_parameters(request.GET)
        return _proceed(cast(ResidentRequest, request), step)
    except TemporarilyUnavailableError as error:
        return errors.too_many(request, retry_after=error.retry_after)
    except OAuth2Error as error:
        if error.redirect_uri:
            return server.handle_error_response(None, error)
        return _error_page(request, error)


def _proceed(request: ResidentRequest, step: Step) -> HttpResponse:
    """Everything that can be wrong with the request is found before she is asked to sign in."""
    sign_in = interaction.fresh_sign_in(request)
    end_user = request.user if sign_in else None
    grant = cast(CodeGrant, server.get_consent_grant(request, end_user))  # type: ignore[no-untyped-call]  # Authlib
    if sign_in is None:
        return interaction.send_to_sign_in(request)
    asked = Asked(request, grant, sign_in, interaction.assurance_of(request, sign_in))
    reason = policy.refusal(asked.client, request.actor, asked.assurance)
    return _refuse(asked, reason) if reason else step(asked)


def _decide(asked: Asked) -> HttpResponse:
    if not asked.needs_consent:
        return _leave(asked, _respond(asked, granted=True))
    if "none" in asked.prompts:
        raise asked.error(ConsentRequiredError)
    return _ask(asked)


def _conclude(asked: Asked) -> HttpResponse:
    granted = asked.request.POST.get("decision") == "allow"
    if granted and asked.needs_consent:
        grant_consent(
            by=asked.request.actor,
            relying_party=asked.client.party,
            attributes=asked.attributes,
            until=asked.until,
        )
    return _respond(asked, granted=granted)


def _respond(asked: Asked, *, granted: bool) -> HttpResponse:
    subject = (
        interaction.subject_of(asked.request, asked.client, asked.sign_in, asked.assurance)
        if granted
        else None
    )
    response = server.create_authorization_response(
        request=asked.grant.request, grant_user=subject, grant=asked.grant
    )
    return cast(HttpResponse, response)


def _leave(asked: Asked, response: HttpResponse) -> HttpResponse:
    """Straight back to the service; after a sign-in by way of a page.

    Chromium holds the policy `form-action 'self'` of the sign-in form against every redirect that follows it.
    """
    if not interaction.is_resumed(asked.request):
        return response
    values = {"location": response["Location"], "party": asked.client.party}
    return render(asked.request, "identity/oidc/return.html", values)


def _ask(asked: Asked) -> HttpResponse:
    party = asked.client.party
    withheld = [label for key, label in ATTRIBUTES.items() if key not in asked.attributes]
    values = {
        "party": party,
        "shared": labels(asked.attributes),
        "withheld": withheld,
        "until": asked.until,
        "action": f"{reverse('identity:oidc_consent')}?{asked.request.GET.urlencode()}",
    }
    return _may_post_to(asked, render(asked.request, "identity/oidc/consent.html", values))


def _may_post_to(asked: Asked, response: HttpResponse) -> HttpResponse:
    """Lets the page's form end at the redirect URI (see _leave)."""
    parts = urlsplit(str(asked.grant.redirect_uri))
    allow = csp_update({"form-action": [f"{parts.scheme}://{parts.netloc}"]})
    return cast(HttpResponse, allow(lambda request: response)(asked.request))


def _refuse(asked: Asked, reason: policy.Refusal) -> HttpResponse:
    """She is told why, in her words; the way back carries the error to the service."""
    error = asked.refused(reason)
    if "none" in asked.prompts:
        raise error
    way_back = server.handle_error_response(None, error)
    values = {"reason": reason, "party": asked.client.party, "location": way_back["Location"]}
    return render(asked.request, "identity/oidc/refused.html", values, status=403)


def _error_page(request: HttpRequest, error: OAuth2Error) -> HttpResponse:
    """Where the redirect URI cannot be trusted nothing is sent to it."""
    unknown = isinstance(error, InvalidClientError)
    values = {
        "code": "invalid_request" if unknown else error.error,
        "description": NOT_REGISTERED if unknown else error.get_error_description(),
    }
    return render(request, "identity/oidc/error.html", values, status=400)
