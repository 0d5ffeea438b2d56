"""Plans as JSON. `content` has the shape of shared_plans.domain.content."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from consortium.api.parameters import Query
from consortium.api.serializers import Serializer

from .domain.content import MAX_BODY, MAX_CLAUSES, MAX_MILESTONES, MAX_TITLE, VERSION
from .models import FrameworkEdition, NationalItem, Plan, PlanRevision, PlanStatus, Visibility

FIRST_YEAR, LAST_YEAR = 2015, 2060
MAX_REASON = 500
_ID = r"^[A-Za-z0-9_-]{1,40}$"
_CONTENT = {
    "version": VERSION,
    "clauses": [
        {
            "id": "q3VhZ0p1Y2s",
            "item": "front_yard",
            "title": "書かない窓口の導入",
            "body": "転入、転出の手続から始め、令和9年度に全窓口へ広げる。",
            "milestones": [{"id": "bTFfb3Blbg", "title": "試行開始", "due": "2026-10-01"}],
        }
    ],
}
_HEAD = {
    "title": "前橋市DX推進計画",
    "edition": "2024",
    "year_from": 2026,
    "year_to": 2028,
}
_PLAN = {
    "id": "01980f2a-7c10-7d3a-9b1e-5f0a1c2d3e4f",
    **_HEAD,
    "status": "draft",
    "reason": "",
    "returned_reason": "",
    "drafted_by_name": "山田 花子",
    "created_at": "2026-06-01T09:00:00+09:00",
    "updated_at": "2026-06-30T10:15:00+09:00",
}
_REVISION = {
    "id": "01980f2a-7c10-7d3a-9b1e-5f0a1c2d3e51",
    "municipality": "102016",
    "title": "前橋市DX推進計画",
    "number": 1,
    "edition": "2024",
    "year_from": 2026,
    "year_to": 2028,
    "item_keys": ["front_yard"],
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "attribution": "",
    "visibility": "consortium",
    "is_latest": True,
    "published_at": "2026-06-30T10:15:00+09:00",
}


class MilestoneSerializer(Serializer):
    id = serializers.RegexField(_ID, help_text="Yours to choose; it stays through edits and revisions.")
    title = serializers.CharField(max_length=MAX_TITLE, allow_blank=True)
    due = serializers.DateField()


class ClauseSerializer(Serializer):
    """One 施策 under a national item."""

    id = serializers.RegexField(_ID, help_text="Yours to choose; it stays through edits and revisions.")
    item = serializers.SlugField(max_length=40, help_text="Key of a national item of the plan's edition.")
    title = serializers.CharField(max_length=MAX_TITLE, allow_blank=True)
    body = serializers.CharField(max_length=MAX_BODY, allow_blank=True, required=False, default="")
    milestones = MilestoneSerializer(many=True, required=False, max_length=MAX_MILESTONES)  # type: ignore[call-arg]  # of the list


class ContentSerializer(Serializer):
    """An empty object is an empty content."""

    version = serializers.IntegerField(min_value=VERSION, max_value=VERSION)
    clauses = ClauseSerializer(many=True, max_length=MAX_CLAUSES)  # type: ignore[call-arg]  # of the list

    def to_representation(self, instance: Any) -> Any:
        return super().to_representation(instance or {"version": VERSION, "clauses": []})


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "現行版",
            value={
                "key": "2024",
                "title_ja": "自治体DX推進計画【第3.0版】",
                "title_en": "Municipal DX plan, edition 3.0",
                "source": "総務省",
                "items": [
                    {
                        "key": "front_yard",
                        "number": 1,
                        "title_ja": "自治体フロントヤード改革の推進",
                        "title_en": "Reform of the municipal front yard",
                        "continues": ["online_procedures"],
                    }
                ],
            },
        )
    ]
)
class EditionSerializer(serializers.ModelSerializer[FrameworkEdition]):
    class ItemSerializer(serializers.ModelSerializer[NationalItem]):
        continues = serializers.ListField(
            child=serializers.CharField(), help_text="Keys of the previous edition's items it takes up."
        )

        class Meta:
            model = NationalItem
            fields = ["key", "number", "title_ja", "title_en", "continues"]
            ref_name = "NationalItem"

    items = ItemSerializer(many=True, read_only=True)

    class Meta:
        model = FrameworkEdition
        fields = ["key", "title_ja", "title_en", "source", "items"]


class PlanQuery(Query):
    status = serializers.ChoiceField(PlanStatus.choices, required=False)
    edition = serializers.SlugField(max_length=40, required=False, help_text="Key of a framework edition.")


@extend_schema_serializer(examples=[OpenApiExample("起案中の計画", value=_PLAN)])
class PlanListSerializer(serializers.ModelSerializer[Plan]):
    edition = serializers.SlugRelatedField[Plan](slug_field="key", read_only=True)
    status = serializers.ChoiceField(PlanStatus.choices)

    class Meta:
        model = Plan
        fields = list(_PLAN)


@extend_schema_serializer(examples=[OpenApiExample("起案中の計画", value={**_PLAN, "content": _CONTENT})])
class PlanSerializer(PlanListSerializer):
    content = ContentSerializer(source="draft", read_only=True)

    class Meta:
        model = Plan
        fields = [*_PLAN, "content"]


@extend_schema_serializer(examples=[OpenApiExample("新しい計画", value=_HEAD)])
class NewPlanSerializer(Serializer):
    title = serializers.CharField(max_length=MAX_TITLE)
    edition = serializers.SlugField(max_length=40, help_text="Key of a framework edition.")
    year_from = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    year_to = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "書き直した計画",
            value={name: _HEAD[name] for name in ("title", "year_from", "year_to")} | {"content": _CONTENT},
        )
    ]
)
class ChangedPlanSerializer(Serializer):
    """The whole of what a draft's authors write."""

    title = serializers.CharField(max_length=MAX_TITLE)
    year_from = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    year_to = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    content = ContentSerializer()


