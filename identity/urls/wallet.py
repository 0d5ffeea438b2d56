"""What a resident's phone talks to, and what anybody fetches to believe its certificates; part of
identity.urls.identity, hence of its namespace."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("identity.urls.proofing"))]
