"""What this product shows on the portal."""

from django.db.models import Case, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.audit import labels, targets
from consortium.membership.permissions import PortalPermission
from consortium.tenancy.actor import Actor
from consortium.ui.registry import Asked, NavEntry, Row, Rows, Summary, Task, TaskSource, navigation, tasks
from consortium.ui.stored import phrase
from shared_plans.queries.adoptions import moved_sources
from shared_plans.queries.board import Behind, behind, executing_plans
from shared_plans.queries.cases import cases_returned_to, cases_waiting_for
from shared_plans.queries.plans import plans_in, returned_to, waiting_for
from shared_plans.queries.proposals import open_received

from .models import Blocker, CaseStatus, Plan, PlanStatus, SuccessCase
from .permissions import PlansPermission

SHOWN = 20


def plans_asked(actor: Actor) -> Asked:
    """Plans that wait for the actor's decision first, then drafts of hers that were sent back."""
    if actor.municipality_id is None:
        return {}
    approver = actor.exercising(PlansPermission.APPROVE)
    waiting = waiting_for(approver) if actor.can(PlansPermission.APPROVE) else Plan.objects.none()
    returned = returned_to(actor) if actor.can(PlansPermission.WRITE) else Plan.objects.none()
    waiting_first = Case(When(status=PlanStatus.IN_REVIEW, then=0), default=1)
    found = (waiting | returned).order_by(waiting_first, "-updated_at", "-id")
    return {"plans": found.values("id", "title", "status")[:SHOWN]}


def todo(actor: Actor, rows: Rows) -> list[Task]:
    return [_task(plan, actor.municipality_code) for plan in rows.get("plans", ())]


def exchanges_asked(actor: Actor) -> Asked:
    if actor.municipality_id is None or not actor.can(PlansPermission.WRITE):
        return {}
    proposals = open_received().values("id", "target_plan_id", "municipality__name")
    return {
        "proposals": proposals[:SHOWN],
        "moved": moved_sources().values("plan_id", "plan__title")[:SHOWN],
    }


def exchange_todo(actor: Actor, rows: Rows) -> list[Task]:
    """Proposals to answer first, then sources that moved on."""
    code = actor.municipality_code
    asked = [
        Task(
            phrase(_("%(proposer)sからの改善提案に回答してください"), proposer=one["municipality__name"]),
            reverse("shared_plans:proposal", args=[code, one["target_plan_id"], one["id"]]),
            kind=_("DX推進計画"),
        )
        for one in rows.get("proposals", ())
    ]
    moved = [
        Task(
            phrase(
                _("「%(title)s」の採用元が改訂されました。更新を確認してください"), title=one["plan__title"]
            ),
            reverse("shared_plans:plan", args=[code, one["plan_id"]]),
            kind=_("DX推進計画"),
        )
        for one in rows.get("moved", ())
    ]
    return [*asked, *moved]


def cases_asked(actor: Actor) -> Asked:
    if actor.municipality_id is None:
        return {}
    approver = actor.exercising(PlansPermission.APPROVE)
    nothing = SuccessCase.objects.none()
    waiting = cases_waiting_for(approver) if actor.can(PlansPermission.APPROVE) else nothing
    returned = cases_returned_to(actor) if actor.can(PlansPermission.WRITE) else nothing
    cases = (waiting | returned).values("id", "title", "status")[:SHOWN]
    return {"cases": cases, "plans": Plan.objects.values("id")[:1]}


def library_todo(actor: Actor, rows: Rows) -> list[Task]:
    """Success cases to decide on or to mend; and where to begin while there is no plan."""
    if actor.municipality_id is None:
        return []
    code = actor.municipality_code
    if rows["cases"] or rows["plans"] or not actor.can(PlansPermission.WRITE):
        return [_case_task(case, code) for case in rows["cases"]]
    text = _("DX成熟度の自己点検から、計画づくりを始めてください")
    return [Task(text, reverse("shared_plans:maturity", args=[code]), kind=_("DX推進計画"))]


def board_todo(actor: Actor) -> list[Task]:
    """Plans that are behind, and blockers past their day."""
    if actor.municipality_id is None or not actor.can(PlansPermission.WRITE):
        return []
    return [_behind_task(one, actor.municipality_code) for one in behind(timezone.localdate(), SHOWN)]


