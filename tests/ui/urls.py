"""The kit's own pages, without the products'."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_POST


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


urlpatterns = [
    path("ui/", include("consortium.ui.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("switch/", only_post, name="switch"),
]
