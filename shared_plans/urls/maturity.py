"""The self-check and the plan that it leads to."""

from django.urls import path

from shared_plans.views import maturity, starting

MATURITY = "m/<municipality:code>/maturity/"
urlpatterns = [
    path(MATURITY, maturity.Maturity.as_view(), name="maturity"),
    path(f"{MATURITY}check/", maturity.CheckMaturity.as_view(), name="check_maturity"),
    path(f"{MATURITY}start/", starting.StartPlan.as_view(), name="start_plan"),
]
