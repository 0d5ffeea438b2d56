"""The counter, when something has happened in a resident's life: one clerk records, another confirms."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consortium.dates import calendar_date
from consortium.membership.access import requires
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView
from identity.actions import delegations
from identity.actions.handover import issue_move_code
from identity.actions.life_events import confirm_life_event, decline_life_event, prepare_life_event
from identity.actions.moves import confirm_move_in, prepare_move_in
from identity.domain.enrolment_code import code_hash, grouped
from identity.life_forms import FORMS, GuardianForm, LifeEventForm, MoveInForm
from identity.models import Basis, Citizen, Evidence, LifeEvent, LifeEventKind, LifeEvidence
from identity.permissions import IdentityPermission
from identity.purposes import stated_purpose
from identity.queries import life_events as queries
from identity.queries.counter import receipt_number
from identity.queries.delegations import guardians
from identity.queries.personal import person_of

from .me import person_facts
from .purposes import ask_address, note_and_hold, purpose_first, purpose_label

PROOF = IdentityPermission.PROOF_RESIDENTS
_EVIDENCE = {**dict(Evidence.choices), **dict(LifeEvidence.choices)}


@require_safe
@never_cache
@requires(PROOF)
@purpose_first
def events(request: PortalRequest, code: str, citizen_id: UUID) -> HttpResponse:
    """One resident's record and what happened in it."""
    citizen = _citizen(citizen_id)
    values = {
        "citizen": citizen,
        "purpose": purpose_label(request, citizen_id),
        "number": receipt_number(citizen_id),
        "facts": person_facts(person_of(citizen)),
        "events": [_shown(request, one) for one in queries.events_of(citizen_id)],
        "kinds": [(kind.value, kind.label) for kind in FORMS],
        "guardians": guardians(citizen_id),
        "persons": request.actor.exercising(PROOF).persons,
        "crumbs": _crumbs(request, _("異動の手続")),
    }
    return render(request, "identity/counter/events.html", values)


@method_decorator(purpose_first, name="dispatch")
class Prepare(FormView):
    permission = PROOF
    template_name = "identity/counter/event_form.html"

    @property
    def kind(self) -> LifeEventKind:
        try:
            kind = LifeEventKind(self.kwargs["event_kind"])
        except ValueError:
            raise Http404 from None
        if kind not in FORMS:
            raise Http404
        return kind

    def get_form_class(self) -> Any:
        return FORMS[self.kind]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        citizen = _citizen(self.kwargs["citizen_id"])
        more = {
            "title": self.kind.label,
            "number": receipt_number(citizen.pk),
            "is_death": self.kind == LifeEventKind.DEATH,
            "back": _url(self.request, "events", citizen.pk),
            "crumbs": _crumbs(self.request, str(self.kind.label)),
        }
        return {**super().get_context_data(**kwargs), **more}

    def perform(self, form: BaseForm) -> str:
        assert isinstance(form, LifeEventForm)  # noqa: S101  # of FORMS
        citizen = _citizen(self.kwargs["citizen_id"])
        prepare_life_event(
            by=self.request.actor,  # type: ignore[attr-defined]  # a PortalRequest
            citizen=citizen,
            kind=self.kind,
            effective_on=form.cleaned_data["effective_on"],
            evidence=form.cleaned_data["evidence"],
            values=form.changes,
            reason=form.cleaned_data.get("reason", ""),
        )
        messages.success(self.request, _("記録しました。別の職員が確認すると効力が生じます。"))
        return _url(self.request, "events", citizen.pk)


class MoveIn(FormView):
    """Of somebody who does not live here yet: her code is the only way to her."""

    permission = PROOF
    form_class = MoveInForm
    template_name = "identity/counter/move_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = [one for one in queries.undecided() if one.kind == LifeEventKind.MOVE_IN]
        more = {
            "events": [_waiting(self.request, one) for one in waiting],
            "crumbs": _crumbs(self.request, _("転入")),
        }
        return {**super().get_context_data(**kwargs), **more}

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        event = prepare_move_in(
            by=self.request.actor,  # type: ignore[attr-defined]  # a PortalRequest
            hashed=code_hash(data["code"]),
            moved_on=data["moved_on"],
            address=data["address"],
            evidence=data["evidence"],
        )
        note_and_hold(self.request, Citizen(pk=event.citizen_id), "move")
        messages.success(self.request, _("記録しました。別の職員が確認すると住民になります。"))
        return _url(self.request, "move_in")


@require_POST
@requires(PROOF)
@purpose_first
def confirm(request: PortalRequest, code: str, event_id: UUID) -> HttpResponse:
    found = _event(event_id)
    act = confirm_move_in if found.kind == LifeEventKind.MOVE_IN else confirm_life_event
    try:
        act(by=request.actor, event=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(_back(request, found))
    messages.success(request, _("確認しました。"))
    here = Citizen.objects.filter(pk=found.citizen_id).exists()
    return redirect(_url(request, "events", found.citizen_id) if here else _url(request, "home"))


@require_POST
@requires(PROOF)
@purpose_first
def decline(request: PortalRequest, code: str, event_id: UUID) -> HttpResponse:
    found = _event(event_id)
    try:
        decline_life_event(by=request.actor, event=found)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("取りやめました。何も変わっていません。"))
    return redirect(_back(request, found))


