"""Who may read a plan."""

from django.urls import path

from shared_plans.models import Visibility
from shared_plans.views import deciding

from .places import PLAN

urlpatterns = [
    path(f"{PLAN}share/", deciding.SharePlan.as_view(), name="share"),
    path(f"{PLAN}unshare/", deciding.SharePlan.as_view(visibility=Visibility.PRIVATE), name="unshare"),
]
