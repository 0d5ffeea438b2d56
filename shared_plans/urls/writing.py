"""Writing together: comments on clauses, their order, what is kept while writing, and when to review."""

from django.urls import path

from shared_plans.views import commenting, keeping, ordering, reviewing

from .places import PLAN, PLANS

CLAUSE = f"{PLAN}clauses/<str:clause>/"
COMMENT = f"{PLAN}comments/<uuid:comment>/"
urlpatterns = [
    path(f"{PLANS}reviews/", reviewing.Reviews.as_view(), name="reviews"),
    path(f"{PLANS}reviews.ics", reviewing.ReviewCalendar.as_view(), name="review_calendar"),
    path(f"{PLAN}review-cycle/", reviewing.SetReviewCycle.as_view(), name="review_cycle"),
    path(f"{PLAN}review-cycle/end/", reviewing.EndReviewCycle.as_view(), name="end_review_cycle"),
    path(f"{PLAN}review-cycle/settle/", reviewing.SettleReview.as_view(), name="settle_review"),
    path(f"{PLAN}comments/", commenting.OpenComments.as_view(), name="comments"),
    path(f"{COMMENT}answer/", commenting.AnswerComment.as_view(), name="answer_comment"),
    path(f"{COMMENT}resolve/", commenting.ResolveComment.as_view(), name="resolve_comment"),
    path(f"{COMMENT}reopen/", commenting.ReopenComment.as_view(), name="reopen_comment"),
    path(f"{COMMENT}withdraw/", commenting.WithdrawComment.as_view(), name="withdraw_comment"),
    path(f"{CLAUSE}comments/", commenting.ClauseComments.as_view(), name="clause_comments"),
    path(f"{CLAUSE}move/", ordering.MoveClause.as_view(), name="move_clause"),
    path(f"{PLAN}clauses/new/<slug:clause_kind>/keep/", keeping.KeepClause.as_view(), name="keep_new_clause"),
    path(f"{CLAUSE}keep/", keeping.KeepClause.as_view(), name="keep_clause"),
    path(
        f"{PLAN}clauses/new/<slug:clause_kind>/drop/", keeping.DropKept.as_view(), name="drop_kept_new_clause"
    ),
    path(f"{CLAUSE}drop/", keeping.DropKept.as_view(), name="drop_kept_clause"),
]
