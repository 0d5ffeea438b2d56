"""A few views for the middleware's own tests."""

from django.http import HttpResponse
from django.urls import path

from consortium.membership.access import dangerous, requires
from consortium.membership.models import StaffPost
from consortium.tenancy import context
from consortium.urls.portal import urlpatterns as portal_urls

handler500 = "consortium.ui.errors.handler500"
handler404 = "consortium.ui.errors.handler404"
handler403 = "consortium.ui.errors.handler403"


def _write(request):
    StaffPost.objects.create(user=request.user, role="written")


@requires("portal.view")
def broken(request, code):
    _write(request)
    raise RuntimeError("after the write")


@requires("portal.view")
def works(request, code):
    _write(request)
    return HttpResponse("done")


def undeclared(request, code):
    return HttpResponse("never")


@requires("portal.view")
def light(request, code):
    return HttpResponse(str(request.actor.municipality_id))


@dangerous
@requires("portal.view")
def risky(request, code):
    return HttpResponse("done")


def open_context(request):
    return HttpResponse(str(context.current()))


urlpatterns = [
    path("m/<municipality:code>/broken/", broken),
    path("m/<municipality:code>/works/", works),
    path("m/<municipality:code>/undeclared/", undeclared),
    path("m/<municipality:code>/light/", light),
    path("api/v1/m/<municipality:code>/light/", light),
    path("api/v1/m/<municipality:code>/dangerous/", risky),
    path("open-context/", open_context),
    *portal_urls,
]
