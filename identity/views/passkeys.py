"""A resident's own passkeys: list, add, revoke. Changing them asks for a recent sign-in."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from structlog import get_logger

from consortium.ui.parts import Crumb
from consortium.ui.views import add_errors
from identity import webauthn
from identity.actions.passkeys import add_passkey, revoke_passkey
from identity.ceremonies import account_label, is_recent, keep, sign_in_of, take
from identity.models import Passkey
from identity.resident_forms import PasskeyForm
from identity.shell import under

Page = Callable[..., HttpResponse]
log = get_logger()


def recently_signed_in(view: Page) -> Page:
    """Else to sign-in and back: who finds an open browser must not be able to add a key."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_recent(request):
            return view(request, *args, **kwargs)
        messages.info(request, _("この操作の前に、もう一度パスキーでサインインしてください。"))
        url = request.path if request.method == "GET" else reverse("identity:passkeys")
        return HttpResponseRedirect(f"{reverse('identity:sign_in')}?{urlencode({'next': url})}")

    return run


@require_safe
def passkeys(request: Any) -> HttpResponse:
    own = list(Passkey.objects.filter(citizen=request.actor.citizen_id, revoked_at=None))
    record = sign_in_of(request)
    values = {"passkeys": own, "present": record.passkey if record else None, "can_revoke": len(own) > 1}
    return render(request, "identity/passkeys.html", {**values, "crumbs": _trail()})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@recently_signed_in
def add(request: Any) -> HttpResponse:
    if request.method != "POST":
        return _add_page(request, PasskeyForm.on(request.headers.get("User-Agent", "")))
    form, state = PasskeyForm(request.POST), take(request, "add")
    if not form.is_valid():
        return _add_page(request, form)
    try:
        credential = webauthn.parse(form.cleaned_data["credential"])
        registered = webauthn.finish_registration(state or {}, credential)
        add_passkey(by=request.actor, registered=registered, name=form.cleaned_data["name"])
    except webauthn.CeremonyFailed as error:
        log.info("passkey_not_added", reason=str(error))
        form.add_error(None, _("パスキーを登録できませんでした。もう一度お試しください。"))
        return _add_page(request, form)
    except ValidationError as error:
        add_errors(form, error)
        return _add_page(request, form)
    messages.success(request, _("パスキーを追加しました。"))
    return redirect("identity:passkeys")


def _add_page(request: Any, form: PasskeyForm) -> HttpResponse:
    citizen_id = request.actor.citizen_id
    own = Passkey.objects.filter(citizen=citizen_id, revoked_at=None)
    options, state = webauthn.begin_registration(
        handle=bytes(request.user.handle),
        label=_("デジタルID %(label)s") % {"label": account_label(citizen_id)},
        known=[bytes(key.credential_id) for key in own],
    )
    keep(request, "add", state)
    values = {"form": form, "options": json.dumps(options), "crumbs": _trail(_("パスキーを追加"))}
    return render(request, "identity/passkey_add.html", values, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@recently_signed_in
def revoke(request: Any, passkey_id: UUID) -> HttpResponse:
    passkey = Passkey.objects.filter(pk=passkey_id, revoked_at=None).first()
    if passkey is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            present = request.session.session_key
            revoke_passkey(by=request.actor, user=request.user, passkey=passkey, present=present)
        except ValidationError as error:
            problem = error.messages[0]
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("パスキーを無効にしました。ほかの端末のサインインも終了しました。"))
            return redirect("identity:passkeys")
    values = {"passkey": passkey, "problem": problem, "crumbs": _trail(passkey.name)}
    return render(request, "identity/passkey_revoke.html", values, status=422 if problem else 200)


def _trail(here: str = "") -> list[Crumb]:
    home = Crumb(_("パスキー"), reverse("identity:passkeys") if here else "")
    return under("identity:my_id", home, *([Crumb(here)] if here else []))
