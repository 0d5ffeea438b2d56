"""Plans that members share, and their adoption."""

from typing import cast

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.api.endpoints import DetailView, Endpoint, ListView, checked
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from shared_plans.actions import adopt_plan
from shared_plans.models import PlanRevision
from shared_plans.permissions import PlansPermission
from shared_plans.queries.library import LibraryFilter, library
from shared_plans.queries.readable import readable_revision
from shared_plans.serializers import (
    AdoptPlanSerializer,
    LibraryQuery,
    PlanSerializer,
    RevisionListSerializer,
    RevisionSerializer,
)

from .plans import plan_place, written


@extend_schema(summary="計画ライブラリーの一覧")
class LibraryList(ListView[PlanRevision]):
    """The latest shared revision of every member's plan, the latest published first."""

    operation_id = "library_list"
    permission = PortalPermission.VIEW
    tag = "Library"
    query = LibraryQuery
    serializer_class = RevisionListSerializer

    def get_queryset(self) -> QuerySet[PlanRevision]:
        given = {name: self.given.get(name, "") for name in ("q", "item", "prefecture")}
        reader = tenant_of(cast(PortalRequest, self.request))
        return library(LibraryFilter(**given), reader)


@extend_schema(summary="公開された計画")
class LibraryRevision(DetailView[PlanRevision]):
    """One shared revision with its content."""

    operation_id = "library_retrieve"
    permission = PortalPermission.VIEW
    tag = "Library"
    serializer_class = RevisionSerializer

    def get_object(self) -> PlanRevision:
        found = readable_revision(self.kwargs["revision"])
        if found is None:
            raise Http404
        return found


@extend_schema(summary="計画の採用", request=AdoptPlanSerializer, responses={201: PlanSerializer})
class Adopt(Endpoint):
    operation_id = "library_adopt"
    permission = PlansPermission.ADOPT
    tag = "Library"

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Make an own draft of a shared revision. Asked again, it answers with the copy there is."""
        if readable_revision(self.kwargs["revision"]) is None:
            raise Http404
        data = checked(AdoptPlanSerializer, request)
        plan = adopt_plan(by=self.actor, revision_id=self.kwargs["revision"], title=data.get("title", ""))
        return written(plan, place=plan_place(self.kwargs["code"], plan))
