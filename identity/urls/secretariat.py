"""The secretariat's pages, on the portal."""

from django.urls import path

from identity.views import logouts

app_name = "logouts"
urlpatterns = [
    path("secretariat/services/<str:client_id>/logouts/", logouts.Logouts.as_view(), name="of_service"),
]
