"""What anybody may read, without an account. These addresses stay."""

from django.urls import path

from shared_plans.views import public

urlpatterns = [
    path("open/plans/", public.plans, name="public_plans"),
    path("open/plans/feed/", public.feed, name="public_feed"),
    path("open/plans/schema/", public.schema, name="plan_schema"),
    path("open/plans/<uuid:revision>/", public.plan, name="public_plan"),
    path("open/plans/<uuid:revision>/file/<slug:form>/", public.plan_file, name="public_file"),
]
