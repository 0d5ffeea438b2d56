"""The identity surface: residents and third-party services. No staff sign-in here."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from consortium.api import guide

from . import converters  # noqa: F401  # registers <municipality:code>

urlpatterns = [
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("developers/problems/", guide.Problems.as_view(), name="problems"),
    path("", include("identity.urls.identity")),
]

handler400 = "consortium.ui.errors.handler400"
handler403 = "consortium.ui.errors.handler403"
handler404 = "consortium.ui.errors.handler404"
handler500 = "consortium.ui.errors.handler500"
