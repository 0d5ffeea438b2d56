"""Getting in: start page, enrolment with a code from the counter, sign-in and sign-out by passkey."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from structlog import get_logger

from consortium import metrics
from consortium.api.limits import address
from consortium.membership.models import User, UserKind
from consortium.tenancy import context
from consortium.ui import errors
from consortium.ui.views import FormView
from identity import webauthn
from identity.actions.passkeys import enrol_passkey, new_handle, use_passkey
from identity.ceremonies import account_label, keep, leave_session, start_session, take
from identity.context import NotActive, resident
from identity.domain.enrolment_code import code_hash
from identity.domain.sign_in import SignIn
from identity.limits import exceeded
from identity.models import EnrolmentCode, Passkey
from identity.proofing import ninsho_app
from identity.requests import opens_own_context
from identity.resident_forms import CredentialForm, EnrolForm, PasskeyForm

PENDING = "enrolment"
WINDOW = 600
PER_ADDRESS = 30
PER_PREFIX = 10
MOST_STARTS = 20
UNPROCESSABLE = 422
log = get_logger()


@method_decorator(login_not_required, name="dispatch")
class Start(TemplateView):
    template_name = "identity/start.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("identity:me")
        return super().get(request, *args, by_app=ninsho_app.is_on(), **kwargs)


@method_decorator([login_not_required, never_cache], name="dispatch")
class Enrol(FormView):
    """Takes a code. Unknown, used, expired and withdrawn ones get one and the same answer."""

    form_class = EnrolForm
    template_name = "identity/enrol.html"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        typed = "".join(request.POST.get("code", "").split()).upper()[:4]
        here = address(request)
        if exceeded("enrol", here, limit=PER_ADDRESS, seconds=WINDOW) or exceeded(
            "enrol-prefix", f"{here} {typed}", limit=PER_PREFIX, seconds=WINDOW
        ):
            return errors.too_many(request, retry_after=WINDOW)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=destination(self.request), **kwargs)

    def perform(self, form: Any) -> str:
        usable = _usable().filter(code_hash=code_hash(form.cleaned_data["code"]), attempts__lt=MOST_STARTS)
        code = usable.first()
        if code is None:
            raise ValidationError(_refused_code(), code="code")
        _usable().filter(pk=code.pk).update(attempts=F("attempts") + 1)
        begin_enrolment(self.request, code)
        return reverse("identity:enrol_passkey")


def begin_enrolment(request: HttpRequest, code: EnrolmentCode) -> None:
    """Whoever showed this code, or proved herself so that it was issued, goes on to the passkey: under a new
    session key, so that nobody who planted the old one registers a key of his own."""
    request.session.cycle_key()
    user = User.objects.filter(kind=UserKind.RESIDENT, citizen_id=code.citizen_id).first()
    handle = bytes(user.handle or b"") if user else new_handle()
    kept = {"code": str(code.pk), "handle": handle.hex(), "next": destination(request)}
    request.session[PENDING] = kept


@dataclass(frozen=True, slots=True)
class _Pending:
    """An enrolment whose code has been shown."""

    code: EnrolmentCode
    handle: bytes
    next: str
    """Where she was led away from: the service that asked her to sign in, or her own page."""


@method_decorator([login_not_required, never_cache, opens_own_context], name="dispatch")
class EnrolPasskey(View):
    """The ceremony behind a code; the code is used up when the passkey is stored, not before."""

    def get(self, request: HttpRequest) -> HttpResponse:
        pending = _pending(request)
        if pending is None:
            return _start_again(request)
        return self._page(request, pending, PasskeyForm.on(request.headers.get("User-Agent", "")))

    def post(self, request: HttpRequest) -> HttpResponse:
        pending, form = _pending(request), PasskeyForm(request.POST)
        state = take(request, "enrol")
        if pending is None or state is None:
            return _start_again(request)
        if not form.is_valid():
            return self._page(request, pending, form)
        try:
            user, sign_in = _enrol(pending, state, form.cleaned_data)
        except webauthn.CeremonyFailed as error:
            log.info("enrolment_failed", reason=str(error))
            form.add_error(None, _("パスキーを登録できませんでした。もう一度お試しください。"))
            return self._page(request, pending, form)
        except (ValidationError, NotActive):
            return _start_again(request)
        del request.session[PENDING]
        start_session(request, user, sign_in)
        return HttpResponseRedirect(pending.next)

    def _page(self, request: HttpRequest, pending: _Pending, form: PasskeyForm) -> HttpResponse:
        citizen_id = pending.code.citizen_id
        options, state = webauthn.begin_registration(
            handle=pending.handle, label=_label(citizen_id), known=_known(citizen_id)
        )
        keep(request, "enrol", state)
        values = {"form": form, "options": json.dumps(options)}
        return render(request, "identity/enrol_passkey.html", values, status=_status(form))


def _enrol(pending: _Pending, state: dict[str, Any], data: dict[str, Any]) -> tuple[User, SignIn]:
    registered = webauthn.finish_registration(state, webauthn.parse(data["credential"]))
    with resident(pending.code.citizen_id, by_code=True) as actor:
        return enrol_passkey(
            by=actor, code=pending.code, registered=registered, handle=pending.handle, name=data["name"]
        )


def _pending(request: HttpRequest) -> _Pending | None:
    kept = request.session.get(PENDING)
    code = _usable().filter(pk=kept["code"]).first() if kept else None
    return _Pending(code, bytes.fromhex(kept["handle"]), kept["next"]) if kept and code else None


def _known(citizen_id: UUID) -> list[bytes]:
    with context.citizen(citizen_id):
        keys = Passkey.objects.filter(citizen=citizen_id, revoked_at=None)
        return [bytes(key.credential_id) for key in keys]


def _usable() -> Any:
    return EnrolmentCode.objects.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())


def _start_again(request: HttpRequest) -> HttpResponse:
    request.session.pop(PENDING, None)
    form = EnrolForm({"code": ""})
    form.errors.clear()
    form.add_error(None, _refused_code())
    return render(request, "identity/enrol.html", {"form": form}, status=UNPROCESSABLE)


def _refused_code() -> str:
    return _(
        "この登録コードは使用できません。入力に誤りがないか、期限内か、既に使用していないかを確かめてください。"
        "分からないときは、登録票を受け取った窓口へお問い合わせください。"
    )


def _label(citizen_id: UUID) -> str:
    return _("デジタルID %(label)s") % {"label": account_label(citizen_id)}


@method_decorator([login_not_required, never_cache, opens_own_context], name="dispatch")
class SignInPage(View):
    """Nobody is named: the device offers its keys, and the key's handle says whose it is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, CredentialForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        if exceeded("sign-in", address(request), limit=60, seconds=WINDOW):
            return errors.too_many(request, retry_after=WINDOW)
        form, state = CredentialForm(request.POST), take(request, "sign_in")
        found = _signed_in(state, form.cleaned_data["credential"]) if state and form.is_valid() else None
        if found is None:
            metrics.SIGN_IN_FAILURES.labels("passkey").inc()
            form.add_error(
                None,
                _(
                    "サインインできませんでした。もう一度お試しください。"
                    "続けて失敗するときは、窓口でパスキーを登録し直してください。"
                ),
            )
            return self._page(request, form)
        start_session(request, *found)
        return HttpResponseRedirect(destination(request))

    def _page(self, request: HttpRequest, form: CredentialForm) -> HttpResponse:
        options, state = webauthn.begin_sign_in()
        keep(request, "sign_in", state)
        values = {
            "form": form,
            "options": json.dumps(options),
            "next": destination(request),
            "reason": request.GET.get("reason", ""),
        }
        return render(request, "identity/sign_in.html", values, status=_status(form))


def _signed_in(state: dict[str, Any], text: str) -> tuple[User, SignIn] | None:
    try:
        credential = webauthn.parse(text)
        handle = webauthn.user_handle(credential)
    except webauthn.CeremonyFailed:
        return None
    user = User.objects.filter(kind=UserKind.RESIDENT, is_active=True, handle=handle).first()
    if user is None or user.citizen_id is None:
        return None
    try:
        with resident(user.citizen_id) as actor:
            sign_in = use_passkey(by=actor, state=state, credential=credential)
    except NotActive:
        return None
    return (user, sign_in) if sign_in else None


def destination(request: HttpRequest) -> str:
    """Where to go on, on this site only."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    host = {request.get_host()}
    if url_has_allowed_host_and_scheme(asked, host, require_https=settings.SECURE):
        return asked
    return reverse("identity:me")


def _status(form: Any) -> int:
    return UNPROCESSABLE if form.errors else 200


@require_POST
@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    leave_session(request)
    return redirect("identity:start")