def _behind_task(one: Behind, code: str) -> Task:
    if one.blocker_id:
        text, kind = _("阻害要因「%(title)s」の解消の期日を過ぎています"), _("阻害要因")
        url = reverse("shared_plans:blocker", args=[code, one.plan_id, one.blocker_id])
    else:
        text, kind = _("「%(title)s」に、期日を過ぎた節目か未記録の実績値があります"), _("DX推進計画")
        url = reverse("shared_plans:board", args=[code, one.plan_id])
    return Task(phrase(text, title=one.title), url, deadline=one.due, kind=kind)


def _case_task(case: Row, code: str) -> Task:
    if case["status"] == CaseStatus.IN_REVIEW:
        text = _("「%(title)s」(成功事例)を決裁してください")
    else:
        text = _("「%(title)s」(成功事例)が差し戻されました")
    url = reverse("shared_plans:case", args=[code, case["id"]])
    return Task(phrase(text, title=case["title"]), url, kind=_("成功事例"))


def _task(plan: Row, code: str) -> Task:
    if plan["status"] == PlanStatus.IN_REVIEW:
        name, text = "review", _("「%(title)s」を決裁してください")
    else:
        name, text = "edit", _("「%(title)s」が差し戻されました")
    url = reverse(f"shared_plans:{name}", kwargs={"code": code, "plan": plan["id"]})
    return Task(phrase(text, title=plan["title"]), url, kind=_("DX推進計画"))


PLANS = Summary(
    gettext_lazy("起案中 %(draft)s件・決裁待ち %(in_review)s件・公表済 %(published)s件"),
    lambda: {status.value: plans_in(status) for status in PlanStatus},
)
EXECUTION = Summary(
    gettext_lazy("実行中 %(executing)s件・未解消の阻害要因 %(blockers)s件"),
    lambda: {"executing": executing_plans(), "blockers": Blocker.objects.filter(resolved_on=None)},
)


