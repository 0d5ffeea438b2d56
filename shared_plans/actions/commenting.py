"""コメント on a clause: begun, answered, settled, opened again, taken back."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from consortium.audit.record import record
from consortium.domain.my_number import contains_my_number
from consortium.notifications.announce import notify
from consortium.notifications.audience import people
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import from_json
from shared_plans.domain.validation import ProblemCode
from shared_plans.models import MAX_BODY, MAX_CLAUSE_TITLE, Plan, PlanComment
from shared_plans.notices import COMMENT_ANSWERED, COMMENT_MENTIONED
from shared_plans.permissions import PlansPermission
from shared_plans.queries.comments import colleagues_named, thread_authors
from shared_plans.showing import Words

from .steps import PROBLEMS, account_id

MAX_MENTIONS = 20
GONE = _("この項目は、計画の下書きから削除されています。")
RESOLVED = _("このやりとりは、対応済みになっています。続けるときは、先に未対応に戻してください。")


@action(PlansPermission.COMMENT)
def write_comment(
    *, by: Actor, plan: Plan, clause_id: str, body: str, mentions: Iterable[UUID] = ()
) -> PlanComment:
    """Begin a thread on a clause of the working copy. Raises ValidationError, by field or `gone`."""
    document = from_json(plan.draft)
    clause = document.clause(clause_id)
    if clause is None:
        raise ValidationError(GONE, code="gone")
    with translation.override("ja"):
        title = Words(document, ()).title(clause)[:MAX_CLAUSE_TITLE]
    return _said(PlanComment(plan=plan, clause_id=clause_id, clause_title=title), by, body, mentions)


@action(PlansPermission.COMMENT)
def answer_comment(
    *, by: Actor, comment: PlanComment, body: str, mentions: Iterable[UUID] = ()
) -> PlanComment:
    """Go on with a thread. Raises ValidationError, by field, or `resolved`."""
    first = _first(comment)
    if first.resolved_at is not None:
        raise ValidationError(RESOLVED, code="resolved")
    answer = PlanComment(
        plan=first.plan, clause_id=first.clause_id, clause_title=first.clause_title, parent=first
    )
    return _said(answer, by, body, mentions)


@action(PlansPermission.COMMENT)
def resolve_comment(*, by: Actor, comment: PlanComment) -> PlanComment:
    """Settle a thread; settled already is fine."""
    first = _first(comment)
    if first.resolved_at is None:
        first.resolved_at, first.resolved_by_id = timezone.now(), account_id(by)
        first.resolved_by_name = by.label
        _keep(first, by, "plan.comment_resolved")
    return first


@action(PlansPermission.COMMENT)
def reopen_comment(*, by: Actor, comment: PlanComment) -> PlanComment:
    """Open a settled thread again; open already is fine."""
    first = _first(comment)
    if first.resolved_at is not None:
        first.resolved_at, first.resolved_by_id, first.resolved_by_name = None, None, ""
        _keep(first, by, "plan.comment_reopened")
    return first


@action(PlansPermission.COMMENT)
def withdraw_comment(*, by: Actor, comment: PlanComment) -> PlanComment:
    """Empty an own comment; its place in the thread stays. Raises ValidationError `not_own`."""
    current: PlanComment = PlanComment.objects.select_for_update().get(pk=comment.pk)
    if str(current.author_id) != by.id:
        raise ValidationError(_("自分のコメントだけを取り下げられます。"), code="not_own")
    if current.withdrawn_at is None:
        current.body, current.withdrawn_at = "", timezone.now()
        current.save(update_fields=["body", "withdrawn_at"])
        _record(current, by, "plan.comment_withdrawn")
    return current


def _first(comment: PlanComment) -> PlanComment:
    """The beginning of its thread, held until the end of the transaction."""
    rows = PlanComment.objects.select_for_update(of=("self",)).select_related("plan")
    found: PlanComment = rows.get(pk=comment.parent_id or comment.pk)
    return found


def _said(comment: PlanComment, by: Actor, body: str, mentions: Iterable[UUID]) -> PlanComment:
    comment.body = _checked(body)
    called = _called(set(mentions))
    comment.mentions = [{"id": str(key), "name": name} for key, name in called]
    comment.author_id, comment.author_name = account_id(by), by.label
    comment.save(force_insert=True)
    _record(comment, by, "plan.commented")
    _tell(comment, by, {key for key, _name in called})
    return comment


def _checked(body: str) -> str:
    text = body.replace("\r\n", "\n").strip()
    if not text:
        raise _wrong("body", _("コメントを入力してください。"), "required")
    if len(text) > MAX_BODY:
        raise _wrong("body", PROBLEMS[ProblemCode.TOO_LONG], "max_length")
    if "\x00" in text:
        raise _wrong("body", PROBLEMS[ProblemCode.CONTROL_CHARACTER], "nul")
    if contains_my_number(text):
        raise _wrong("body", PROBLEMS[ProblemCode.PERSONAL_NUMBER], "my_number")
    return text


def _called(ids: set[UUID]) -> list[tuple[UUID, str]]:
    if len(ids) > MAX_MENTIONS:
        raise _wrong("mentions", _("知らせる相手は20人までにしてください。"), "too_many")
    found = colleagues_named(PlansPermission.COMMENT, ids) if ids else []
    if len(found) != len(ids):
        raise _wrong("mentions", _("知らせる相手に、選べない人が含まれています。"), "unknown")
    return found


def _wrong(field: str, message: StrOrPromise, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


def _tell(comment: PlanComment, by: Actor, called: set[UUID]) -> None:
    """Who is called upon, and whoever else wrote in the thread; what was said is read on the page alone."""
    values = {"author": by.label, "title": comment.plan.title, "clause": comment.clause_title}
    target = {"plan": comment.plan_id, "clause": comment.clause_id}
    called = called - {account_id(by)}
    if called:
        notify(COMMENT_MENTIONED, to=people(*called), by=by, values=values, target=target)
    if comment.parent_id:
        others = [one for one in thread_authors(comment.parent) if one not in {*called, account_id(by)}]
        if others:
            notify(COMMENT_ANSWERED, to=people(*others), by=by, values=values, target=target)


def _keep(first: PlanComment, by: Actor, name: str) -> None:
    first.save(update_fields=["resolved_at", "resolved_by_id", "resolved_by_name"])
    _record(first, by, name)


def _record(comment: PlanComment, by: Actor, name: str) -> None:
    """Without the text."""
    detail = {"clause": comment.clause_id, "comment": str(comment.pk)}
    record(by=by, action=name, target=comment.plan, detail=detail)
