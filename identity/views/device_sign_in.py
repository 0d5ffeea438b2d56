"""Sign-in by a phone: the browser shows a QR code and a number, the phone confirms, the browser goes in."""

import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consortium import metrics
from consortium.api.limits import address
from consortium.domain.user_agent import device as browser_name
from consortium.membership.models import User, UserKind
from consortium.tenancy import context
from consortium.ui import errors
from identity.actions.device_sign_in import Begun, begin_challenge, finish_sign_in
from identity.ceremonies import start_session
from identity.context import NotActive, resident
from identity.domain.sign_in import SignIn
from identity.limits import exceeded
from identity.models import ChallengeState, DeviceChallenge
from identity.requests import opens_own_context
from services.queries import relying_party

from .access import WINDOW, destination
from .devices import qr

PENDING = "device_sign_in"
MOST = 60


@method_decorator([login_not_required, never_cache, opens_own_context], name="dispatch")
class DeviceSignIn(View):
    """GET begins; POST goes in once the phone has confirmed, which a script or the person finds out."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if exceeded("device-sign-in", address(request), limit=MOST, seconds=WINDOW):
            return errors.too_many(request, retry_after=WINDOW)
        browser = secrets.token_urlsafe(24)
        name = browser_name(request.headers.get("User-Agent", ""))
        with context.person(None):
            service = _service(destination(request))
            challenge, code = begin_challenge(Begun(browser, name, address(request), service))
        kept = {
            "challenge": str(challenge.pk),
            "browser": browser,
            "code": code,
            "next": destination(request),
        }
        request.session.cycle_key()  # who planted the old one would be signed in, too
        request.session[PENDING] = kept
        return self._page(request, challenge, kept)

    def post(self, request: HttpRequest) -> HttpResponse:
        kept = request.session.get(PENDING, {})
        challenge = _pending(kept)
        if challenge is None or challenge.state == ChallengeState.REFUSED:
            return self._over(request)
        if challenge.state == ChallengeState.OPEN:
            problem = _("まだ確認されていません。アプリで番号を入力してから、もう一度押してください。")
            return self._page(request, challenge, kept, problem)
        try:
            user, sign_in = _finished(challenge, kept["browser"])
        except (ValidationError, NotActive):
            return self._over(request)
        del request.session[PENDING]
        start_session(request, user, sign_in)
        return HttpResponseRedirect(kept["next"])

    def _page(
        self, request: HttpRequest, challenge: DeviceChallenge, kept: dict[str, str], problem: str = ""
    ) -> HttpResponse:
        link = f"{settings.IDENTITY_URL}{reverse('identity:device_sign_in')}#{kept['code']}"
        values = {
            "number": challenge.number,
            "link": link,
            "qr": qr(link),
            "origin": settings.IDENTITY_URL,
            "service": challenge.service,
            "form": _refused(problem) if problem else Form(),
            "next": kept["next"],
        }
        return render(request, "identity/device_sign_in.html", values, status=422 if problem else 200)

    def _over(self, request: HttpRequest) -> HttpResponse:
        metrics.SIGN_IN_FAILURES.labels("device").inc()
        kept = request.session.pop(PENDING, {})
        following = kept.get("next", reverse("identity:me"))
        problem = _("番号が違うか、アプリで取りやめたか、3分が過ぎました。はじめからやり直してください。")
        values = {"next": following, "form": _refused(problem)}
        return render(request, "identity/device_sign_in_over.html", values, status=422)


@login_not_required
@require_safe
@never_cache
@opens_own_context
def state(request: HttpRequest) -> JsonResponse:
    """For the page's script: open, confirmed, refused, or over."""
    challenge = _pending(request.session.get(PENDING, {}))
    return JsonResponse({"state": challenge.state if challenge else "over"})


def _service(following: str) -> str:
    """The name of the service that asked her to sign in, if one did."""
    client_id = parse_qs(urlsplit(following).query).get("client_id", [""])[0]
    party = relying_party(client_id) if client_id else None
    return party.name_ja if party and party.is_approved else ""


def _refused(problem: str) -> Form:
    """For the error summary: the page's only form has no fields."""
    form = Form({})
    form.add_error(None, problem)
    return form


def _pending(kept: Any) -> DeviceChallenge | None:
    if not kept:
        return None
    with context.person(None):
        live = DeviceChallenge.objects.filter(used_at=None, expires_at__gt=timezone.now())
        return live.filter(pk=kept["challenge"]).first()


def _finished(challenge: DeviceChallenge, browser: str) -> tuple[User, SignIn]:
    """Raises ValidationError, NotActive."""
    if challenge.citizen_id is None:
        raise NotActive
    with context.person(None):
        user = User.objects.get(kind=UserKind.RESIDENT, citizen_id=challenge.citizen_id, is_active=True)
    with resident(challenge.citizen_id) as her:
        return user, finish_sign_in(by=her, challenge=challenge, browser=browser)