@extend_schema_serializer(examples=[OpenApiExample("理由", value={"reason": "国の計画の改定に合わせるため"})])
class ReasonSerializer(Serializer):
    reason = serializers.CharField(max_length=MAX_REASON)


@extend_schema_serializer(examples=[OpenApiExample("参画自治体に公開", value={"visibility": "consortium"})])
class PublishSerializer(Serializer):
    visibility = serializers.ChoiceField(Visibility.choices, required=False, default=Visibility.CONSORTIUM)


class LibraryQuery(Query):
    q = serializers.CharField(
        max_length=100, required=False, help_text="Words, compared by their search key."
    )
    item = serializers.SlugField(max_length=40, required=False, help_text="Key of a national item.")
    prefecture = serializers.RegexField(r"^[0-9]{2}$", required=False, help_text="Two digits.")


@extend_schema_serializer(examples=[OpenApiExample("第1版", value=_REVISION)])
class RevisionListSerializer(serializers.ModelSerializer[PlanRevision]):
    municipality = serializers.SlugRelatedField[PlanRevision](
        slug_field="code", read_only=True, help_text="全国地方公共団体コード of the publishing municipality."
    )
    edition = serializers.SlugRelatedField[PlanRevision](slug_field="key", read_only=True)
    visibility = serializers.ChoiceField(Visibility.choices)
    item_keys = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = PlanRevision
        fields = list(_REVISION)


@extend_schema_serializer(
    examples=[
        OpenApiExample("第1版", value={**_REVISION, "content": _CONTENT, "parent_hash": "", "reason": ""})
    ]
)
class RevisionSerializer(RevisionListSerializer):
    content = ContentSerializer(read_only=True)

    class Meta:
        model = PlanRevision
        fields = [*_REVISION, "content", "parent_hash", "reason"]


@extend_schema_serializer(
    component_name="AdoptPlan",  # services has an AdoptPlanSerializer too
    examples=[OpenApiExample("名称を付けて採用", value={"title": "本市DX推進計画"})],
)
class AdoptPlanSerializer(Serializer):
    title = serializers.CharField(
        required=False, max_length=MAX_TITLE, help_text="Name of the own copy; the source's by default."
    )
