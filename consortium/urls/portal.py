"""The portal surface: staff and secretariat. Products are named, not imported."""

from django.conf import settings
from django.urls import include, path

from consortium.membership.views.language import language

from . import converters  # noqa: F401  # registers <municipality:code>

PRODUCTS = ("services", "shared_plans", "identity")

urlpatterns = [
    path("", include("consortium.portal.urls")),
    path("", include("consortium.membership.urls")),
    path("", include("consortium.sso.urls")),
    path("", include("consortium.staffing.urls")),
    path("", include("consortium.audit.urls")),
    path("", include("consortium.files.urls")),
    path("", include("consortium.notifications.urls")),
    path("", include("consortium.reporting.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", language, name="set_language"),
    path("ui/", include("consortium.ui.urls")),
    path("developers/", include("consortium.api.guide_urls")),
    path("api/v1/", include("consortium.api.urls")),
    *(path("", include(f"{product}.urls.portal")) for product in settings.PRODUCTS),
]

handler400 = "consortium.ui.errors.handler400"
handler403 = "consortium.ui.errors.handler403"
handler404 = "consortium.ui.errors.handler404"
handler429 = "consortium.ui.errors.handler429"  # allauth asks for it
handler500 = "consortium.ui.errors.handler500"
