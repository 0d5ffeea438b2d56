"""Enrolling by a card: the browser shows a challenge, a card app answers it, digits join the two."""

import base64
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from consortium.api.limits import address
from consortium.ui import errors
from identity.actions.proofing import ENROL, Started, start_proofing, take_code
from identity.limits import exceeded
from identity.models import ProofingAttempt
from identity.proofing import jpki
from identity.proving import ANYBODY
from identity.qr import qr_code
from identity.refusals import message
from identity.resident_forms import DigitsForm

from .access import begin_enrolment

KEPT: Final = "proofing"
APP_SCHEME: Final = "consortium-card"
STARTS, WINDOW = 30, 600
UNPROCESSABLE = 422


@method_decorator([login_not_required, never_cache], name="dispatch")
class EnrolByCard(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "identity/enrol_card.html", {"is_on": jpki.is_on()})

    def post(self, request: HttpRequest) -> HttpResponse:
        if exceeded("proofing-start", address(request), limit=STARTS, seconds=WINDOW):
            return errors.too_many(request, retry_after=WINDOW)
        if not jpki.is_on():
            return redirect("identity:enrol_card")
        started = start_proofing(by=ANYBODY, method=jpki.METHOD, by_app=False)
        request.session.cycle_key()
        request.session[KEPT] = {
            "attempt": str(started.attempt.pk),
            "starter": started.starter,
            "link": link_of(started),
        }
        return redirect("identity:enrol_card_wait")


@method_decorator([login_not_required, never_cache], name="dispatch")
class CardWait(View):
    """Asks itself again until the card has answered; works without script."""

    def get(self, request: HttpRequest) -> HttpResponse:
        attempt = attempt_of(request)
        if attempt is None:
            return redirect("identity:enrol_card")
        return self._page(request, attempt, DigitsForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        attempt, form = attempt_of(request), DigitsForm(request.POST)
        if attempt is None:
            return redirect("identity:enrol_card")
        if not form.is_valid():
            return self._page(request, attempt, form)
        code = take_code(by=ANYBODY, attempt=attempt, digits=form.cleaned_data["digits"])
        if code is None:
            form.add_error("digits", _("確認番号が一致しません。カードアプリの画面を確かめてください。"))
            attempt.refresh_from_db()
            return self._page(request, attempt, form)
        del request.session[KEPT]
        begin_enrolment(request, code)
        return redirect("identity:enrol_passkey")

    def _page(self, request: HttpRequest, attempt: ProofingAttempt, form: DigitsForm) -> HttpResponse:
        link = request.session[KEPT]["link"]
        values: dict[str, Any] = {"form": form, "state": attempt.state(timezone.now()), "link": link}
        values["refused"] = message(attempt.refused_for) if attempt.refused_for else ""
        if values["state"] == "waiting":
            values["qr"] = qr_code(link)
        return render(
            request, "identity/enrol_card_wait.html", values, status=UNPROCESSABLE if form.errors else 200
        )


def link_of(started: Started) -> str:
    """Opens the card app on this device, or is read by it from the QR code."""
    challenge = base64.urlsafe_b64encode(started.challenge).decode().rstrip("=")
    query = {"challenge": challenge, "purpose": ENROL, "audience": settings.IDENTITY_URL}
    return f"{APP_SCHEME}:proof?{urlencode(query)}"


def attempt_of(request: HttpRequest) -> ProofingAttempt | None:
    """The one that this browser began."""
    kept = request.session.get(KEPT)
    if not kept:
        return None
    starter = sha256(kept["starter"].encode()).hexdigest()
    return ProofingAttempt.objects.filter(pk=kept["attempt"], starter_hash=starter, taken_at=None).first()
