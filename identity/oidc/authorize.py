"""The authorization endpoint and the consent screen."""

import hashlib
import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final, cast

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidClientError
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from consortium.api.limits import address
from consortium.ui import errors
from identity.actions.consents import grant_consent
from identity.actions.tokens import SessionEnded
from identity.domain.assurance import Assurance, is_unmet, is_worth_a_step_up
from identity.domain.sign_in import SignIn
from identity.queries.basis import Basis
from identity.queries.grounds import Grounds, grounds
from identity.queries.standing import best_sign_in
from identity.requests import ResidentRequest, at_once, require_page

from . import consent as screen
from . import guard, interaction, language, par, policy, resume, throttle
from .asking import Asking
from .clients import OFFLINE, Client, attributes_of, told
from .errors import TemporarilyUnavailableError
from .grants.code import NOT_REGISTERED, CodeGrant
from .hint import hinted_subject
from .interaction import Reason
from .server import server
from .subject import Subject

CONSENT_LIFE: Final = timedelta(days=365)
EACH_TIME: Final = timedelta(days=1)
"""How long a consent holds in a sector that wants one for every purpose anew."""


@dataclass(frozen=True)
class Asked:
    """A request that is sound, of a resident whose sign-in is fresh enough for it."""

    asking: Asking
    grant: CodeGrant
    sign_in: SignIn
    grounds: Grounds

    @property
    def request(self) -> ResidentRequest:
        return self.asking.request

    @property
    def client(self) -> Client:
        return cast(Client, self.grant.client)

    @property
    def basis(self) -> Basis:
        return self.grounds.basis

    @cached_property
    def assurance(self) -> Assurance:
        return Assurance(self.basis.proofing, self.sign_in.level)

    @cached_property
    def attributes(self) -> list[str]:
        """Of the scope and of the `claims` parameter, as far as the client may ask for them."""
        named = [name for name in self.asking.claims.names if name in self.client.attributes]
        return list(dict.fromkeys([*attributes_of(self.grant.request.scope), *named]))

    @property
    def needs_consent(self) -> bool:
        """Offline access is never silent (OpenID Connect Core section 11): prompt=none does without."""
        if "consent" in self.asking.prompts or (self.is_offline and not self.asking.is_silent):
            return True
        return not interaction.consent_covers(self.grounds.consents, self.client, self.attributes)

    @property
    def is_offline(self) -> bool:
        """Whether the service wants to go on when she has left."""
        return OFFLINE in self.grant.request.scope.split()

    @property
    def seen(self) -> str:
        """A digest of what the consent screen shows her, which her answer to it brings back."""
        party = self.client.party
        shown = [party.purpose_ja, party.purpose_en, self.attributes, self.is_offline]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()

    @property
    def until(self) -> datetime:
        return timezone.now() + (EACH_TIME if self.client.sector.consent_each_time else CONSENT_LIFE)

    @cached_property
    def refusal(self) -> policy.Refusal | None:
        reason = policy.refusal(self.client, self.basis, self.assurance)
        unmet = is_unmet(self.asking.steps, self.assurance, essential=self.asking.claims.acr_essential)
        return reason or (policy.Refusal.UNMET_STEP if unmet else None)

    @property
    def could_be_stronger(self) -> bool:
        """Whether another passkey of hers would let her through, or would answer acr_values better."""
        if self.refusal is policy.Refusal.WEAK_SIGN_IN:
            return self._reachable.authentication >= self.client.sector.min_authentication
        if self.refusal not in {None, policy.Refusal.UNMET_STEP} or not self.asking.steps:
            return False
        return is_worth_a_step_up(self.asking.steps, reached=self.assurance, reachable=self._reachable)

    @cached_property
    def _reachable(self) -> Assurance:
        best = best_sign_in(self.request.actor.citizen_id)
        return Assurance(self.assurance.proofing, max(self.assurance.authentication, best))

    @property
    def is_expected(self) -> bool:
        """Whether she is whom the client means, by an ID token or by name (OIDC Core, 3.1.2.2 and 5.5.1)."""
        hint = self.asking.parameters.get("id_token_hint")
        hinted = hinted_subject(hint, self.client) if hint else None
        meant = {subject for subject in (hinted, self.asking.claims.subject) if subject is not None}
        return not meant or meant == {self.grounds.pseudonym}

    def error(self, error: OAuth2Error) -> OAuth2Error:
        """As an answer to the client."""
        error.redirect_uri, error.state = str(self.grant.redirect_uri), self.asking.state
        return error


Step = Callable[[Asked], HttpResponse]


@at_once
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
        _count(request)
        guard.check_parameters(request.GET)
        asking = par.read(request)
    except TemporarilyUnavailableError as error:
        require_page(request)
        return errors.too_many(request, retry_after=error.retry_after)
    except OAuth2Error as error:
        return _error_page(request, error)
    wished = language.wished(asking)
    if wished is None:
        return _answered(asking, step)
    with translation.override(wished):
        response = _answered(asking, step)
    language.keep(response, wished)
    return response


def _count(request: HttpRequest) -> None:
    """Once, also where it was tried without a page before."""
    if not getattr(request, "is_counted", False):
        throttle.count("authorize", address(request), throttle.INTERACTIONS)
        request.is_counted = True  # type: ignore[attr-defined]  # of this module


