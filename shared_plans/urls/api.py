"""The API of plans and the library."""

from django.urls import path

from shared_plans.api import library as library_api
from shared_plans.api import plans as plans_api

from .places import LIBRARY, PLAN, PLANS

urlpatterns = [
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
