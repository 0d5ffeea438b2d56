from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from consortium.api.parameters import Query
from consortium.api.serializers import ModelSerializer, Serializer
from consortium.jobs.models import Job, State

from .models import Indicator, Observation, ReportRun, Status, Unit

FIRST_YEAR, LAST_YEAR = 2000, 2100
_RUN = "01980f2a-7c10-7d3a-9b1e-5f0a1c2d3e4f"
_JOB = {
    "state": "done",
    "progress_done": 4,
    "progress_total": 4,
    "attempts": 1,
    "error": "",
    "created_at": "2026-06-30T10:15:00+09:00",
    "finished_at": "2026-06-30T10:15:06+09:00",
}
_RUN_EXAMPLE = {
    "id": _RUN,
    "template": "across_members",
    "indicator": "online_applications",
    "fiscal_year": 2025,
    "job": _JOB,
    "created_at": "2026-06-30T10:15:00+09:00",
}
_TABLE = {
    "rows": [
        {
            "code": "102016",
            "name": "前橋市",
            "prefecture": "10",
            "band": "300k",
            "value": "12450",
            "mark": "",
        },
        {
            "code": "103454",
            "name": "榛東村",
            "prefecture": "10",
            "band": "10k",
            "value": None,
            "mark": "suppressed",
        },
    ],
    "total": {"value": None, "mark": "suppressed"},
    "suppressed": 2,
    "coverage": {"members": 2, "reported": 2, "not_surveyed": 0, "missing": 0},
}


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "オンライン申請件数",
            value={
                "key": "online_applications",
                "label_ja": "オンライン申請件数",
                "label_en": "Online applications",
                "unit": "count",
                "definition_ja": "年度内にオンラインで受け付けた申請の件数",
                "definition_en": "Applications received online in the fiscal year",
                "source": "各自治体の報告",
            },
        )
    ]
)
class IndicatorSerializer(ModelSerializer[Indicator]):
    unit = serializers.ChoiceField(Unit.choices)

    class Meta:
        model = Indicator
        fields = ["key", "label_ja", "label_en", "unit", "definition_ja", "definition_en", "source"]


class ObservationQuery(Query):
    indicator = serializers.CharField(max_length=60, required=False, help_text="Key of the indicator.")
    fiscal_year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    status = serializers.ChoiceField(Status.choices, required=False)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "DX関連予算",
            value={
                "id": "01980f2a-7c10-7d3a-9b1e-5f0a1c2d3e50",
                "indicator": "dx_budget",
                "fiscal_year": 2025,
                "value": "1200000.00",
                "status": "reported",
                "source": "当初予算",
                "fictional": False,
                "recorded_at": "2026-06-30T10:15:00+09:00",
            },
        )
    ]
)
class ObservationSerializer(ModelSerializer[Observation]):
    indicator = serializers.SlugRelatedField[Indicator](slug_field="key", read_only=True)
    status = serializers.ChoiceField(Status.choices)

    class Meta:
        model = Observation
        fields = ["id", "indicator", "fiscal_year", "value", "status", "source", "fictional", "recorded_at"]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "DX関連予算",
            value={"indicator": "dx_budget", "fiscal_year": 2025, "value": "1200000", "source": "当初予算"},
        ),
        OpenApiExample(
            "調査対象外", value={"indicator": "dx_budget", "fiscal_year": 2025, "value": None, "source": ""}
        ),
    ]
)
class NewObservationSerializer(Serializer):
    indicator = serializers.CharField(max_length=60, help_text="Key of the indicator.")
    fiscal_year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    value = serializers.DecimalField(
        max_digits=18, decimal_places=2, allow_null=True, help_text="Null: the municipality was not surveyed."
    )
    source = serializers.CharField(  # type: ignore[assignment]  # of the same name as a field's attribute
        max_length=200, required=False, default="", allow_blank=True
    )
    fictional = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Whether the figure is invented. By default it is in a demo, and is not elsewhere.",
    )


class JobSerializer(ModelSerializer[Job]):
    state = serializers.ChoiceField(State.choices)

    class Meta:
        model = Job
        fields = [
            "state",
            "progress_done",
            "progress_total",
            "attempts",
            "error",
            "created_at",
            "finished_at",
        ]


@extend_schema_serializer(
    examples=[OpenApiExample("令和7年度", value={"indicator": "online_applications", "fiscal_year": 2025})]
)
class NewReportSerializer(Serializer):
    indicator = serializers.CharField(max_length=60, help_text="Key of the indicator.")
    fiscal_year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)


@extend_schema_field({"type": ["object", "null"], "additionalProperties": True})
class TableField(serializers.JSONField):
    """What disclosure control let through."""


@extend_schema_field({"type": "object", "additionalProperties": True})
class TermsField(serializers.JSONField):
    """The indicator's terms."""


class ReportQuery(Query):
    indicator = serializers.CharField(max_length=60, required=False, help_text="Key of the indicator.")
    fiscal_year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    state = serializers.ChoiceField(State.choices, required=False, help_text="Of the job.")


class TableQuery(Query):
    encoding = serializers.ChoiceField(
        ["utf-8", "cp932"], required=False, help_text="utf-8 (default, with a byte order mark) or cp932."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "完了した集計",
            value={
                **_RUN_EXAMPLE,
                "result": _TABLE,
                "definition": {"label_ja": "オンライン申請件数", "unit": "count"},
                "cut_off": "2026-06-30T10:15:01+09:00",
                "fictional": False,
            },
        )
    ]
)
class ReportSerializer(ModelSerializer[ReportRun]):
    indicator = serializers.SlugRelatedField[Indicator](slug_field="key", read_only=True)
    job = JobSerializer(read_only=True)
    result = TableField(
        allow_null=True,
        help_text="Null until the job is done. Secret values are null with mark `suppressed`.",
    )
    definition = TermsField(help_text="The indicator's terms as they were at the cut-off.")

    class Meta:
        model = ReportRun
        fields = [
            "id",
            "template",
            "indicator",
            "fiscal_year",
            "job",
            "result",
            "definition",
            "cut_off",
            "fictional",
            "created_at",
        ]


@extend_schema_serializer(examples=[OpenApiExample("集計", value=_RUN_EXAMPLE, status_codes=["200", "202"])])
class ReportStatusSerializer(ModelSerializer[ReportRun]):
    """A run without its result, for lists and the first answer."""

    indicator = serializers.SlugRelatedField[Indicator](slug_field="key", read_only=True)
    job = JobSerializer(read_only=True)

    class Meta:
        model = ReportRun
        fields = ["id", "template", "indicator", "fiscal_year", "job", "created_at"]