def _answered(asking: Asking, step: Step) -> HttpResponse:
    try:
        return _proceed(asking, step)
    except OAuth2Error as error:
        if error.redirect_uri and par.answered(asking):
            return _leave(asking, server.handle_error_response(None, error))
        return _error_page(asking.request, error)


def _proceed(asking: Asking, step: Step) -> HttpResponse:
    """Everything that can be wrong with the request is found before she is asked to sign in."""
    sign_in = interaction.fresh_sign_in(asking)
    end_user = asking.request.user if sign_in else None
    citizen_id = asking.request.actor.citizen_id
    found = grounds(citizen_id, asking.client_id) if sign_in and citizen_id else None
    with told(asking.client_id, found.stamp if found else None):
        grant: Any = server.get_consent_grant(asking.provider_request, end_user)  # type: ignore[no-untyped-call]  # Authlib
    if sign_in is None:
        known = asking.request.user.is_authenticated
        return interaction.send_to_sign_in(asking, Reason.AGAIN if known else Reason.NOBODY)
    if found is None or not found.basis.is_active:
        require_page(asking.request)
        raise AccessDeniedError  # gone since the middleware let her in
    asked = Asked(asking, grant, sign_in, found)
    if asking.is_silent and asked.needs_consent:
        # First of all: without her consent nothing about her is told, not even why she would be refused.
        raise asked.error(ConsentRequiredError())
    if not asked.is_expected:
        raise asked.error(LoginRequiredError("Another resident is signed in than the one that is meant."))
    if not asking.is_silent and not interaction.has_tried(asking) and asked.could_be_stronger:
        return interaction.send_to_sign_in(asking, Reason.STRONGER)
    return _refuse(asked, asked.refusal) if asked.refusal else step(asked)


def _decide(asked: Asked) -> HttpResponse:
    return _ask(asked) if asked.needs_consent else _respond(asked, granted=True)


def _conclude(asked: Asked) -> HttpResponse:
    """She consents to what she saw: if it changed in between, or was never shown, she sees it as it is."""
    granted = asked.request.POST.get("decision") == "allow"
    if granted and asked.needs_consent:
        if asked.request.POST.get("seen") != asked.seen:
            return _ask(asked)
        grant_consent(
            by=asked.request.actor,
            relying_party=asked.client.party,
            attributes=asked.attributes,
            until=asked.until,
        )
    return _respond(asked, granted=granted)


def _respond(asked: Asked, *, granted: bool) -> HttpResponse:
    try:
        with transaction.atomic() if asked.asking.pushed else nullcontext():
            par.answer_once(asked.asking)
            response = server.create_authorization_response(
                request=asked.grant.request,
                grant_user=_subject(asked) if granted else None,
                grant=asked.grant,
            )
    except SessionEnded:
        if asked.asking.is_silent:
            raise asked.error(LoginRequiredError("Her sign-in has just ended.")) from None
        return interaction.send_to_sign_in(asked.asking, Reason.NOBODY)
    return _leave(asked.asking, cast(HttpResponse, response))


def _subject(asked: Asked) -> Subject:
    return interaction.subject_of(
        asked.asking, asked.client, asked.sign_in, asked.assurance, asked.grounds.pseudonym
    )


def _leave(asking: Asking, response: HttpResponse) -> HttpResponse:
    """Back to the service: straight, or by way of a page where a form of ours led here.

    Chromium holds the policy `form-action 'self'` of a form against every redirect that follows it, those of
    the service's own callback too; a page that goes on by itself is a navigation of its own.
    """
    if not interaction.came_by_form(asking.request):
        return response
    client = server.query_client(asking.client_id)
    values = {"location": response["Location"], "party": client.party if client else None}
    return _page(asking.request, "return", values)


def _ask(asked: Asked) -> HttpResponse:
    citizen_id = asked.request.actor.citizen_id
    if citizen_id is None:
        raise ValueError("nobody is signed in")
    values = {
        **screen.words(asked.client, citizen_id, asked.attributes, asked.until, offline=asked.is_offline),
        "action": f"{reverse('identity:oidc_consent')}?{resume.kept_query(asked.request)}",
        "seen": asked.seen,
    }
    return _page(asked.request, "consent", values)


def _refuse(asked: Asked, reason: policy.Refusal) -> HttpResponse:
    """She is told why, in her words; the way back carries the error to the service."""
    error = asked.error(policy.error_of(reason))
    if asked.asking.is_silent:
        raise error
    way_back = server.handle_error_response(None, error)
    values = {"reason": reason, "party": asked.client.party, "location": way_back["Location"]}
    return _page(asked.request, "refused", values, status=403)


def _error_page(request: HttpRequest, error: OAuth2Error) -> HttpResponse:
    """Where the redirect URI cannot be trusted nothing is sent to it."""
    unknown = isinstance(error, InvalidClientError)
    values = {
        "code": "invalid_request" if unknown else error.error,
        "description": NOT_REGISTERED if unknown else error.get_error_description(),
    }
    return _page(request, "error", values, status=400)


def _page(request: HttpRequest, name: str, values: dict[str, Any], status: int = 200) -> HttpResponse:
    require_page(request)
    return render(request, f"identity/oidc/{name}.html", values, status=status)
