"""The identity surface: residents and third-party services. No staff sign-in here."""

from django.urls import include, path

from . import converters  # noqa: F401  # registers <municipality:code>

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("identity.urls.identity")),
]

handler400 = "consortium.ui.errors.handler400"
handler403 = "consortium.ui.errors.handler403"
handler404 = "consortium.ui.errors.handler404"
handler500 = "consortium.ui.errors.handler500"
