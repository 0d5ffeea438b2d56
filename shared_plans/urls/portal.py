"""This product's pages on the portal, and its API."""

from django.urls import include, path

app_name = "shared_plans"
urlpatterns = [
    path("", include("shared_plans.urls.writing")),
    path("", include("shared_plans.urls.own")),
    path("", include("shared_plans.urls.lifecycle")),
    path("", include("shared_plans.urls.board")),
    path("", include("shared_plans.urls.sharing")),
    path("", include("shared_plans.urls.library")),
    path("", include("shared_plans.urls.exchange")),
    path("", include("shared_plans.urls.cases")),
    path("", include("shared_plans.urls.maturity")),
    path("", include("shared_plans.urls.files")),
    path("", include("shared_plans.urls.public")),
    path("", include("shared_plans.urls.api")),
]
