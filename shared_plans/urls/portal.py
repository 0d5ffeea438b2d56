from django.urls import path

from shared_plans.api import library as library_api
from shared_plans.api import plans as plans_api
from shared_plans.models import Visibility
from shared_plans.views import attachments, clauses, deciding, editing, library, plans

app_name = "shared_plans"
PLANS = "m/<municipality:code>/plans/"
PLAN = f"{PLANS}<uuid:plan>/"
LIBRARY = "m/<municipality:code>/library/"
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
    path(f"{PLAN}share/", deciding.SharePlan.as_view(), name="share"),
    path(f"{PLAN}unshare/", deciding.SharePlan.as_view(visibility=Visibility.PRIVATE), name="unshare"),
    path(f"{PLAN}attachments/new/", attachments.AttachFile.as_view(), name="attach"),
    path(f"{PLAN}attachments/<uuid:attachment>/remove/", attachments.DetachFile.as_view(), name="detach"),
    path(f"{PLAN}revisions/<int:number>/", plans.RevisionDetail.as_view(), name="revision"),
    path(f"{PLAN}revisions/<int:number>/paper/", plans.PrintRevision.as_view(), name="print"),
    path(f"{PLAN}receipt/<slug:kind>/", plans.Receipt.as_view(), name="receipt"),
    path(LIBRARY, library.Library.as_view(), name="library"),
    path(f"{LIBRARY}<uuid:revision>/", library.LibraryPlan.as_view(), name="library_plan"),
    path(f"{LIBRARY}<uuid:revision>/adopt/", library.AdoptPlan.as_view(), name="adopt"),
    path(f"{LIBRARY}<uuid:revision>/adopt/<slug:step>/", library.AdoptPlan.as_view(), name="adopt"),
    path("api/v1/m/<municipality:code>/editions/", plans_api.Editions.as_view(), name="api_editions"),
    path(f"api/v1/{PLANS}", plans_api.Plans.as_view(), name="api_plans"),
    path(f"api/v1/{PLAN}", plans_api.PlanView.as_view(), name="api_plan"),
    path(f"api/v1/{PLAN}submit/", plans_api.SubmitPlan.as_view(), name="api_submit"),
    path(f"api/v1/{PLAN}recall/", plans_api.RecallPlan.as_view(), name="api_recall"),
    path(f"api/v1/{PLAN}return/", plans_api.ReturnPlan.as_view(), name="api_return"),
    path(f"api/v1/{PLAN}publish/", plans_api.PublishPlan.as_view(), name="api_publish"),
    path(f"api/v1/{PLAN}revise/", plans_api.RevisePlan.as_view(), name="api_revise"),
    path(f"api/v1/{PLAN}share/", plans_api.SharePlan.as_view(), name="api_share"),
    path(f"api/v1/{PLAN}unshare/", plans_api.UnsharePlan.as_view(), name="api_unshare"),
    path(f"api/v1/{PLAN}revisions/", plans_api.Revisions.as_view(), name="api_revisions"),
    path(f"api/v1/{PLAN}revisions/<int:number>/", plans_api.Revision.as_view(), name="api_revision"),
    path(f"api/v1/{LIBRARY}", library_api.LibraryList.as_view(), name="api_library"),
    path(f"api/v1/{LIBRARY}<uuid:revision>/", library_api.LibraryRevision.as_view(), name="api_library_plan"),
    path(f"api/v1/{LIBRARY}<uuid:revision>/adopt/", library_api.Adopt.as_view(), name="api_adopt"),
]
