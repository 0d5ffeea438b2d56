from django.urls import path

from . import guide

app_name = "developers"
urlpatterns = [
    path("", guide.Start.as_view(), name="start"),
    path("problems/", guide.Problems.as_view(), name="problems"),
    path("<slug:slug>/", guide.Page.as_view(), name="guide"),
]
