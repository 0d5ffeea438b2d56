"""Plans that anybody may read: open data with stable addresses, a feed, and the files' schema."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consortium.language import place_name
from consortium.ui.parts import Crumb, Fact
from shared_plans.domain.plan_file import file_schema
from shared_plans.exchange.formats import FORMATS
from shared_plans.models import PlanRevision
from shared_plans.queries.public import public_revision, public_revisions
from shared_plans.queries.readable import shared_document

from .exchange import download
from .pages import head_facts, shared_sections

PER_PAGE = 20
IN_FEED = 50
MAX_AGE = 300
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
LANGUAGE = "ja"


@login_not_required
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    page = Paginator(public_revisions(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, place_name(one.municipality)) for one in page]
    values = {"page": page, "rows": rows, "license": LICENSE}
    return _cached(render(request, "shared_plans/public_list.html", values))


@login_not_required
@require_safe
def plan(request: HttpRequest, revision: UUID) -> HttpResponse:
    found = _one(revision)
    values = {
        "revision": found,
        "owner": place_name(found.municipality),
        "sections": shared_sections(found),
        "facts": _facts(found),
        "formats": list(FORMATS),
        "license": LICENSE,
        "address": _absolute("public_plan", revision=found.pk),
        "crumbs": [Crumb(_("公開計画"), reverse("shared_plans:public_plans")), Crumb(found.title)],
    }
    return _cached(render(request, "shared_plans/public_plan.html", values))


@login_not_required
@require_safe
def plan_file(request: HttpRequest, revision: UUID, form: str) -> HttpResponse:
    found = _one(revision)
    response = download(found, form, shared_document(found), found.private_kinds)
    response["Access-Control-Allow-Origin"] = "*"
    response["Link"] = f'<{LICENSE}>; rel="license"'
    return _cached(response)


@login_not_required
@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    response = JsonResponse(
        file_schema(_absolute("plan_schema")),
        content_type="application/schema+json",
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={"Access-Control-Allow-Origin": "*"},
    )
    patch_cache_control(response, public=True, max_age=MAX_AGE)
    return response


class PublicFeed(Feed):  # type: ignore[type-arg]  # generic for types alone
    """What was published last (RFC 4287)."""

    feed_type = Atom1Feed
    language = LANGUAGE
    feed_copyright = "CC BY 4.0"

    def title(self) -> str:
        return _("公開されたDX推進計画")

    def link(self) -> str:
        return _absolute("public_plans")

    def feed_url(self) -> str:
        return _absolute("public_feed")

    def items(self) -> list[PlanRevision]:
        return list(public_revisions()[:IN_FEED])

    def item_title(self, item: Any) -> str:
        number = _("第%(number)s版") % {"number": item.number}
        return f"{place_name(item.municipality)} {item.title} {number}"

    def item_description(self, item: PlanRevision) -> str:
        return item.reason

    def item_link(self, item: PlanRevision) -> str:
        return _absolute("public_plan", revision=item.pk)

    def item_guid(self, item: PlanRevision) -> str:
        return f"urn:uuid:{item.pk}"

    def item_author_name(self, item: PlanRevision) -> str:
        return place_name(item.municipality)

    def item_pubdate(self, item: PlanRevision) -> Any:
        return item.published_at

    def item_updateddate(self, item: PlanRevision) -> Any:
        return item.published_at


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = PublicFeed()(request)
    return _cached(response)


def _one(revision_id: UUID) -> PlanRevision:
    """Raises Http404 for one that is not, or no longer, public."""
    found = public_revision(revision_id)
    if found is None:
        raise Http404("Not public.")
    return found


def _facts(revision: PlanRevision) -> list[Fact]:
    return [
        Fact(_("公表した自治体"), place_name(revision.municipality)),
        Fact(_("版"), _("第%(number)s版") % {"number": revision.number}),
        *head_facts(revision),
        Fact(_("公表日"), revision.published_at),
        *([Fact(_("採用元"), revision.attribution)] if revision.attribution else []),
        Fact(_("照合番号"), revision.hash),
    ]


def _absolute(name: str, **kwargs: object) -> str:
    return settings.PORTAL_URL + reverse(f"shared_plans:{name}", kwargs=kwargs)


def _cached(response: HttpResponse) -> HttpResponse:
    """For the browser alone: the frame around a page says who is signed in."""
    del response["Cache-Control"]
    patch_cache_control(response, private=True, max_age=MAX_AGE)
    return response
