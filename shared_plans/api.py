"""Own plans and the shared library, for a municipality's own systems."""

from typing import cast

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of

from . import queries
from .actions import adopt_plan
from .models import Plan, PlanRevision
from .permissions import PlansPermission
from .serializers import (
    AdoptPlanSerializer,
    PlanListSerializer,
    PlanSerializer,
    RevisionListSerializer,
    RevisionSerializer,
)


class Plans(generics.ListAPIView[Plan]):
    """The municipality's own plans, drafts included, without their texts."""

    permission = PortalPermission.VIEW
    serializer_class = PlanListSerializer

    def get_queryset(self) -> QuerySet[Plan]:
        return queries.plans()


class PlanView(generics.RetrieveAPIView[Plan]):
    """One own plan with the content of its draft."""

    permission = PortalPermission.VIEW
    serializer_class = PlanSerializer

    def get_object(self) -> Plan:
        found = queries.plan(self.kwargs["plan"])
        if found is None:
            raise Http404
        return found


@extend_schema(
    parameters=[
        OpenApiParameter("q", str, description="Words, compared by their search key."),
        OpenApiParameter("item", str, description="Key of a national item."),
        OpenApiParameter("prefecture", str, description="Two digits."),
    ]
)
class LibraryList(generics.ListAPIView[PlanRevision]):
    """The latest shared revision of every member's plan."""

    permission = PortalPermission.VIEW
    serializer_class = RevisionListSerializer

    def get_queryset(self) -> QuerySet[PlanRevision]:
        given = {name: self.request.query_params.get(name, "") for name in ("q", "item", "prefecture")}
        reader = tenant_of(cast(PortalRequest, self.request))
        return queries.library(queries.LibraryFilter(**given), reader)


class LibraryRevision(generics.RetrieveAPIView[PlanRevision]):
    """One shared revision with its content."""

    permission = PortalPermission.VIEW
    serializer_class = RevisionSerializer

    def get_object(self) -> PlanRevision:
        found = queries.shared_revision(self.kwargs["revision"])
        if found is None:
            raise Http404
        return found


class Adopt(APIView):
    """Make an own draft of a shared revision. Asked again, it answers with the copy there is."""

    permission = PlansPermission.ADOPT

    @extend_schema(request=AdoptPlanSerializer, responses={201: PlanSerializer})
    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        data = AdoptPlanSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        plan = adopt_plan(
            by=cast(PortalRequest, request).actor,
            revision_id=self.kwargs["revision"],
            title=data.validated_data.get("title", ""),
        )
        return Response(PlanSerializer(plan).data, status=status.HTTP_201_CREATED)
