"""Transfers planned ahead: the list, one decision with what waits for the leaver, and planning."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.access import dangerous
from consortium.membership.permissions import MembershipPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.staffing import queries
from consortium.staffing.actions import cancel_change, plan_change
from consortium.staffing.forms import ChangeForm
from consortium.staffing.models import PlannedChange, State
from consortium.staffing.tables import ChangeTable, person, role_name
from consortium.tabular.lists import Exportable
from consortium.ui import cells
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact, Tab
from consortium.ui.views import FormView


def crumbs(request: PortalRequest, *more: Crumb) -> list[Crumb]:
    code = tenant_of(request).code
    staff = Crumb(_("職員"), reverse("membership:staff", args=[code]))
    return [staff, Crumb(_("人事異動"), reverse("staffing:changes", args=[code]) if more else ""), *more]


class Changes(Exportable, TemplateView):
    """GET past=1: what is over."""

    permission = MembershipPermission.MANAGE_STAFF
    template_name = "staffing/changes.html"
    list_name = "staffing.changes"
    request: PortalRequest

    @property
    def past(self) -> bool:
        return "past" in self.request.GET

    def rows(self) -> QuerySet[PlannedChange]:
        return queries.changes().exclude(state=State.PLANNED) if self.past else queries.upcoming()

    def make_table(self) -> ChangeTable:
        return ChangeTable(self.request, self.rows())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tabs = [
            Tab(_("これから"), "?", active=not self.past, count=queries.upcoming().count()),
            Tab(_("発令済み・取消"), "?past=1", active=self.past),
        ]
        return super().get_context_data(
            table=self.table, tabs=tabs, past=self.past, crumbs=crumbs(self.request), **kwargs
        )


@dangerous
class PlanChange(FormView):
    permission = MembershipPermission.MANAGE_STAFF
    template_name = "staffing/plan_change.html"
    form_class = ChangeForm
    request: PortalRequest

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return {**kwargs, "people": list(queries.serving())}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = crumbs(self.request, Crumb(_("異動を予定する")))
        return super().get_context_data(crumbs=here, **kwargs)

    def perform(self, form: Any) -> str:
        planned = plan_change(by=self.request.actor, change=form.change())
        messages.success(self.request, _("異動を予定しました。発令日に自動で切り替わります。"))
        return reverse("staffing:change", args=[tenant_of(self.request).code, planned.pk])


class Change(TemplateView):
    """One decision, and the leaver's open tasks to hand over."""

    permission = MembershipPermission.MANAGE_STAFF
    template_name = "staffing/change.html"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change = _change(self.kwargs["change"])
        is_planned = change.state == State.PLANNED
        waiting = queries.tasks_of(change.leaver, tenant_of(self.request)) if change.leaver else []
        return super().get_context_data(
            decision=change,
            facts=_facts(change),
            is_planned=is_planned,
            has_gap=is_planned and not change.is_seamless,
            waiting=waiting,
            title=f"{role_name(change.role)}: {person(change.leaver)} → {person(change.successor)}",
            crumbs=crumbs(self.request, Crumb(role_name(change.role))),
            **kwargs,
        )


@dangerous
class CancelChange(FormView):
    """After a page that says what it means."""

    permission = MembershipPermission.MANAGE_STAFF
    template_name = "staffing/cancel_change.html"
    form_class = Form
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change = _change(self.kwargs["change"])
        back = reverse("staffing:change", args=[tenant_of(self.request).code, change.pk])
        here = crumbs(self.request, Crumb(role_name(change.role), back), Crumb(_("予定の取消し")))
        return super().get_context_data(
            decision=change,
            facts=_facts(change),
            is_planned=change.state == State.PLANNED,
            back=back,
            crumbs=here,
            **kwargs,
        )

    def perform(self, form: Any) -> str:
        cancel_change(by=self.request.actor, change=_change(self.kwargs["change"]))
        messages.success(self.request, _("異動の予定を取り消しました。"))
        return reverse("staffing:changes", args=[tenant_of(self.request).code])


def _change(pk: Any) -> PlannedChange:
    found = queries.changes().filter(pk=pk).first()
    if found is None:
        raise Http404("No such change here.")
    return found


def _facts(change: PlannedChange) -> list[Fact]:
    return [
        Fact(_("発令日"), cells.day(change.effective_on)),
        Fact(_("役割"), role_name(change.role)),
        Fact(_("課"), change.department or "—"),
        Fact(_("前任者"), person(change.leaver)),
        Fact(_("後任者"), person(change.successor)),
        Fact(_("状態"), change.get_state_display()),
        Fact(_("備考"), change.note or "—"),
        Fact(_("登録した人"), change.planned_by),
    ]
