"""Comments on the clauses of a plan: a clause with its threads, the open ones of a plan, and the deeds."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView, Press
from shared_plans.actions import (
    answer_comment,
    reopen_comment,
    resolve_comment,
    withdraw_comment,
    write_comment,
)
from shared_plans.comment_forms import CommentForm
from shared_plans.domain.document import Clause, Document
from shared_plans.models import Plan, PlanComment
from shared_plans.permissions import PlansPermission
from shared_plans.queries.comments import (
    Thread,
    colleagues_named,
    open_counts,
    open_threads,
    own_comment,
    threads_on,
)
from shared_plans.queries.framework import items_of
from shared_plans.showing import Words, shown

from .pages import PER_PAGE, OnePlan, document_of, plan_url


@dataclass(frozen=True)
class Beside:
    """What stands beside a clause: where its comments are, and how many threads are open."""

    url: str
    count: int


class BesideClauses:
    """Of every clause of a plan's pages, by its id."""

    def __init__(self, request: PortalRequest, plan: Plan) -> None:
        self._request, self._plan = request, plan
        self.counts = open_counts(plan)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def at(self, clause_id: str) -> Beside:
        url = plan_url(self._request, "clause_comments", self._plan, clause=clause_id)
        return Beside(url, self.counts.get(clause_id, 0))


def comments_url(request: PortalRequest, plan: Plan, comment: PlanComment) -> str:
    url = plan_url(request, "clause_comments", plan, clause=comment.clause_id)
    return f"{url}#comment-{comment.pk}"


class _CommentForm(OnePlan, FormView):
    request: PortalRequest
    form_class = CommentForm

    def get_form_kwargs(self) -> dict[str, Any]:
        me = self.request.actor.id
        may = colleagues_named(PlansPermission.COMMENT)
        others = [(str(key), name) for key, name in may if str(key) != me]
        return {**super().get_form_kwargs(), "colleagues": others}


class ClauseComments(_CommentForm):
    """One clause as it reads, its threads, and a form for another. Shown to whoever may see the plan."""

    permission = PortalPermission.VIEW
    template_name = "shared_plans/clause_comments.html"

    @cached_property
    def document(self) -> Document:
        return document_of(self.plan)

    @cached_property
    def clause(self) -> Clause | None:
        """None once it is gone from the draft; what was said of it can still be read."""
        return self.document.clause(str(self.kwargs["clause"]))

    @cached_property
    def threads(self) -> list[Thread]:
        return threads_on(self.plan, str(self.kwargs["clause"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.clause is None and not self.threads:
            raise Http404("No such clause, and nothing said of it.")
        words = Words(self.document, items_of(self.plan.edition))
        title = words.title(self.clause) if self.clause else str(self.threads[0].first.clause_title)
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "clause": self.clause,
            "title": title,
            "shown": shown(self.clause, words) if self.clause else None,
            "threads": self.threads,
            "me": self.request.actor.id,
            "may_comment": self.request.actor.can(PlansPermission.COMMENT),
            "may_edit": "edit" in self.steps() and self.clause is not None,
            "crumbs": self.crumbs(
                Crumb(_("未対応のコメント"), plan_url(self.request, "comments", self.plan)), Crumb(title)
            ),
        }

    def perform(self, form: BaseForm) -> str:
        comment = write_comment(
            by=self.request.actor, plan=self.plan, clause_id=str(self.kwargs["clause"]), **form.cleaned_data
        )
        messages.success(self.request, _("コメントを書きました。"))
        return comments_url(self.request, self.plan, comment)


class OpenComments(OnePlan, TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/comments.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = Paginator(open_threads(self.plan), PER_PAGE).get_page(self.request.GET.get("page"))
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "page": found,
            "rows": [(one, comments_url(self.request, self.plan, one)) for one in found],
            "crumbs": self.crumbs(Crumb(_("未対応のコメント"))),
        }


class AnswerComment(_CommentForm):
    permission = PlansPermission.COMMENT
    template_name = "shared_plans/answer_comment.html"

    @cached_property
    def comment(self) -> PlanComment:
        return comment_of(self.plan, self.kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        threads = threads_on(self.plan, self.comment.clause_id)
        first = self.comment.parent_id or self.comment.pk
        back = comments_url(self.request, self.plan, self.comment)
        return {
            **super().get_context_data(**kwargs),
            "plan": self.plan,
            "comment": self.comment,
            "thread": next((one for one in threads if one.first.pk == first), None),
            "back": back,
            "crumbs": self.crumbs(Crumb(self.comment.clause_title, back), Crumb(_("返信"))),
        }

    def perform(self, form: BaseForm) -> str:
        answer = answer_comment(by=self.request.actor, comment=self.comment, **form.cleaned_data)
        messages.success(self.request, _("返信しました。"))
        return comments_url(self.request, self.plan, answer)


class _CommentPress(OnePlan, Press):
    request: PortalRequest
    permission = PlansPermission.COMMENT

    def comment(self) -> PlanComment:
        return comment_of(self.plan, self.kwargs)

    def back(self, request: PortalRequest) -> str:
        return comments_url(request, self.plan, self.comment())


class ResolveComment(_CommentPress):
    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        resolve_comment(by=request.actor, comment=self.comment())
        return _("対応済みにしました。")


class ReopenComment(_CommentPress):
    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        reopen_comment(by=request.actor, comment=self.comment())
        return _("未対応に戻しました。")


class WithdrawComment(_CommentPress):
    """Back to the plan's list: the clause's page may be gone with its last comment."""

    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        withdraw_comment(by=request.actor, comment=self.comment())
        return _("コメントを取り下げました。")

    def back(self, request: PortalRequest) -> str:
        comment = self.comment()
        if document_of(self.plan).clause(comment.clause_id) is None:
            return plan_url(request, "comments", self.plan)
        return comments_url(request, self.plan, comment)


def comment_of(plan: Plan, kwargs: dict[str, Any]) -> PlanComment:
    """The own comment that the path names. Raises Http404."""
    found = own_comment(plan, kwargs["comment"])
    if found is None:
        raise Http404("No such comment on this plan.")
    return found
