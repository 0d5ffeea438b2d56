"""Leaving for the provider, coming back, and being asked whose account it is."""

import time
from functools import partial
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from consortium.membership import limits
from consortium.membership.access import PUBLIC, dangerous
from consortium.membership.confinement import confine
from consortium.membership.models import User
from consortium.membership.permissions import MembershipPermission, PortalPermission
from consortium.membership.requests import PortalRequest, is_signed_in, tenant_of
from consortium.sso import provider, queries, sessions
from consortium.sso.actions import Outcome, Refusal, admit, link_account, note_test, refuse_entry
from consortium.sso.actions.entering import sso_actor
from consortium.sso.forms import ChooseForm
from consortium.sso.mapping import Claims, groups_of, is_strong, proved_at
from consortium.sso.models import SsoConnection
from consortium.sso.outside import Question, answer
from consortium.sso.presentation import failed, refused
from consortium.tenancy.models import Municipality
from consortium.ui.forms import Form
from consortium.ui.parts import Fact
from consortium.ui.views import FormView

FIRST_TIME: Final = gettext_lazy(
    "自治体のアカウントを確認しました。このメールアドレスのアカウントが既にあるため、初回だけ、そのパスワードまたはパスキーでサインインして連携してください。"
)


def callback_url(municipality: Municipality) -> str:
    """Of this municipality alone: what one provider answers cannot arrive at another's."""
    return f"{settings.PORTAL_URL}{reverse('sso:callback', args=[municipality.code])}"


def inner(request: HttpRequest, default: str) -> str:
    """`next` of the query where it stays on this site."""
    asked = request.GET.get("next", "")
    is_inner = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_inner else default


def home_of(municipality: Municipality) -> str:
    return reverse("portal:tenant_home", args=[municipality.code])


def leave(
    request: PortalRequest,
    connection: SsoConnection,
    purpose: sessions.Purpose,
    then: str,
    *,
    again: bool = False,
) -> HttpResponse:
    """Off to the provider, or a page that says why not. again: it must ask anew who is there."""
    municipality, discovered = tenant_of(request), answer(request)
    if discovered is None:
        return Question(partial(provider.discover, connection.issuer))
    if discovered.error:
        return failed(request, discovered.error.code)
    url, attempt = provider.begin(
        connection,
        discovered.found,
        callback_url(municipality),
        acr_values=" ".join(connection.trusted_acr),
        prompt="login" if again else "",
        max_age="0" if again else "",  # then the answer has to say when it was proved
    )
    sessions.depart(request, sessions.Journey(attempt, municipality.pk, connection.identity, purpose, then))
    return HttpResponseRedirect(url)


@method_decorator(login_not_required, name="dispatch")
class Choose(TemplateView):
    """GET q=: an address or a code → the municipalities whose provider may be asked."""

    template_name = "sso/choose.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = ChooseForm(self.request.GET if "q" in self.request.GET else None)
        found = _places(form) if form.is_bound and form.is_valid() else None
        then = inner(self.request, "")
        query = f"?{urlencode({'next': then})}" if then else ""
        return super().get_context_data(form=form, places=found, then=then, query=query, **kwargs)


def _places(form: ChooseForm) -> list[Municipality]:
    if code := form.code():
        listed = Municipality.objects.filter(code=code)
        return [one for one in listed if queries.is_open_at(one)]
    return queries.entrances_for(form.domain())


@method_decorator([login_not_required, never_cache], name="dispatch")
class Start(View):
    """GET: to the provider. next: where to go after; again: it is to ask anew who is there."""

    permission = PUBLIC
    http_method_names = ["get"]

    def get(self, request: PortalRequest, code: str) -> HttpResponse:
        connection = queries.connection()
        if connection is None or not queries.entrance().is_open:
            return failed(request, "shut")
        then = inner(request, home_of(tenant_of(request)))
        again = "again" in request.GET
        return leave(request, connection, "again" if again else "sign_in", then, again=again)


@method_decorator([login_not_required, never_cache], name="dispatch")
class Callback(View):
    """Where the provider sends the browser back to, with code and state, or with an error."""

    permission = PUBLIC
    http_method_names = ["get"]

    def get(self, request: PortalRequest, code: str) -> HttpResponse:
        connection, arrived = queries.connection(), answer(request)
        if connection is None:
            return failed(request, "state")
        if arrived is None:
            return self.redeem(request, connection)
        if arrived.kept.provider != connection.identity:
            return failed(request, "state")
        if error := arrived.error:
            refuse_entry(by=sso_actor(tenant_of(request).pk), why=error.code, detail=error.detail)
            return failed(request, error.code)
        return _Arrival(request, connection, arrived.found, arrived.kept).answer()

    def redeem(self, request: PortalRequest, connection: SsoConnection) -> HttpResponse:
        municipality = tenant_of(request)
        journey = sessions.arrive(request, request.GET.get("state", ""), municipality.pk)
        if journey is None or "\0" in request.GET.get("code", ""):
            return failed(request, "state")
        if journey.provider != connection.identity:
            return failed(request, "state")
        if "error" in request.GET or not request.GET.get("code"):
            error = request.GET.get("error", "")[:100]
            by = sso_actor(municipality.pk)
            refuse_entry(by=by, why="denied", detail=error if error.isprintable() else "")
            return failed(request, "denied")
        complete = partial(
            provider.complete,
            connection,
            callback_url(municipality),
            journey.attempt,
            code=request.GET["code"],
            iss=request.GET.get("iss", ""),
        )
        return Question(complete, kept=journey)


