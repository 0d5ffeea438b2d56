"""The catalogue and a municipality's adoptions, for its own systems."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.api.endpoints import DetailView, Endpoint, ListView, checked, created
from consortium.membership.permissions import PortalPermission

from . import queries
from .actions import adopt_component, end_adoption
from .models import Adoption, Component, Release
from .permissions import ServicesPermission
from .serializers import (
    AdoptComponentSerializer,
    AdoptionQuery,
    AdoptionSerializer,
    ComponentQuery,
    ComponentSerializer,
    ReleaseSerializer,
)


@extend_schema(summary="共通部品の一覧")
class Components(ListView[Component]):
    """Components of the shared catalogue, each with the number of municipalities that use it."""

    permission = PortalPermission.VIEW
    tag = "Components"
    query = ComponentQuery
    serializer_class = ComponentSerializer

    def get_queryset(self) -> QuerySet[Component]:
        found = queries.components()
        return found.filter(sector=self.given["sector"]) if self.given.get("sector") else found


@extend_schema(summary="共通部品")
class ComponentView(DetailView[Component]):
    """One component of the shared catalogue."""

    permission = PortalPermission.VIEW
    tag = "Components"
    serializer_class = ComponentSerializer

    def get_object(self) -> Component:
        return get_object_or_404(queries.components(), code=self.kwargs["component"])


@extend_schema(summary="共通部品の版の一覧")
class Releases(ListView[Release]):
    """Published versions of one component, newest first."""

    permission = PortalPermission.VIEW
    tag = "Components"
    serializer_class = ReleaseSerializer

    def get_queryset(self) -> QuerySet[Release]:
        component = get_object_or_404(queries.components(), code=self.kwargs["component"])
        return component.releases.all()


class Adoptions(ListView[Adoption]):
    permission = PortalPermission.VIEW
    tag = "Components"
    query = AdoptionQuery
    serializer_class = AdoptionSerializer

    def get_queryset(self) -> QuerySet[Adoption]:
        return queries.adoptions_like(self.given.get("component", ""), current=self.given.get("current"))

    @extend_schema(summary="導入の一覧")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """What the municipality uses and used."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="共通部品の導入", request=AdoptComponentSerializer, responses={201: AdoptionSerializer}
    )
    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Adopt a component from today, in its newest release (permission services.adopt_component)."""
        self.actor.require(ServicesPermission.ADOPT_COMPONENT)
        data = checked(AdoptComponentSerializer, request)
        adoption = adopt_component(by=self.actor, component=_component(data["component"]))
        place = reverse("services:api_adoption", args=[self.kwargs["code"], adoption.pk])
        return created(AdoptionSerializer(adoption).data, place)


@extend_schema(summary="導入")
class AdoptionView(DetailView[Adoption]):
    """One adoption of the municipality's own."""

    permission = PortalPermission.VIEW
    tag = "Components"
    serializer_class = AdoptionSerializer

    def get_object(self) -> Adoption:
        return get_object_or_404(queries.own_adoptions(), pk=self.kwargs["adoption"])


@extend_schema(summary="利用の終了", request=None, responses={200: AdoptionSerializer})
class EndAdoption(Endpoint):
    operation_id = "adoption_end"
    bodyless = True
    permission = ServicesPermission.ADOPT_COMPONENT
    tag = "Components"

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """End the use of a component today: residents can't use services built on it any more."""
        adoption = get_object_or_404(queries.own_adoptions(), pk=self.kwargs["adoption"])
        return Response(AdoptionSerializer(end_adoption(by=self.actor, adoption=adoption)).data)


def _component(code: str) -> Component:
    found = queries.components().filter(code=code).first()
    if found is None:
        raise ValidationError({"component": [ErrorDetail(str(_("この部品はありません。")), "unknown")]})
    return found
