"""Who may read a plan."""

from django.urls import path

from shared_plans.views import sharing

from .places import PLAN

urlpatterns = [
    path(f"{PLAN}sharing/", sharing.SharingPage.as_view(), name="sharing"),
    path(f"{PLAN}sharing/preview/", sharing.PreviewPlan.as_view(), name="preview"),
    path(f"{PLAN}sharing/next/", sharing.ProposeSharing.as_view(), name="propose_sharing"),
    path(f"{PLAN}share/", sharing.SharePlan.as_view(), name="share"),
    path(f"{PLAN}unshare/", sharing.UnsharePlan.as_view(), name="unshare"),
]
