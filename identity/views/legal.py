"""Disclosures by order of law: written down by one of the staff, confirmed by another."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consortium.dates import calendar_date, calendar_time
from consortium.membership.access import requires
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Crumb, Fact, steps
from consortium.ui.views import FormView
from identity.actions import legal_entries as actions
from identity.labels import listed
from identity.legal_forms import LegalEntryForm
from identity.legal_tables import LegalEntryTable
from identity.models import Citizen, EntryState, LegalEntry, ReasonCode
from identity.permissions import IdentityPermission
from identity.queries import attestations as people
from identity.queries import legal_entries as queries

RECORD = IdentityPermission.RECORD_BY_LAW


@require_safe
@requires(RECORD)
def home(request: PortalRequest, code: str) -> HttpResponse:
    return render(
        request, "identity/legal/home.html", {"entries": LegalEntryTable(request, queries.entries())}
    )


class Prepare(FormView):
    permission = RECORD
    form_class = LegalEntryForm
    template_name = "identity/legal/prepare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        values = {"steps": _steps(0), "crumbs": _crumbs(self.request, _("提供を記録"))}
        return {**super().get_context_data(**kwargs), **values}

    def perform(self, form: BaseForm) -> str:
        data = form.cleaned_data
        order = actions.Order(
            authority=data["authority"],
            law=data["law"],
            attributes=data["attributes"],
            disclosed_at=data["disclosed_at"],
            reason_code=data["reason_code"],
            visible_on=data["visible_on"],
        )
        actor = self.request.actor  # type: ignore[attr-defined]  # a PortalRequest
        entry = actions.prepare_entry(by=actor, citizen=_one(data), order=order)
        messages.success(self.request, _("準備しました。別の職員が確認すると、本人の記録に残ります。"))
        return _url(self.request, "entry", entry.pk)


def _one(data: dict[str, Any]) -> Citizen:
    found = people.find(data["receipt"], data["kana"], data["birth_date"])
    if len(found) > 1:
        raise ValidationError({"receipt": _("同じ人が2人以上います。受付番号で指定してください。")})
    if not found:
        raise ValidationError(_("この自治体に住む登録者の中に見つかりません。"), code="unknown")
    return found[0]


@require_safe
@requires(RECORD)
def entry(request: PortalRequest, code: str, entry_id: UUID) -> HttpResponse:
    found = _found(entry_id)
    values = {
        "entry": found,
        "facts": _facts(found),
        "steps": _steps(2 if found.state == EntryState.ENTERED else 1),
        "waits": found.state == EntryState.PREPARED,
        "is_preparer": str(found.prepared_by) in request.actor.exercising(RECORD).persons,
        "crumbs": _crumbs(request, found.receipt),
    }
    return render(request, "identity/legal/entry.html", values)


@require_POST
@requires(RECORD)
def confirm(request: PortalRequest, code: str, entry_id: UUID) -> HttpResponse:
    return _decided(request, entry_id, actions.confirm_entry, _("確認しました。本人の記録に残しました。"))


@require_POST
@requires(RECORD)
def decline(request: PortalRequest, code: str, entry_id: UUID) -> HttpResponse:
    return _decided(request, entry_id, actions.decline_entry, _("取りやめました。何も記録していません。"))


def _decided(request: PortalRequest, entry_id: UUID, deed: Any, told: str) -> HttpResponse:
    try:
        deed(by=request.actor, entry=_found(entry_id))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, told)
    return redirect(_url(request, "entry", entry_id))


def _facts(found: LegalEntry) -> list[Fact]:
    facts = [
        Fact(_("受付番号"), found.receipt),
        Fact(_("提供先の機関"), found.authority),
        Fact(_("根拠となる法令と事由"), found.law),
        Fact(_("提供した情報"), listed(found.attributes)),
        Fact(_("提供した日時"), calendar_time(found.disclosed_at)),
        Fact(_("本人への表示"), calendar_date(found.visible_on) or _("すぐに表示")),
        Fact(_("準備"), _by(found.prepared_by_name, found.prepared_at)),
    ]
    if found.reason_code:
        facts.insert(6, Fact(_("遅らせる理由"), ReasonCode(found.reason_code).label))
    if found.decided_at:
        facts.append(Fact(found.get_state_display(), _by(found.decided_by_name, found.decided_at)))
    return facts


def _by(name: str, at: Any) -> str:
    return _("%(day)s %(name)s") % {"day": calendar_date(at), "name": name}


def _steps(reached: int) -> Any:
    return steps([_("準備"), _("別の職員による確認")], reached)


def _found(entry_id: UUID) -> LegalEntry:
    found = queries.entry(entry_id)
    if found is None:
        raise Http404
    return found


def _crumbs(request: Any, here: str) -> list[Crumb]:
    return [Crumb(_("法令による提供"), _url(request, "home")), Crumb(here)]


def _url(request: Any, name: str, *args: Any) -> str:
    return reverse(f"legal:{name}", args=[tenant_of(request).code, *args])
