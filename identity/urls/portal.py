"""This product's pages on the portal."""

from django.urls import include, path

urlpatterns = [
    path("", include("identity.urls.attestations")),
    path("", include("identity.urls.counter")),
    path("", include("identity.urls.inquiries")),
    path("", include("identity.urls.legal")),
    path("", include("identity.urls.secretariat")),
]