PLANS_WAITING = TaskSource(todo, asks=plans_asked)
tasks.register(PLANS_WAITING)
tasks.register(TaskSource(exchange_todo, personal=False, asks=exchanges_asked))
tasks.register(TaskSource(library_todo, personal=False, asks=cases_asked))
tasks.register(TaskSource(board_todo, personal=False))
targets.register("shared_plans.plan", gettext_lazy("計画"), lambda plan: plan.title)
targets.register(
    "shared_plans.planrevision",
    gettext_lazy("計画"),
    lambda one: f"{one.title} {_('第%(number)s版') % {'number': one.number}}",
)
navigation.register(
    NavEntry(
        gettext_lazy("DX推進計画"),
        "shared_plans:plans",
        PortalPermission.VIEW,
        order=20,
        summary=PLANS,
    )
)
navigation.register(
    NavEntry(
        gettext_lazy("実行ボード"),
        "shared_plans:boards",
        PortalPermission.VIEW,
        order=25,
        summary=EXECUTION,
    )
)
navigation.register(
    NavEntry(gettext_lazy("計画ライブラリー"), "shared_plans:library", PortalPermission.VIEW, order=30)
)
targets.register(
    "shared_plans.maturitycheck", gettext_lazy("自己点検"), lambda _check: _("DX成熟度の自己点検")
)
targets.register("shared_plans.blocker", gettext_lazy("阻害要因"), lambda one: one.title)
targets.register("shared_plans.successcase", gettext_lazy("成功事例"), lambda case: case.title)
labels.register(
    {
        "maturity.checked": gettext_lazy("%(actor)sがDX成熟度の自己点検を行いました"),
        "success_case.drafted": gettext_lazy("%(actor)sが成功事例を起案しました"),
        "success_case.saved": gettext_lazy("%(actor)sが成功事例を保存しました"),
        "success_case.submitted": gettext_lazy("%(actor)sが成功事例の決裁を依頼しました"),
        "success_case.returned": gettext_lazy("%(actor)sが成功事例を差し戻しました"),
        "success_case.published": gettext_lazy("%(actor)sが成功事例を公表しました"),
        "success_case.reopened": gettext_lazy("%(actor)sが成功事例を起案中に戻しました"),
        "blocker.raised": gettext_lazy("%(actor)sが阻害要因を登録しました"),
        "blocker.worked_on": gettext_lazy("%(actor)sが阻害要因の経過を記録しました"),
        "blocker.resolved": gettext_lazy("%(actor)sが阻害要因の解消を記録しました"),
        "blocker.reopened": gettext_lazy("%(actor)sが阻害要因を未解消に戻しました"),
        "plan.milestone_recorded": gettext_lazy("%(actor)sが計画の節目の達成を記録しました"),
        "plan.actual_recorded": gettext_lazy("%(actor)sが計画の指標の実績値を記録しました"),
        "plan.spending_recorded": gettext_lazy("%(actor)sが計画の執行額を記録しました"),
        "plan.deadlines_reminded": gettext_lazy("システム(%(actor)s)が計画の期日を知らせました"),
        "plan.drafted": gettext_lazy("%(actor)sが計画の起案を始めました"),
        "plan.saved": gettext_lazy("%(actor)sが計画の下書きを保存しました"),
        "plan.clause_moved": gettext_lazy("%(actor)sが計画の項目の並びを変えました"),
        "plan.commented": gettext_lazy("%(actor)sが計画の項目にコメントしました"),
        "plan.comment_resolved": gettext_lazy("%(actor)sが計画へのコメントを対応済みにしました"),
        "plan.comment_reopened": gettext_lazy("%(actor)sが計画へのコメントを未対応に戻しました"),
        "plan.comment_withdrawn": gettext_lazy("%(actor)sが計画へのコメントを取り下げました"),
        "plan.review_cycle_set": gettext_lazy("%(actor)sが計画の見直しの予定を定めました"),
        "plan.review_cycle_ended": gettext_lazy("%(actor)sが計画の見直しの予定をやめました"),
        "plan.review_settled": gettext_lazy("%(actor)sが計画を見直し、改訂なしとしました"),
        "plan.review_reminded": gettext_lazy("システム(%(actor)s)が計画の見直しの時期を知らせました"),
        "plan.submitted": gettext_lazy("%(actor)sが計画の決裁を依頼しました"),
        "plan.recalled": gettext_lazy("%(actor)sが計画の決裁の依頼を取り下げました"),
        "plan.returned": gettext_lazy("%(actor)sが計画を差し戻しました"),
        "plan.published": gettext_lazy("%(actor)sが計画を公表しました"),
        "plan.revision_begun": gettext_lazy("%(actor)sが計画の改訂を始めました"),
        "plan.revision_abandoned": gettext_lazy("%(actor)sが計画の改訂を取りやめました"),
        "plan.restored": gettext_lazy("%(actor)sが計画の以前の版を下書きに復元しました"),
        "plan.started": gettext_lazy("%(actor)sが計画の実行を開始しました"),
        "plan.closed": gettext_lazy("%(actor)sが計画を終了しました"),
        "plan.reopened": gettext_lazy("%(actor)sが計画を再開しました"),
        "plan.moved_to_edition": gettext_lazy("%(actor)sが計画を国の計画の新しい版に対応させました"),
        "plan.sharing_proposed": gettext_lazy("%(actor)sが計画の次の版の公開範囲を定めました"),
        "plan.shared": gettext_lazy("%(actor)sが計画の公開範囲を変えました"),
        "plan.unshared": gettext_lazy("%(actor)sが計画の公開を取り下げました"),
        "plan.file_attached": gettext_lazy("%(actor)sが計画に資料を添付しました"),
        "plan.file_detached": gettext_lazy("%(actor)sが計画の添付資料を外しました"),
        "plan.paper_requested": gettext_lazy("%(actor)sが計画書(PDF)の作成を依頼しました"),
        "plan.paper_made": gettext_lazy("システム(%(actor)s)が計画書(PDF)を作成しました"),
        "plan.imported": gettext_lazy("%(actor)sがファイルから計画を取り込みました"),
        "plan.adopted": gettext_lazy("%(actor)sがほかの自治体の計画を採用しました"),
        "plan.sizes_set": gettext_lazy("%(actor)sが採用した計画の換算に使う人口・世帯数を入力しました"),
        "plan.figures_settled": gettext_lazy("%(actor)sが採用した計画の数字を確認しました"),
        "plan.sync_kept": gettext_lazy("%(actor)sが採用元の更新の確認を途中まで保存しました"),
        "plan.synced": gettext_lazy("%(actor)sが採用元の更新を計画に取り込みました"),
        "plan.proposed": gettext_lazy("%(actor)sが採用元に改善提案を送りました"),
        "plan.proposal_withdrawn": gettext_lazy("%(actor)sが改善提案を取り下げました"),
        "plan.proposal_answered": gettext_lazy("%(actor)sが改善提案に回答しました"),
    }
)
