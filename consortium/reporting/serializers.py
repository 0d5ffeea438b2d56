from rest_framework import serializers

from consortium.api.serializers import ModelSerializer, Serializer
from consortium.jobs.models import Job, State

from .models import Indicator, Observation, ReportRun, Status


class IndicatorSerializer(ModelSerializer[Indicator]):
    class Meta:
        model = Indicator
        fields = ["key", "label_ja", "label_en", "unit", "definition_ja", "definition_en", "source"]


class ObservationSerializer(ModelSerializer[Observation]):
    indicator = serializers.SlugRelatedField[Indicator](slug_field="key", read_only=True)
    status = serializers.ChoiceField(Status.choices)

    class Meta:
        model = Observation
        fields = ["indicator", "fiscal_year", "value", "status", "source", "fictional", "recorded_at"]


class NewObservationSerializer(Serializer):
    indicator = serializers.CharField(max_length=60, help_text="Key of the indicator.")
    fiscal_year = serializers.IntegerField(min_value=2000, max_value=2100)
    value = serializers.DecimalField(
        max_digits=18, decimal_places=2, allow_null=True, help_text="Null: the municipality was not surveyed."
    )
    source = serializers.CharField(  # type: ignore[assignment]  # of the same name as a field's attribute
        max_length=200, required=False, default=""
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


class NewReportSerializer(Serializer):
    indicator = serializers.CharField(max_length=60, help_text="Key of the indicator.")
    fiscal_year = serializers.IntegerField(min_value=2000, max_value=2100)


class ReportSerializer(ModelSerializer[ReportRun]):
    indicator = serializers.SlugRelatedField[Indicator](slug_field="key", read_only=True)
    job = JobSerializer(read_only=True)
    result = serializers.JSONField(
        allow_null=True,
        help_text="Null until the job is done. Secret values are null with mark `suppressed`.",
    )

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


class ReportStatusSerializer(ModelSerializer[ReportRun]):
    """A run without its result, for lists and the first answer."""

    indicator = serializers.SlugRelatedField[Indicator](slug_field="key", read_only=True)
    job = JobSerializer(read_only=True)

    class Meta:
        model = ReportRun
        fields = ["id", "template", "indicator", "fiscal_year", "job", "created_at"]
