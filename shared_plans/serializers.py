"""Plans as JSON. `content` has the shape of shared_plans.domain.document."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from consortium.api.parameters import Query
from consortium.api.serializers import Serializer

from .domain.document import VERSION, Document, MalformedContent, UnknownMember, from_json, to_json
from .domain.json_schema import document_schema
from .domain.kinds import MAX_TITLE
from .models import FrameworkEdition, NationalItem, Plan, PlanRevision, PlanStatus, Visibility

FIRST_YEAR, LAST_YEAR = 2015, 2060
MAX_REASON = 500
_CONTENT = {
    "version": VERSION,
    "clauses": [
        {
            "id": "q3VhZ0p1Y2s",
            "kind": "initiative",
            "title": "書かない窓口の導入",
            "items": ["front_yard"],
            "body": "転入、転出の手続から始め、令和9年度に全窓口へ広げる。",
            "unit": "市民課",
            "milestones": [{"id": "bTFfb3Blbg", "title": "試行開始", "due": "2026-10-01"}],
        },
        {
            "id": "YnVkZ2V0XzE",
            "kind": "budget",
            "title": "窓口システムの構築",
            "initiative": "q3VhZ0p1Y2s",
            "year": 2026,
            "cost": "development",
            "funding": "own_funds",
            "amount": 12000000,
        },
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


@extend_schema_field(document_schema())
class ContentField(serializers.Field[Any, Any, Any, Any]):
    """A plan's document as JSON (shared_plans.domain.document); an empty object is an empty document."""

    default_error_messages = {
        "malformed": _("この形の値は読めません。"),
        "unknown_field": _("この項目はありません。"),
    }

    def to_internal_value(self, data: object) -> Document:
        try:
            return from_json(data)
        except UnknownMember as error:
            raise self._at(str(error), "unknown_field") from error
        except MalformedContent as error:
            raise self._at(str(error), "malformed") from error

    def to_representation(self, value: Any) -> Any:
        return to_json(from_json(value))

    def _at(self, path: str, code: str) -> serializers.ValidationError:
        """The error at its place, as nested serializers would report it."""
        detail: Any = [ErrorDetail(str(self.error_messages[code]), code)]
        for part in reversed(path.split(".") if path else []):
            detail = {part: detail}
        return serializers.ValidationError(detail)


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
    content = ContentField(source="draft", read_only=True)

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
    content = ContentField()


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
    content = ContentField(read_only=True)

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
