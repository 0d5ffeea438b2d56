"""What every action on a plan does first: lock it, ask whether the step is open, say why not."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.actor import Actor
from shared_plans.domain.document import Document
from shared_plans.domain.lifecycle import Phase, Refusal, Status, Step, after, refusal
from shared_plans.domain.validation import Period, Problem, ProblemCode, Rules, problems
from shared_plans.models import NationalItem, Plan, PlanRevision

REFUSALS = {
    Refusal.WRONG_STATUS: _("計画の状態が変わったため、この操作はできません。最新の内容を確認してください。"),
    Refusal.FOUR_EYES: _("起案に関わった人は決裁できません。ほかの決裁者に依頼してください。"),
    Refusal.AUTHORS_ONLY: _("起案に関わった人だけが取り下げられます。"),
    Refusal.REASON_REQUIRED: _("理由を入力してください。"),
    Refusal.CLOSED: _("終了した計画は改訂できません。続けるときは、先に計画を再開してください。"),
    Refusal.NOTHING_PUBLISHED: _("決裁された版がまだないため、この操作はできません。"),
    Refusal.DRAFT_OPEN: _(
        "改訂の下書きが残っています。決裁まで進めるか、改訂を取りやめてから終了してください。"
    ),
}
PROBLEMS = {
    ProblemCode.REQUIRED: _("入力してください。"),
    ProblemCode.TOO_LONG: _("長すぎます。"),
    ProblemCode.TOO_MANY: _("多すぎます。"),
    ProblemCode.TOO_LARGE: _("計画全体が大きすぎます。"),
    ProblemCode.UNKNOWN_ITEM: _("この版の国の計画にない項目です。"),
    ProblemCode.UNKNOWN_CHOICE: _("選択肢にない値です。"),
    ProblemCode.UNKNOWN_CLAUSE: _("この計画にない項目を指しています。選び直してください。"),
    ProblemCode.MALFORMED_KEY: _("識別名の形式が正しくありません。"),
    ProblemCode.NOT_A_NUMBER: _("数値を入力してください。"),
    ProblemCode.NOT_A_DATE: _("日付を入力してください。"),
    ProblemCode.OUT_OF_RANGE: _("入力できる範囲の外の値です。"),
    ProblemCode.IN_ORDER: _("終了日は開始日以後にしてください。"),
    ProblemCode.MALFORMED_ID: _("識別子の形式が正しくありません。"),
    ProblemCode.DUPLICATE_ID: _("識別子が重複しています。"),
    ProblemCode.OUT_OF_PERIOD: _("計画期間の外です。"),
    ProblemCode.CONTROL_CHARACTER: _("使えない文字(制御文字)が含まれています。"),
    ProblemCode.PERSONAL_NUMBER: _("個人番号(マイナンバー)は入力できません。番号を消してください。"),
}
ADJUSTED_LATER = {ProblemCode.OUT_OF_PERIOD, ProblemCode.UNKNOWN_ITEM}
CONFLICT = _(
    "この計画は、開いた後に別の画面またはほかの人が保存しました。入力した内容は保存されていませんが、この画面に残しています。"
)
NO_CLAUSE = _("施策を1件以上入力してください。")


def locked(plan: Plan) -> Plan:
    """The plan as it stands now, held until the end of the transaction. Raises Plan.DoesNotExist."""
    found: Plan = Plan.objects.select_for_update().get(pk=plan.pk)
    return found


def may_take(step: Step, plan: Plan, *, by: Actor, reason: str = "") -> None:
    """Raises ValidationError with the code of the refusal."""
    refused = refusal(
        step,
        Status(plan.status),
        by=by.id,
        authors=plan.authors,
        reason=reason,
        on_behalf_of=by.persons,
        phase=Phase(plan.phase),
        published=step is not Step.ABANDON or PlanRevision.objects.filter(plan=plan).exists(),
    )
    if refused is Refusal.REASON_REQUIRED:
        raise ValidationError({"reason": ValidationError(REFUSALS[refused], code=refused)})
    if refused:
        raise ValidationError(REFUSALS[refused], code=refused)


def take(step: Step, plan: Plan, *, by: Actor, reason: str = "") -> None:
    """Move the plan on. Raises ValidationError with the code of the refusal."""
    may_take(step, plan, by=by, reason=reason)
    plan.status = after(step).value
    plan.lock_version += 1


def unchanged_since(plan: Plan, lock_version: int) -> None:
    """Raises ValidationError `conflict` when somebody wrote in between."""
    if plan.lock_version != lock_version:
        raise ValidationError(CONFLICT, code="conflict")


def add_author(plan: Plan, by: Actor) -> None:
    plan.authors = [*dict.fromkeys([*plan.authors, *authors(by)])]


def authors(by: Actor) -> list[str]:
    """Ids of all who stand behind what is written, the one at the keyboard first: none of them decides it."""
    return [by.id, *sorted(by.persons - {by.id})]


def account_id(by: Actor) -> UUID:
    return UUID(by.id)


def check(document: Document, plan: Plan, *, complete: bool, only: str = "") -> None:
    """Raises ValidationError; keys are places (shared_plans.domain.paths), or none for the whole.

    only: of this clause, and of the whole.
    """
    found = found_in(document, plan, complete=complete)
    if only:
        found = [one for one in found if one.place is None or one.place.clause == only]
    if found:
        raise ValidationError(_errors(found))


def check_new(before: Document, after: Document, plan: Plan) -> None:
    """As `check`, of what a draft has not had before. What comes from another municipality may lie outside
    the own period or edition until the plan is submitted. Raises ValidationError, by place."""
    known = set(found_in(before, plan, complete=False))
    found = [one for one in found_in(after, plan, complete=False) if one not in known]
    if wrong := [one for one in found if one.code not in ADJUSTED_LATER]:
        raise ValidationError(_errors(wrong))


def found_in(document: Document, plan: Plan, *, complete: bool) -> list[Problem]:
    keys = NationalItem.objects.filter(edition=plan.edition_id).values_list("key", flat=True)
    return problems(document, Rules(list(keys), period_of(plan), complete=complete))


def period_of(plan: Plan) -> Period:
    return Period(plan.year_from, plan.year_to)


def problem_text(problem: Problem) -> str:
    none_yet = problem.code is ProblemCode.REQUIRED and problem.place is None
    return str(NO_CLAUSE if none_yet else PROBLEMS[problem.code])


def _errors(found: list[Problem]) -> dict[str, list[ValidationError]]:
    errors: dict[str, list[ValidationError]] = {}
    for problem in found:
        place = str(problem.place) if problem.place else "__all__"
        error = ValidationError(problem_text(problem), code=problem.code)
        errors.setdefault(place, []).append(error)
    return errors
