"""「代理人」: who acts for her, for whom she acts, and the pages on which she does so."""

from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consortium.dates import calendar_date
from consortium.ui.parts import Crumb, Event, Fact
from consortium.ui.views import FormView
from identity.actions import delegations as actions
from identity.actions.handover import issue_own_code
from identity.delegation_forms import ConsentForm, GiveForm, sector_choices
from identity.domain.delegation import Deed, beyond
from identity.domain.enrolment_code import code_hash, grouped
from identity.labels import listed
from identity.models import Basis, DelegateAct, Delegation, Disclosure, HandoverKind
from identity.queries import delegations as queries
from identity.queries.consents import consents
from identity.shell import under
from services.domain.sectors import sector
from services.models import RelyingParty
from services.queries import relying_party

RECENT = 10


@require_safe
def delegates(request: Any) -> HttpResponse:
    citizen_id = request.actor.citizen_id
    values = {
        "given": [_card(one) for one in queries.given(citizen_id)],
        "received": [_card(one) for one in queries.received(citizen_id)],
        "acts": [_act_event(one) for one in queries.acts(citizen_id)],
        "crumbs": _crumbs(),
    }
    return render(request, "identity/delegates/home.html", values)


_DEEDS = {
    "consent.given": lambda: _("情報の提供に同意"),
    "consent.withdrawn": lambda: _("同意を撤回"),
}


def _act_event(one: DelegateAct) -> Event:
    deed = _DEEDS[one.deed]() if one.deed in _DEEDS else one.deed
    return Event(deed, one.happened_at, who=_("代理人"), note=one.recipient)


def _card(one: Delegation) -> dict[str, Any]:
    today = timezone.localdate()
    if one.ended_at or one.until < today:
        state, tone = _("終了"), ""
    elif one.effective_at is None:
        state, tone = _("確認待ち"), "warning"
    else:
        state, tone = _("有効"), "success"
    return {"row": one, "state": state, "tone": tone, "facts": _facts(one), "is_open": tone != ""}


def _facts(one: Delegation) -> list[Fact]:
    names = dict(sector_choices())
    may = (
        _("同意の内容と利用の記録を見る、同意や撤回をする")
        if one.may_consent
        else _("同意の内容と利用の記録を見る")
    )
    return [
        Fact(_("根拠"), Basis(one.basis).label),
        Fact(_("任せる分野"), _("、").join(names.get(key, key) for key in one.sectors)),
        Fact(_("任せること"), may),
        Fact(_("期間"), _("%(day)sまで") % {"day": calendar_date(one.until)}),
    ]


