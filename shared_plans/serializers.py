from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from consortium.api.serializers import Serializer

from .models import Plan, PlanRevision

_PLAN = [
    "id",
    "title",
    "edition",
    "year_from",
    "year_to",
    "status",
    "lock_version",
    "drafted_by_name",
    "updated_at",
]
_REVISION = [
    "id",
    "municipality",
    "title",
    "number",
    "edition",
    "year_from",
    "year_to",
    "item_keys",
    "hash",
    "attribution",
    "published_at",
]


class PlanListSerializer(serializers.ModelSerializer[Plan]):
    edition = serializers.SlugRelatedField[Plan](slug_field="key", read_only=True)

    class Meta:
        model = Plan
        fields = _PLAN


class PlanSerializer(PlanListSerializer):
    class Meta:
        model = Plan
        fields = [*_PLAN, "draft"]


class RevisionListSerializer(serializers.ModelSerializer[PlanRevision]):
    municipality = serializers.SlugRelatedField[PlanRevision](
        slug_field="code", read_only=True, help_text="全国地方公共団体コード of the publishing municipality."
    )
    edition = serializers.SlugRelatedField[PlanRevision](slug_field="key", read_only=True)

    class Meta:
        model = PlanRevision
        fields = _REVISION


class RevisionSerializer(RevisionListSerializer):
    class Meta:
        model = PlanRevision
        fields = [*_REVISION, "content", "parent_hash", "reason"]


@extend_schema_serializer(component_name="AdoptPlan")  # services has an AdoptPlanSerializer too
class AdoptPlanSerializer(Serializer):
    title = serializers.CharField(
        required=False, max_length=120, help_text="Name of the own copy; the source's by default."
    )
