"""A municipality's figures and the secretariat's reports, for their own systems."""

from typing import Any, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.api.pagination import CursorPagination
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest

from . import queries
from .actions import record_observation, request_report
from .models import Indicator, Observation, ReportRun
from .permissions import ReportingPermission
from .serializers import (
    IndicatorSerializer,
    NewObservationSerializer,
    NewReportSerializer,
    ObservationSerializer,
    ReportSerializer,
    ReportStatusSerializer,
)

KEY_LENGTH = 200
_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Sent again with the same key, the request gives the same run.",
)


class ByKey(CursorPagination):
    ordering = "key"


class Indicators(generics.ListAPIView[Indicator]):
    """The indicators that figures are reported for."""

    permission = PortalPermission.VIEW
    serializer_class = IndicatorSerializer
    pagination_class = ByKey

    def get_queryset(self) -> QuerySet[Indicator]:
        return cast("QuerySet[Indicator]", Indicator.objects.all())


class Observations(generics.ListAPIView[Observation]):
    """The municipality's own figures, the latest entered first."""

    permission = ReportingPermission.RECORD
    serializer_class = ObservationSerializer

    def get_queryset(self) -> QuerySet[Observation]:
        return queries.own_figures()

    @extend_schema(request=NewObservationSerializer, responses={201: ObservationSerializer})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Record a figure; an earlier one of the same indicator and fiscal year is replaced."""
        data = _checked(NewObservationSerializer(data=request.data))
        record_observation(by=cast(PortalRequest, request).actor, **data)
        stored = queries.own_figures().get(indicator__key=data["indicator"], fiscal_year=data["fiscal_year"])
        return Response(ObservationSerializer(stored).data, status=status.HTTP_201_CREATED)


class Reports(generics.ListAPIView[ReportRun]):
    """Runs of cross-tenant reports, newest first, without their results."""

    permission = ReportingPermission.RUN
    serializer_class = ReportStatusSerializer

    def get_queryset(self) -> QuerySet[ReportRun]:
        return queries.runs()

    @extend_schema(
        request=NewReportSerializer, responses={202: ReportStatusSerializer}, parameters=[_IDEMPOTENCY]
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Start a run in the background; `Location` says where its state and result are."""
        data = _checked(NewReportSerializer(data=request.data))
        actor = cast(PortalRequest, request).actor
        run = request_report(
            by=actor,
            indicator=_indicator(data["indicator"]),
            fiscal_year=data["fiscal_year"],
            run_id=_run_id(actor.id, request.headers.get("Idempotency-Key", "")),
        )
        location = reverse("reporting:api_report", args=[run.pk])
        body = ReportStatusSerializer(run).data
        return Response(body, status=status.HTTP_202_ACCEPTED, headers={"Location": location})


class Report(generics.RetrieveAPIView[ReportRun]):
    """One run: the state of its job and, once it is done, its table."""

    permission = ReportingPermission.RUN
    serializer_class = ReportSerializer

    def get_object(self) -> ReportRun:
        return get_object_or_404(queries.runs(), pk=self.kwargs["run"])


def _checked(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _indicator(key: str) -> Indicator:
    found: Indicator | None = Indicator.objects.filter(key=key).first()
    if found is None:
        raise ValidationError({"indicator": _("この指標はありません。")}, code="unknown")
    return found


def _run_id(actor_id: str, key: str) -> UUID | None:
    """The run that this caller's key stands for. Raises ValidationError."""
    if len(key) > KEY_LENGTH:
        raise ValidationError({"Idempotency-Key": _("キーが長すぎます。")}, code="max_length")
    return uuid5(NAMESPACE_URL, f"report:{actor_id}:{key}") if key else None