class Give(FormView):
    form_class = GiveForm
    template_name = "identity/delegates/give.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "crumbs": _crumbs(_("代理人を指定"))}

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        terms = actions.Terms(tuple(data["sectors"]), bool(data["may_consent"]), data["until"])
        actions.give_delegation(
            by=self.request.actor,  # type: ignore[attr-defined]  # a ResidentRequest
            hashed=code_hash(data["code"]),
            terms=terms,
        )
        messages.success(self.request, _("代理人を指定しました。代理人が承諾すると有効になります。"))
        return reverse("identity:delegates")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: Any, kind: str) -> HttpResponse:
    """Shown this once, as the answer itself. kind: "delegates" or "move"."""
    handover = HandoverKind.MOVE if kind == "move" else HandoverKind.DELEGATE
    values: dict[str, Any] = {"is_move": handover == HandoverKind.MOVE}
    if request.method == "POST":
        values["code"] = grouped(issue_own_code(by=request.actor, kind=handover))
    title = _("転入の手続のコード") if values["is_move"] else _("代理人のコード")
    crumbs = under("identity:profile", Crumb(title)) if values["is_move"] else _crumbs(title)
    return render(request, "identity/delegates/code.html", {**values, "title": title, "crumbs": crumbs})


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: Any, delegation_id: UUID) -> HttpResponse:
    found = _received(request, delegation_id)
    if request.method == "POST":
        try:
            actions.accept_delegation(by=request.actor, delegation_id=delegation_id)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("承諾しました。"))
        return redirect("identity:delegates")
    values = {"row": found, "facts": _facts(found), "crumbs": _crumbs(_("代理の承諾"))}
    return render(request, "identity/delegates/accept.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: Any, delegation_id: UUID) -> HttpResponse:
    found = Delegation.objects.filter(pk=delegation_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.end_delegation(by=request.actor, delegation_id=delegation_id)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("代理を終了しました。ただちに効力を失いました。"))
        return redirect("identity:delegates")
    mine = found.citizen_id == request.actor.citizen_id
    values = {"row": found, "facts": _facts(found), "mine": mine, "crumbs": _crumbs(_("代理の終了"))}
    return render(request, "identity/delegates/end.html", values)


@require_safe
def act(request: Any, delegation_id: UUID) -> HttpResponse:
    """Everything on it is somebody else's, and it says so."""
    try:
        return render(request, "identity/delegates/act.html", _acting_page(request, delegation_id))
    except PermissionDenied:  # ended, over, or she is suspended: which of them is not told
        messages.error(request, _("この代理では、今は手続ができません。"))
        return redirect("identity:delegates")


def _acting_page(request: Any, delegation_id: UUID) -> dict[str, Any]:
    with actions.acting(request.actor, delegation_id) as (_actor, found):
        live = [one for one in consents(found.citizen_id) if one.is_live]
        received = Disclosure.objects.filter(citizen_id=found.citizen_id)[:RECENT]
        shown = [Event(one.recipient, one.occurred_at, note=listed(one.attributes)) for one in received]
    return {
        "row": found,
        "facts": _facts(found),
        "consents": [(one, _within(found, one.client_id)) for one in live],
        "uses": shown,
        "services": _services(found) if found.may_consent else [],
        "crumbs": _crumbs(_("代理の手続")),
    }


def _within(found: Delegation, client_id: str) -> bool:
    party = relying_party(client_id)
    today, scope = timezone.localdate(), queries.scope_of(found)
    return bool(party and beyond(scope, Deed.CONSENT, party.sector, client_id, today) is None)


def _services(found: Delegation) -> list[RelyingParty]:
    parties = RelyingParty.objects.filter(component__sector__in=found.sectors).select_related("component")
    return [one for one in parties if one.is_approved and not one.test and _within(found, one.client_id)]


@require_POST
def withdraw(request: Any, delegation_id: UUID, consent_id: UUID) -> HttpResponse:
    with actions.acting(request.actor, delegation_id) as (_actor, found):
        one = next((one for one in consents(found.citizen_id) if one.consent_id == consent_id), None)
    party = relying_party(one.client_id) if one else None
    if party is None:
        raise Http404
    try:
        actions.withdraw_as_delegate(
            by=request.actor, delegation_id=delegation_id, relying_party=party, consent_id=consent_id
        )
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("同意を撤回しました。情報の提供はただちに停止しました。"))
    return redirect("identity:delegate_act", delegation_id=delegation_id)


class Consent(FormView):
    form_class = ConsentForm
    template_name = "identity/delegates/consent.html"

    @cached_property
    def delegation(self) -> Delegation:
        return _received(self.request, self.kwargs["delegation_id"])

    @cached_property
    def party(self) -> RelyingParty:
        party = relying_party(self.kwargs["client_id"])
        if party is None or not _within(self.delegation, party.client_id):
            raise PermissionDenied("beyond the delegation's scope")
        return party

    def get_form_kwargs(self) -> dict[str, Any]:
        allowed = sector(self.party.sector).attributes.intersection(self.party.attributes)
        return {**super().get_form_kwargs(), "attributes": sorted(allowed)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        more = {"row": self.delegation, "party": self.party, "crumbs": _crumbs(_("代理の手続"))}
        return {**super().get_context_data(**kwargs), **more}

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        actions.consent_as_delegate(
            by=self.request.actor,  # type: ignore[attr-defined]  # a ResidentRequest
            delegation_id=self.delegation.pk,
            relying_party=self.party,
            attributes=data["attributes"],
            until=timezone.now() + timedelta(days=data["days"]),
        )
        told = _("%(name)sさんに代わって、%(what)sの提供に同意しました。")
        what = {"name": self.delegation.principal_name, "what": listed(data["attributes"])}
        messages.success(self.request, told % what)
        return reverse("identity:delegate_act", args=[self.delegation.pk])


def _received(request: Any, delegation_id: UUID) -> Delegation:
    mine = Delegation.objects.filter(delegate_id=request.actor.citizen_id)
    found: Delegation | None = mine.filter(pk=delegation_id).first()
    if found is None:
        raise Http404
    return found


def _crumbs(here: str = "") -> list[Crumb]:
    first = Crumb(_("私の情報"), reverse("identity:profile"))
    home = Crumb(_("代理人"), reverse("identity:delegates") if here else "")
    return [first, home, Crumb(here)] if here else [first, home]