class _Arrival:
    """What a verified token leads to, by what the journey was for."""

    def __init__(
        self, request: PortalRequest, connection: SsoConnection, claims: Claims, journey: sessions.Journey
    ) -> None:
        self.request, self.connection, self.claims, self.journey = request, connection, claims, journey
        self.municipality = tenant_of(request)
        self.strong = is_strong(
            claims, trusted_acr=connection.trusted_acr, trusted_amr=connection.trusted_amr
        )

    def answer(self) -> HttpResponse:
        if self.journey.purpose == "test":
            return self.tested()
        if self.journey.purpose == "link":
            return self.to_linking()
        if not queries.entrance().is_open:
            return failed(self.request, "shut")
        return self.signed_in()

    def tested(self) -> HttpResponse:
        if not is_signed_in(self.request) or not self.request.actor.can(MembershipPermission.MANAGE_STAFF):
            return failed(self.request, "state")
        note_test(by=self.request.actor, connection=self.connection)
        self.request.session[sessions.TEST] = {
            "municipality": self.municipality.pk,
            "claims": {name: self.claims[name] for name in sorted(self.claims)},
        }
        return redirect("sso:test_result", self.municipality.code)

    def to_linking(self) -> HttpResponse:
        groups = groups_of(self.claims, self.connection.groups_claim)
        sessions.remember_pending(self.request, self.journey, self.claims, groups, strong=self.strong)
        if not is_signed_in(self.request):
            messages.info(self.request, FIRST_TIME)
        return redirect("sso:link", self.municipality.code)

    def signed_in(self) -> HttpResponse:
        outcome: Outcome = admit(
            by=sso_actor(self.municipality.pk), connection=self.connection, claims=self.claims
        )
        if outcome.refusal is Refusal.LINK_FIRST:
            return self.to_linking()
        if outcome.user is None:
            return refused(self.request, str(outcome.refusal))
        at = self.proved_at(outcome.user)
        return open_session(self.request, outcome.user, self.journey.next, strong=self.strong, at=at)

    def proved_at(self, user: User) -> float | None:
        """None where nobody may have been asked: most providers let pass who is signed in there."""
        at = proved_at(self.claims)
        if at is None and self.journey.purpose != "again" and self.request.user == user:
            return None
        return time.time() if at is None else min(at, time.time())


def open_session(
    request: PortalRequest, user: User, then: str, *, strong: bool, at: float | None
) -> HttpResponse:
    """Sign the account in. Without a trusted second factor allauth asks for ours, where there is one.

    at: when the person proved who she is; None leaves the session's earlier proofs as they are.
    """
    municipality = tenant_of(request)
    if is_signed_in(request) and request.user != user:
        get_adapter().logout(request)
    confine(request, user, municipality.pk, strong=strong)
    request.session.pop(sessions.PENDING, None)
    request.session["municipality"] = municipality.pk
    if at is not None:
        record_authentication(request, user, method="sso", type="sso_strong" if strong else None, at=at)
    if not strong:
        response: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=then)
        return response
    user.backend = settings.AUTHENTICATION_BACKENDS[0]
    get_adapter().login(request, user)
    answer = HttpResponseRedirect(then)
    limits.remember_device(request, answer, user)
    return answer


class Required(TemplateView):
    """Signed in by other means, where the municipality wants its provider's word."""

    permission = PUBLIC
    template_name = "sso/required.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request: Any = self.request
        municipality = tenant_of(request)
        start = reverse("sso:start", args=[municipality.code])
        query = urlencode({"next": inner(request, home_of(municipality))})
        return super().get_context_data(municipality=municipality, start_url=f"{start}?{query}", **kwargs)


@dangerous
@method_decorator(never_cache, name="dispatch")
class Link(FormView):
    """The person who is signed in confirms that the provider's subject is she: a key to the account."""

    permission = PortalPermission.VIEW
    template_name = "sso/link.html"
    form_class = Form
    request: PortalRequest

    def pending(self) -> dict[str, Any] | None:
        connection = queries.connection()
        if connection is None:
            return None
        return sessions.pending(self.request, tenant_of(self.request).pk, connection.identity)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = self.pending()
        shown = waiting["claims"] if waiting else {}
        facts = [
            Fact(
                _("このプラットフォームのアカウント"), f"{self.request.user.name} ({self.request.user.email})"
            ),
            Fact(
                _("自治体のアカウント"),
                " ".join(filter(None, [shown.get("name"), shown.get("email")])) or shown.get("sub", ""),
            ),
        ]
        is_open = queries.entrance().is_open
        return super().get_context_data(waiting=waiting, facts=facts, is_open=is_open, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        connection = queries.connection()
        if connection is None or not queries.entrance().is_open:
            return failed(request, "shut")
        if not self.pending():
            return redirect(f"{reverse('sso:link', args=[tenant_of(self.request).code])}?ask=1")
        return super().post(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        connection = queries.connection()
        if connection and "ask" in request.GET and queries.entrance().is_open:
            return leave(self.request, connection, "link", home_of(tenant_of(self.request)), again=True)
        return super().get(request, *args, **kwargs)

    def perform(self, form: Any) -> str:
        connection, waiting = queries.connection(), self.pending()
        assert connection is not None and waiting is not None  # noqa: S101  # post() has looked
        claims = {**waiting["claims"], connection.groups_claim: waiting["groups"]}
        link_account(by=self.request.actor, user=self.request.user, connection=connection, claims=claims)
        outcome = admit(by=sso_actor(tenant_of(self.request).pk), connection=connection, claims=claims)
        self.request.session.pop(sessions.PENDING, None)
        if outcome.user is None:
            messages.warning(self.request, _("連携しましたが、役割に対応するグループに属していません。"))
            return reverse("portal:home")
        confine(self.request, outcome.user, tenant_of(self.request).pk, strong=waiting["strong"])
        messages.success(
            self.request,
            _("自治体のアカウントと連携しました。次回からは自治体のアカウントでサインインできます。"),
        )
        return str(waiting["next"])
