"""The identity surface: residents and third-party services. No staff sign-in here."""

from django.urls import include, path

from consortium.api import guide
from consortium.membership.views.language import language

from . import converters  # noqa: F401  # registers <municipality:code>

urlpatterns = [
    path("i18n/setlang/", language, name="set_language"),
    path("developers/problems/", guide.Problems.as_view(), name="problems"),
    path("", include("identity.urls.identity")),
]

handler400 = "consortium.ui.errors.handler400"
handler403 = "consortium.ui.errors.handler403"
handler404 = "consortium.ui.errors.handler404"
handler500 = "consortium.ui.errors.handler500"
