"""From phase to phase, back to an earlier revision, and giving up a draft."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.domain.diff import compare_clauses
from consortium.membership.access import dangerous
from consortium.membership.requests import PortalRequest
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView
from shared_plans.actions import abandon_revision, enter_phase, restore_revision
from shared_plans.domain.lifecycle import Step, Turn
from shared_plans.forms import LockedForm, PhaseForm, RestoreForm
from shared_plans.permissions import PlansPermission
from shared_plans.queries.framework import all_items
from shared_plans.showing import texts_of

from .editing import StepView
from .pages import OnePlan, document_of, plan_url
from .plans import OneRevision

TURNS = {
    Turn.START: (
        gettext_lazy("実行の開始"),
        gettext_lazy("最新の版を実行に移します。実行中も、次の版を起案して改訂できます。"),
        gettext_lazy("実行を開始する"),
        gettext_lazy("実行を開始しました。"),
    ),
    Turn.CLOSE: (
        gettext_lazy("計画の終了"),
        gettext_lazy(
            "計画期間の満了や後継の計画への移行などにより、計画を終えます。公開している計画は「終了」と表示されたまま読めます。"
        ),
        gettext_lazy("計画を終了する"),
        gettext_lazy("計画を終了しました。"),
    ),
    Turn.REOPEN: (
        gettext_lazy("計画の再開"),
        gettext_lazy("終了した計画を実行中に戻します。"),
        gettext_lazy("計画を再開する"),
        gettext_lazy("計画を再開しました。"),
    ),
}


@dangerous
class EnterPhase(OnePlan, FormView):
    request: PortalRequest
    permission = PlansPermission.APPROVE
    template_name = "shared_plans/phase.html"
    form_class = PhaseForm
    turn = Turn.START

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and self.turn.value not in self.turns():
            messages.info(self.request, _("計画の状態が変わったため、この操作はできません。"))
            return HttpResponseRedirect(self.url)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, object]:
        return {"since": timezone.localdate()}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        title, lead, deed, _done = TURNS[self.turn]
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "title": title,
            "lead": lead,
            "deed": deed,
            "back": self.url,
            "crumbs": self.crumbs(Crumb(str(title))),
        }

    def perform(self, form: BaseForm) -> str:
        enter_phase(by=self.request.actor, plan=self.plan, turn=self.turn, **form.cleaned_data)
        messages.success(self.request, str(TURNS[self.turn][3]))
        return self.url


class RestoreRevision(OneRevision, FormView):
    """Shows what would change before the draft becomes that revision."""

    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/restore.html"
    form_class = RestoreForm

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and not self.steps() & {Step.EDIT.value, Step.REVISE.value}:
            messages.info(self.request, _("決裁待ちまたは終了した計画には復元できません。"))
            return HttpResponseRedirect(self.url)
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, object]:
        return {"lock_version": self.plan.lock_version}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        items, number = all_items(), self.revision.number
        now, then = (dict(texts_of(document_of(one), items)) for one in (self.plan, self.revision))
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "revision": self.revision,
            "changes": compare_clauses(now, then) if now != then else (),
            "replaces": self.plan.status == "draft",
            "back": plan_url(self.request, "revision", self.plan, number=number),
            "crumbs": self.crumbs(Crumb(_("第%(number)s版の復元") % {"number": number})),
        }

    def perform(self, form: BaseForm) -> str:
        number = self.revision.number
        restore_revision(by=self.request.actor, plan=self.plan, number=number, **form.cleaned_data)
        messages.success(self.request, _("第%(number)s版の内容を下書きに復元しました。") % {"number": number})
        return plan_url(self.request, "edit", self.plan)


class AbandonRevision(StepView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/abandon.html"
    form_class = LockedForm
    step = Step.ABANDON

    def heading(self) -> str:
        return _("改訂の取りやめ")

    def get_initial(self) -> dict[str, object]:
        return {"lock_version": self.plan.lock_version}

    def perform(self, form: BaseForm) -> str:
        abandon_revision(by=self.request.actor, plan=self.plan, **form.cleaned_data)
        messages.success(self.request, _("改訂を取りやめました。計画は公表中の版に戻りました。"))
        return self.url
