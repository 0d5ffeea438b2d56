"""A resident's phones: what each can do, one more, and what to do about a lost one."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortium.ui.parts import Crumb
from consortium.ui.views import add_errors
from identity.actions.devices import give_leave, resume_device, revoke_device, suspend_device
from identity.ceremonies import is_recent, sign_in_of
from identity.domain.device import Deed, Reason
from identity.domain.enrolment_code import grouped
from identity.models import DeviceCertificate
from identity.queries.devices import own_devices
from identity.queries.signatures import open_requests, signed
from identity.resident_forms import LostForm
from identity.shell import under

from .passkeys import recently_signed_in

MOST_SIGNED = 100


@require_safe
def devices(request: Any) -> HttpResponse:
    record = sign_in_of(request)
    values = {
        "devices": own_devices(request.actor.citizen_id),
        "present": record.device if record else None,
        "crumbs": _trail(),
    }
    return render(request, "identity/devices.html", values)


@require_safe
def signatures(request: Any) -> HttpResponse:
    """What waits for her, which she signs on her phone, and what she signed."""
    citizen_id = request.actor.citizen_id
    values = {"waiting": open_requests(citizen_id), "signed": signed(citizen_id)[:MOST_SIGNED]}
    return render(request, "identity/signatures.html", {**values, "crumbs": _trail(_("署名の依頼と記録"))})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@recently_signed_in
def add(request: Any) -> HttpResponse:
    """The code is the answer itself: it is shown this once."""
    if request.method != "POST":
        return render(request, "identity/device_add.html", {"crumbs": _trail(_("端末を追加"))})
    record = sign_in_of(request)
    try:
        code = give_leave(by=request.actor, level=record.level if record else 0)
    except ValidationError as error:
        values = {"problem": error.messages[0], "crumbs": _trail(_("端末を追加"))}
        return render(request, "identity/device_add.html", values, status=422)
    values = {"code": grouped(code), "qr": qr(grouped(code)), "crumbs": _trail(_("端末を追加"))}
    return render(request, "identity/device_code.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: Any, device_id: UUID) -> HttpResponse:
    """To stop a phone takes no fresh sign-in: it has to be quick. To end it for good does."""
    device = _own(request, device_id)
    form = LostForm(request.POST or None, state=device.state)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["deed"] == Deed.REVOKE and not is_recent(request):
            form.add_error(
                "deed", _("無効にするには、もう一度サインインしてください。一時停止はすぐにできます。")
            )
        elif _ended(request, device, form):
            return redirect("identity:devices")
    values = {"device": device, "form": form, "crumbs": _trail(device.name)}
    return render(request, "identity/device_lost.html", values, status=422 if form.errors else 200)


def _trail(here: str = "") -> list[Crumb]:
    home = Crumb(_("私の端末"), reverse("identity:devices") if here else "")
    return under("identity:my_id", home, *([Crumb(here)] if here else []))


def _ended(request: Any, device: DeviceCertificate, form: LostForm) -> bool:
    deed, reason = form.cleaned_data["deed"], Reason(form.cleaned_data["reason"])
    end = revoke_device if deed == Deed.REVOKE else suspend_device
    try:
        end(
            by=request.actor,
            citizen_id=request.actor.citizen_id,
            device_id=device.pk,
            reason=reason,
            present=_present(request, device),
        )
    except ValidationError as error:
        add_errors(form, error)
        return False
    done = _("端末を無効にしました。") if deed == Deed.REVOKE else _("端末を一時停止しました。")
    messages.success(request, done + _("ほかの端末のサインインも終了しました。"))
    return True


def _present(request: Any, device: DeviceCertificate) -> str:
    """Her session stays, unless it was begun with the phone that is lost."""
    record = sign_in_of(request)
    by_this = record is not None and record.device == device.pk
    return "" if by_this else str(request.session.session_key)


@require_POST
@recently_signed_in
def resume(request: Any, device_id: UUID) -> HttpResponse:
    device = _own(request, device_id)
    try:
        resume_device(by=request.actor, citizen_id=request.actor.citizen_id, device_id=device.pk)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("端末をまた使えるようにしました。"))
    return redirect("identity:devices")


def _own(request: Any, device_id: UUID) -> DeviceCertificate:
    found = own_devices(request.actor.citizen_id).filter(pk=device_id).first()
    if found is None:
        raise Http404
    return found


def qr(text: str) -> SafeString:
    """Inline SVG without style attributes, which the content security policy would refuse."""
    svg = segno.make(text, error="m", micro=False).svg_inline(
        scale=4, svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(svg)  # noqa: S308  # segno's own output
