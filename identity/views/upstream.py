"""Enrolling by the word of an upstream provider; state, nonce and verifier are this browser's alone."""

import hmac
from dataclasses import asdict
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from consortium.api.limits import address
from consortium.crypto import decrypt, encrypt
from consortium.tenancy import context
from consortium.ui import errors
from identity.actions.proofing import claim_answer, start_proofing
from identity.domain.enrolment_code import code_hash
from identity.domain.proofing import ProofingRefused
from identity.limits import exceeded
from identity.models import EnrolmentCode
from identity.proofing import ninsho_app
from identity.proving import ANYBODY, proved
from identity.refusals import message
from identity.requests import opens_own_context
from identity.resident_forms import ReadingForm

from .access import begin_enrolment

KEPT: Final = "upstream"
STARTS, WINDOW, UNPROCESSABLE = 30, 600, 422


@method_decorator([login_not_required, never_cache, opens_own_context], name="dispatch")
class EnrolByApp(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return _page(request, ReadingForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if exceeded("upstream-start", address(request), limit=STARTS, seconds=WINDOW):
            return errors.too_many(request, retry_after=WINDOW)
        if not ninsho_app.is_on():
            return redirect("identity:enrol_app")
        form = ReadingForm(request.POST)
        if not form.is_valid():
            return _page(request, form)
        try:
            url, attempt = ninsho_app.begin(_return_address())
        except ProofingRefused as refused:
            form.add_error(None, str(message(refused)))
            return _page(request, form)
        request.session.cycle_key()
        request.session[KEPT] = {**asdict(attempt), "kana": encrypt(form.cleaned_data["kana"])}
        return HttpResponseRedirect(url)


@method_decorator([login_not_required, never_cache, opens_own_context], name="dispatch")
class AppReturn(View):
    """Where the provider sends the browser back; what does not belong to this browser changes nothing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        kept = request.session.pop(KEPT, None)
        if kept is None:
            return redirect("identity:enrol_app")
        attempt = ninsho_app.Attempt(kept["state"], kept["nonce"], kept["verifier"])
        try:
            code = self._proved(request, attempt, decrypt(kept["kana"]))
        except ProofingRefused as refused:
            form = ReadingForm({})
            form.errors.clear()
            form.add_error(None, str(message(refused)))
            return _page(request, form)
        with context.person(None):
            begin_enrolment(request, EnrolmentCode.objects.get(code_hash=code_hash(code)))
        return redirect("identity:enrol_passkey")

    def _proved(self, request: HttpRequest, attempt: ninsho_app.Attempt, kana: str) -> str:
        state, code, iss = (request.GET.get(name, "") for name in ("state", "code", "iss"))
        with context.person(None):
            started = start_proofing(by=ANYBODY, method=ninsho_app.METHOD, by_app=True)

        def check() -> Any:
            if not code or not hmac.compare_digest(state.encode(), attempt.state.encode()):
                raise ProofingRefused("upstream", "state")
            return ninsho_app.prove(_return_address(), attempt, code, iss, timezone.localdate())

        return proved(
            lambda: claim_answer(by=ANYBODY, challenge=started.challenge, starter=started.starter),
            check,
            kana,
        ).code


def _return_address() -> str:
    return str(settings.IDENTITY_URL) + reverse("identity:enrol_app_return")


def _page(request: HttpRequest, form: ReadingForm) -> HttpResponse:
    values = {"form": form, "is_on": ninsho_app.is_on()}
    return render(request, "identity/enrol_app.html", values, status=UNPROCESSABLE if form.errors else 200)
