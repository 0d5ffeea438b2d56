"""Writing, deciding on and printing the own plans."""

from django.urls import path

from shared_plans.views import attachments, clauses, deciding, editing, plans

from .places import PLAN, PLANS

urlpatterns = [
    path(PLANS, plans.PlanList.as_view(), name="plans"),
    path(f"{PLANS}new/", plans.NewPlan.as_view(), name="new"),
    path(PLAN, plans.PlanDetail.as_view(), name="plan"),
    path(f"{PLAN}edit/", clauses.EditPlan.as_view(), name="edit"),
    path(f"{PLAN}edit/head/", editing.EditHead.as_view(), name="edit_head"),
    path(f"{PLAN}clauses/new/<slug:clause_kind>/", clauses.NewClause.as_view(), name="new_clause"),
    path(f"{PLAN}clauses/<str:clause>/", clauses.EditClause.as_view(), name="edit_clause"),
    path(f"{PLAN}clauses/<str:clause>/remove/", clauses.RemoveClause.as_view(), name="remove_clause"),
    path(f"{PLAN}submit/", editing.SubmitPlan.as_view(), name="submit"),
    path(f"{PLAN}recall/", editing.RecallPlan.as_view(), name="recall"),
    path(f"{PLAN}review/", deciding.ReviewPlan.as_view(), name="review"),
    path(f"{PLAN}revise/", editing.RevisePlan.as_view(), name="revise"),
    path(f"{PLAN}attachments/new/", attachments.AttachFile.as_view(), name="attach"),
    path(f"{PLAN}attachments/<uuid:attachment>/remove/", attachments.DetachFile.as_view(), name="detach"),
    path(f"{PLAN}revisions/<int:number>/", plans.RevisionDetail.as_view(), name="revision"),
    path(f"{PLAN}revisions/<int:number>/paper/", plans.PrintRevision.as_view(), name="print"),
    path(f"{PLAN}receipt/<slug:kind>/", plans.Receipt.as_view(), name="receipt"),
]
