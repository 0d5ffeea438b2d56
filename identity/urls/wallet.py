"""What a resident's phone talks to, and what anybody fetches to believe its certificates; part of
identity.urls.identity, hence of its namespace."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
