from django.urls import path

from . import views

app_name = "api"
urlpatterns = [
    path("schema/", views.Schema.as_view(), name="schema"),
    path("docs/", views.Docs.as_view(), name="docs"),
    path("municipalities/", views.Municipalities.as_view(), name="municipalities"),
    path("municipalities/<municipality:code>/", views.MunicipalityView.as_view(), name="municipality"),
]