@require_POST
@never_cache
@requires(PROOF)
@purpose_first
def move_code(request: PortalRequest, code: str, citizen_id: UUID) -> HttpResponse:
    """The slip for the new municipality is the answer itself: the code is shown this once."""
    plain = issue_move_code(by=request.actor, citizen=_citizen(citizen_id))
    values = {
        "code": grouped(plain),
        "number": receipt_number(citizen_id),
        "crumbs": _crumbs(request, _("転入の手続のコード")),
    }
    return render(request, "identity/counter/move_code.html", values)


@method_decorator(purpose_first, name="dispatch")
class Guardian(FormView):
    permission = PROOF
    form_class = GuardianForm
    template_name = "identity/counter/guardian.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        citizen = _citizen(self.kwargs["citizen_id"])
        more = {
            "number": receipt_number(citizen.pk),
            "back": _url(self.request, "events", citizen.pk),
            "crumbs": _crumbs(self.request, _("法定代理")),
        }
        return {**super().get_context_data(**kwargs), **more}

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        ward = _citizen(self.kwargs["citizen_id"])
        delegations.record_guardianship(
            by=self.request.actor,  # type: ignore[attr-defined]  # a PortalRequest
            ward=ward,
            hashed=code_hash(data["code"]),
            basis=Basis(data["basis"]),
            evidence=data["evidence"],
            terms=delegations.Terms(tuple(data["sectors"]), bool(data["may_consent"]), data["until"]),
        )
        messages.success(self.request, _("記録しました。別の職員が確認すると効力が生じます。"))
        return _url(self.request, "events", ward.pk)


@require_POST
@requires(PROOF)
@purpose_first
def guardian_decide(
    request: PortalRequest, code: str, citizen_id: UUID, delegation_id: UUID, decision: str
) -> HttpResponse:
    """decision: "confirm" or "end"."""
    known = any(one.pk == delegation_id for one in guardians(_citizen(citizen_id).pk))
    if decision not in {"confirm", "end"} or not known:
        raise Http404
    act = delegations.confirm_guardianship if decision == "confirm" else delegations.end_guardianship
    try:
        act(by=request.actor, delegation_id=delegation_id)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("確認しました。") if decision == "confirm" else _("代理を終了しました。"))
    return redirect(_url(request, "events", citizen_id))


def _waiting(request: Any, one: LifeEvent) -> dict[str, Any]:
    """A move in a list of several people's: nothing of it to whom has not said why she opens this one."""
    if stated_purpose(request, one.citizen_id):
        return _shown(request, one)
    ask = ask_address(request, {"event_id": one.pk}, back=request.path)
    return {
        "row": one,
        "facts": [Fact(_("記録した職員"), one.prepared_by_name)],
        "state": _("確認待ち"),
        "ask": ask,
    }


def _shown(request: Any, one: LifeEvent) -> dict[str, Any]:
    facts = [
        Fact(_("異動日"), calendar_date(one.effective_on)),
        *(Fact(_COLUMNS[name](), value) for name, value in json.loads(one.values).items()),
        Fact(_("確認した書類"), _EVIDENCE[one.evidence]),
        Fact(_("記録した職員"), one.prepared_by_name),
    ]
    if one.reason:
        facts.append(Fact(_("訂正の理由"), one.reason))
    if one.confirmed_at:
        facts.append(Fact(_("確認した職員"), one.confirmed_by_name))
    return {
        "row": one,
        "facts": facts,
        "undecided": one.confirmed_at is None and one.declined_at is None,
        "by_me": str(one.prepared_by) in request.actor.exercising(PROOF).persons,
        "state": _("確認済み") if one.confirmed_at else _("取りやめ") if one.declined_at else _("確認待ち"),
    }


_COLUMNS: dict[str, Any] = {
    "family_name": lambda: _("氏"),
    "given_name": lambda: _("名"),
    "kana": lambda: _("氏名のふりがな"),
    "birth_date": lambda: _("生年月日"),
    "sex": lambda: _("性別"),
    "address": lambda: _("住所"),
}


def _citizen(citizen_id: UUID) -> Citizen:
    """Of a resident of this municipality; anybody else does not exist here."""
    citizen: Citizen | None = Citizen.objects.filter(pk=citizen_id).first()
    if citizen is None:
        raise Http404
    return citizen


def _event(event_id: UUID) -> LifeEvent:
    found = queries.event(event_id)
    if found is None:
        raise Http404
    return found


def _back(request: HttpRequest, found: LifeEvent) -> str:
    if found.kind == LifeEventKind.MOVE_IN:
        return _url(request, "move_in")
    return _url(request, "events", found.citizen_id)


def _crumbs(request: HttpRequest, here: str) -> list[Crumb]:
    return [Crumb(_("窓口"), _url(request, "home")), Crumb(here)]


def _url(request: Any, name: str, *args: Any) -> str:
    return reverse(f"counter:{name}", args=[tenant_of(request).code, *args])
