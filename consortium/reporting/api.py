"""A municipality's figures and the secretariat's reports, for their own systems."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from consortium import problems
from consortium.api.endpoints import DetailView, Endpoint, ListView, checked, created
from consortium.api.exceptions import Refusal
from consortium.api.pagination import CursorPagination
from consortium.membership.permissions import PortalPermission
from consortium.tabular.writer import Form, Unencodable, as_file

from . import exports, queries
from .actions import record_download, record_observation, request_report
from .models import Indicator, Observation, ReportRun
from .permissions import ReportingPermission
from .serializers import (
    IndicatorSerializer,
    NewObservationSerializer,
    NewReportSerializer,
    ObservationQuery,
    ObservationSerializer,
    ReportQuery,
    ReportSerializer,
    ReportStatusSerializer,
    TableQuery,
)


class ByKey(CursorPagination):
    ordering = "key"


@extend_schema(summary="指標の一覧")
class Indicators(ListView[Indicator]):
    """The indicators that figures are reported for."""

    permission = PortalPermission.VIEW
    tag = "Figures"
    serializer_class = IndicatorSerializer
    pagination_class = ByKey

    def get_queryset(self) -> QuerySet[Indicator]:
        return cast("QuerySet[Indicator]", Indicator.objects.all())


class Observations(ListView[Observation]):
    """The municipality's own figures, the latest entered first."""

    permission = ReportingPermission.RECORD
    tag = "Figures"
    query = ObservationQuery
    serializer_class = ObservationSerializer

    def get_queryset(self) -> QuerySet[Observation]:
        return queries.figures_like(**self.given)

    @extend_schema(summary="実績値の一覧")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The municipality's own figures, the latest entered first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="実績値の記録", request=NewObservationSerializer, responses={201: ObservationSerializer}
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Record a figure; an earlier one of the same indicator and fiscal year is replaced."""
        data = checked(NewObservationSerializer, request)
        record_observation(by=self.actor, **data)
        stored = queries.own_figures().get(indicator__key=data["indicator"], fiscal_year=data["fiscal_year"])
        return created(ObservationSerializer(stored).data, request.path)


class Reports(ListView[ReportRun]):
    """Runs of cross-tenant reports, newest first, without their results."""

    permission = ReportingPermission.RUN
    tag = "Reports"
    query = ReportQuery
    serializer_class = ReportStatusSerializer

    def get_queryset(self) -> QuerySet[ReportRun]:
        return queries.runs_like(**self.given)

    @extend_schema(summary="横断集計の一覧")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Runs of cross-tenant reports, newest first, without their results."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="横断集計の開始", request=NewReportSerializer, responses={202: ReportStatusSerializer}
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Start a run in the background; `Location` says where its state and result are."""
        data = checked(NewReportSerializer, request)
        run = request_report(
            by=self.actor, indicator=_indicator(data["indicator"]), fiscal_year=data["fiscal_year"]
        )
        place = reverse("reporting:api_report", args=[run.pk])
        return created(ReportStatusSerializer(run).data, place, status=202)


@extend_schema(summary="横断集計")
class Report(DetailView[ReportRun]):
    """One run: the state of its job and, once it is done, its table."""

    permission = ReportingPermission.RUN
    tag = "Reports"
    serializer_class = ReportSerializer

    def get_object(self) -> ReportRun:
        return get_object_or_404(queries.runs(), pk=self.kwargs["run"])


class _File(BaseRenderer):
    """Bytes that are ready."""

    charset = None
    render_style = "binary"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        return bytes(data)


class CsvFile(_File):
    media_type, format = "text/csv", "csv"


class WorkbookFile(_File):
    media_type, format = Form.XLSX.content_type, "xlsx"


class _Table(Endpoint):
    permission = ReportingPermission.RUN
    tag = "Reports"

    def download(self, form: Form) -> Response:
        run = get_object_or_404(queries.runs(), pk=self.kwargs["run"])
        if run.result is None:
            raise Http404("Not done yet.")
        try:
            body = as_file(form, *exports.sheets(run))
        except Unencodable as problem:
            raise Refusal(problems.UNPROCESSABLE, _characters(problem)) from problem
        record_download(by=self.actor, run=run, form=form)
        name = f"{run.indicator.key}-{run.fiscal_year}-{str(run.pk)[:8]}.{form.suffix}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(body, headers=headers, content_type=form.content_type)


class ReportCsv(_Table):
    operation_id = "report_csv"
    refuses = (problems.UNPROCESSABLE,)
    renderer_classes = [CsvFile]
    query = TableQuery

    @extend_schema(
        summary="集計結果(CSV)",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.BINARY, "The table.")},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The table of a finished run as CSV; 404 until it is done, 422 where cp932 lacks a character."""
        return self.download(Form.CSV_CP932 if self.given.get("encoding") == "cp932" else Form.CSV)


class ReportWorkbook(_Table):
    operation_id = "report_workbook"
    renderer_classes = [WorkbookFile]

    @extend_schema(
        summary="集計結果(Excel)",
        responses={(200, Form.XLSX.content_type): OpenApiResponse(OpenApiTypes.BINARY, "The workbook.")},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The table of a finished run with its definitions as a workbook; 404 until it is done."""
        return self.download(Form.XLSX)


def _characters(problem: Unencodable) -> str:
    found = dict.fromkeys(one.character for one in problem.missing)
    return _("cp932 にない文字があります: %(characters)s") % {"characters": "".join(found)}


def _indicator(key: str) -> Indicator:
    found: Indicator | None = Indicator.objects.filter(key=key).first()
    if found is None:
        raise ValidationError({"indicator": [ErrorDetail(str(_("この指標はありません。")), "unknown")]})
    return found
