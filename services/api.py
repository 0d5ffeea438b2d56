"""The catalogue and a municipality's adoptions, for its own systems."""

from typing import cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest

from . import queries
from .actions import adopt_component
from .models import Adoption, Component
from .serializers import AdoptComponentSerializer, AdoptionSerializer, ComponentSerializer


class Components(generics.ListAPIView[Component]):
    """Components of the shared catalogue, each with the number of municipalities that use it."""

    permission = PortalPermission.VIEW
    serializer_class = ComponentSerializer

    def get_queryset(self) -> QuerySet[Component]:
        return queries.components()


class Adoptions(generics.ListAPIView[Adoption]):
    """What the municipality uses and used."""

    permission = PortalPermission.VIEW
    serializer_class = AdoptionSerializer

    def get_queryset(self) -> QuerySet[Adoption]:
        return queries.own_adoptions()

    @extend_schema(request=AdoptComponentSerializer, responses={201: AdoptionSerializer})
    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Adopt a component from today, in its newest release (permission services.adopt_component)."""
        data = AdoptComponentSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        component = get_object_or_404(queries.components(), code=data.validated_data["component"])
        adoption = adopt_component(by=cast(PortalRequest, request).actor, component=component)
        return Response(AdoptionSerializer(adoption).data, status=status.HTTP_201_CREATED)
