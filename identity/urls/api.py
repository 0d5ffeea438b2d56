"""The API for third-party services; part of identity.urls.identity, hence of its namespace."""

from django.urls import path

from identity.api import views

urlpatterns = [
    path("me/attributes/", views.MyAttributes.as_view(), name="api_my_attributes"),
    path("components/", views.Catalogue.as_view(), name="api_catalogue"),
    path("municipalities/", views.Municipalities.as_view(), name="api_municipalities"),
]
