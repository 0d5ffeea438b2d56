"""Lost phones, at the counter and by telephone: stop at once; a second clerk ends it or lifts the stop."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consortium.membership.access import requires
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from identity.actions.devices import resume_device, revoke_device, suspend_device
from identity.actions.hotline import Said, identify_caller
from identity.actions.standing import resume_citizen, suspend_citizen
from identity.domain.device import Deed, Reason, State
from identity.domain.standing import Reason as StandingReason
from identity.forms import CallerForm
from identity.limits import exceeded, is_spent
from identity.models import Citizen, CitizenStatus
from identity.models.person_index import person_index
from identity.permissions import IdentityPermission
from identity.queries import counter as queries
from identity.queries.devices import listed

from .purposes import note_and_hold, purpose_first, purpose_label

PROOF = IdentityPermission.PROOF_RESIDENTS
REFUSED, MOST_REFUSED, DAY = "hotline-refused", 5, 86_400
_NEUTRAL = gettext_lazy(
    "この内容では電話で受け付けられません。登録があるかどうかは答えず、"
    "本人の別の端末での停止か、窓口での本人確認を案内してください。"
)


class Hotline(FormView):
    """By POST, so that no name stands in an address or a log."""

    permission = PROOF
    form_class = CallerForm
    template_name = "identity/counter/hotline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = _crumbs(self.request, _("端末の紛失を受け付ける"))
        return {**super().get_context_data(**kwargs), "crumbs": crumbs}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Whoever is not enrolled and whoever answers wrongly get the same words, and not often."""
        by = self.request.actor  # type: ignore[attr-defined]  # a PortalRequest
        said = Said(**form.cleaned_data)
        counted = (f"clerk:{by.id}", f"person:{person_index(said.kana, said.birth_date)}")
        if any(is_spent(REFUSED, one, limit=MOST_REFUSED, seconds=DAY) for one in counted):
            form.add_error(
                None, _("受け付けられない電話が続きました。今日は窓口での手続を案内してください。")
            )
            return self.form_invalid(form)
        caller = identify_caller(by=by, said=said)
        if caller is None:
            for one in counted:
                exceeded(REFUSED, one, limit=MOST_REFUSED, seconds=DAY)
            form.add_error(None, _NEUTRAL)
            return self.form_invalid(form)
        note_and_hold(self.request, caller, "hotline")
        return redirect(_url(self.request, "devices", caller.pk))


@require_safe
@never_cache
@requires(PROOF)
@purpose_first
def devices(request: PortalRequest, code: str, citizen_id: UUID) -> HttpResponse:
    """Shows what there is to stop."""
    citizen = _citizen(citizen_id)
    by = request.actor.exercising(PROOF)
    values = {
        "citizen": citizen,
        "purpose": purpose_label(request, citizen_id),
        "number": queries.receipt_number(citizen_id),
        "devices": [
            (one, by.is_among(one.state_by, one.state_persons), one.state_by == str(citizen_id))
            for one in listed(citizen_id)
        ],
        "suspended": citizen.status == CitizenStatus.SUSPENDED,
        "suspended_by_me": by.is_among(None, citizen.suspended_by),
        "suspended_by_her": citizen.suspended_by == [str(citizen_id)],
        "closed": citizen.status == CitizenStatus.CLOSED,
        "states": State,
        "crumbs": _crumbs(request, _("端末とデジタルIDの停止")),
    }
    return render(request, "identity/counter/devices.html", values)


@require_POST
@requires(PROOF)
@purpose_first
def change_device(request: PortalRequest, code: str, citizen_id: UUID, device_id: UUID) -> HttpResponse:
    citizen = _citizen(citizen_id)
    named: dict[str, Any] = {"by": request.actor, "citizen_id": citizen.pk, "device_id": device_id}
    deed = request.POST.get("deed")
    try:
        if deed == Deed.SUSPEND:
            suspend_device(**named, reason=Reason.LOST)
        elif deed == Deed.REVOKE:
            revoke_device(**named, reason=Reason.LOST)
        elif deed == Deed.RESUME:
            resume_device(**named)
        else:
            raise ValidationError(_("操作を選んでください。"))
    except PermissionDenied:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("端末の状態を変更しました。"))
    return redirect(_url(request, "devices", citizen_id))


@require_POST
@requires(PROOF)
@purpose_first
def change_standing(request: PortalRequest, code: str, citizen_id: UUID) -> HttpResponse:
    citizen = _citizen(citizen_id)
    deed = request.POST.get("deed")
    try:
        if deed == Deed.SUSPEND:
            suspend_citizen(by=request.actor, citizen_id=citizen.pk, reason=StandingReason.LOST)
        elif deed == Deed.RESUME:
            resume_citizen(by=request.actor, citizen_id=citizen.pk, reason=StandingReason.FOUND)
        else:
            raise ValidationError(_("操作を選んでください。"))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("デジタルIDの状態を変更しました。"))
    return redirect(_url(request, "devices", citizen_id))


def _citizen(citizen_id: UUID) -> Citizen:
    """Of this municipality; anybody else does not exist here."""
    citizen: Citizen | None = Citizen.objects.filter(pk=citizen_id).first()
    if citizen is None:
        raise Http404
    return citizen


def _url(request: Any, name: str, *arguments: Any) -> str:
    return reverse(f"counter:{name}", args=[tenant_of(request).code, *arguments])


def _crumbs(request: HttpRequest, label: str) -> list[Crumb]:
    return [Crumb(_("窓口"), _url(request, "home")), Crumb(label)]
