"""阻害要因 of an own plan: raise one, look at it, work on it, resolve it, take it up again."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.dates import calendar_date
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest
from consortium.ui.parts import Crumb, Event, Fact
from consortium.ui.views import FormView
from shared_plans.actions import raise_blocker, reopen_blocker, resolve_blocker, step_blocker
from shared_plans.board_forms import BlockerForm, BlockerStepForm, ReopenForm, ResolveForm
from shared_plans.domain.kinds import Kind
from shared_plans.models import Blocker, BlockerStep
from shared_plans.permissions import PlansPermission
from shared_plans.queries.blockers import own_blocker, steps_of
from shared_plans.queries.board import document_in_force

from .pages import OnePlan, plan_url, tenant_url


class _Blockers(OnePlan):
    @property
    def board_url(self) -> str:
        return plan_url(self.request, "board", self.plan)

    def trail(self, *more: Crumb) -> list[Crumb]:
        return self.crumbs(Crumb(_("実行ボード"), self.board_url), *more)


class NewBlocker(_Blockers, FormView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/blocker_form.html"
    form_class = BlockerForm

    def get_form_kwargs(self) -> dict[str, Any]:
        initiatives = [
            (one.id, one.text("title")) for one in document_in_force(self.plan).of(Kind.INITIATIVE)
        ]
        return {**super().get_form_kwargs(), "initiatives": initiatives}

    def get_initial(self) -> dict[str, Any]:
        return {"raised_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = _("阻害要因の登録")
        return {
            **super().get_context_data(**kwargs),
            "heading": title,
            "lead": _("計画の実行を妨げていることを書きます。ほかの自治体や事務局には表示されません。"),
            "deed": _("登録する"),
            "back": self.board_url,
            "crumbs": self.trail(Crumb(title)),
        }

    def perform(self, form: BaseForm) -> str:
        values = {**form.cleaned_data}
        initiative = values.pop("initiative")
        blocker = raise_blocker(by=self.request.actor, plan=self.plan, initiative=initiative, values=values)
        messages.success(self.request, _("阻害要因を登録しました。"))
        return blocker_url(self.request, blocker)


class _OneBlocker(_Blockers):
    """The blocker that the path names, of the plan that it names."""

    @cached_property
    def blocker(self) -> Blocker:
        found = own_blocker(self.plan, self.kwargs["blocker"])
        if found is None:
            raise Http404("No such blocker of this plan.")
        return found

    @property
    def back(self) -> str:
        return blocker_url(self.request, self.blocker)


class BlockerPage(_OneBlocker, TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/blocker.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "blocker": self.blocker,
            "facts": facts(self.blocker),
            "events": [_event(one) for one in steps_of(self.blocker)],
            "may_write": self.request.actor.can(PlansPermission.WRITE),
            "crumbs": self.trail(Crumb(self.blocker.title)),
        }


class _Deed(_OneBlocker, FormView):
    """A form about a blocker. open_only: whether it has to be open, or else resolved."""

    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/blocker_form.html"
    open_only = True

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and (self.blocker.resolved_on is None) != self.open_only:
            messages.info(self.request, _("阻害要因の状態が変わったため、この操作はできません。"))
            return HttpResponseRedirect(self.back)
        return super().dispatch(request, *args, **kwargs)

    def texts(self) -> tuple[str, str, str]:
        """Heading, lead and what the button says."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading, lead, deed = self.texts()
        return {
            **super().get_context_data(**kwargs),
            "about": self.blocker.title,
            "heading": heading,
            "lead": lead,
            "deed": deed,
            "back": self.back,
            "crumbs": self.trail(Crumb(self.blocker.title, self.back), Crumb(heading)),
        }

    def done(self, message: str) -> str:
        messages.success(self.request, message)
        return self.back


class StepBlocker(_Deed):
    request: PortalRequest
    form_class = BlockerStepForm

    def texts(self) -> tuple[str, str, str]:
        return _("経過の記録"), _("経過は後から変えられません。"), _("記録する")

    def get_initial(self) -> dict[str, Any]:
        return {
            name: getattr(self.blocker, name) for name in ("lock_version", "countermeasure", "unit", "due")
        }

    def perform(self, form: BaseForm) -> str:
        values = {**form.cleaned_data}
        version, note = values.pop("lock_version"), values.pop("note")
        step_blocker(
            by=self.request.actor, blocker=self.blocker, lock_version=version, note=note, values=values
        )
        return self.done(_("経過を記録しました。"))


class ResolveBlocker(_Deed):
    request: PortalRequest
    form_class = ResolveForm

    def texts(self) -> tuple[str, str, str]:
        return _("阻害要因の解消"), "", _("解消したことを記録する")

    def get_initial(self) -> dict[str, Any]:
        return {"resolved_on": timezone.localdate()}

    def perform(self, form: BaseForm) -> str:
        resolve_blocker(by=self.request.actor, blocker=self.blocker, **form.cleaned_data)
        return self.done(_("阻害要因の解消を記録しました。"))


class ReopenBlocker(_Deed):
    request: PortalRequest
    form_class = ReopenForm
    open_only = False

    def texts(self) -> tuple[str, str, str]:
        return _("阻害要因の再発"), _("解消した阻害要因を、未解消に戻します。"), _("未解消に戻す")

    def perform(self, form: BaseForm) -> str:
        reopen_blocker(by=self.request.actor, blocker=self.blocker, **form.cleaned_data)
        return self.done(_("未解消に戻しました。"))


def blocker_url(request: PortalRequest, blocker: Blocker) -> str:
    return tenant_url(request, "blocker", plan=blocker.plan_id, blocker=blocker.pk)


def facts(blocker: Blocker) -> list[Fact]:
    found = [
        Fact(_("区分"), blocker.get_category_display()),
        Fact(_("関係する施策"), blocker.initiative_title or _("計画全体")),
        Fact(_("何が進まないか"), blocker.effect),
        Fact(_("対策"), blocker.countermeasure or _("未定")),
        Fact(_("担当課"), blocker.unit),
        Fact(_("生じた日"), calendar_date(blocker.raised_on)),
        Fact(_("解消の期日"), calendar_date(blocker.due) if blocker.due else _("未定")),
    ]
    until = blocker.resolved_on or timezone.localdate()
    days = _("%(days)s日") % {"days": (until - blocker.raised_on).days}
    if blocker.resolved_on:
        resolved = [Fact(_("解消した日"), calendar_date(blocker.resolved_on))]
        return [*found, *resolved, Fact(_("解消までの日数"), days)]
    return [*found, Fact(_("生じてからの日数"), days)]


def _event(one: BlockerStep) -> Event:
    return Event(one.get_kind_display(), one.day, one.written_by_name, one.note)
