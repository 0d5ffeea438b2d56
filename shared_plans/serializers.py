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
from .domain.parts import WITHHOLDABLE
from .models import (
    FrameworkEdition,
    NationalItem,
    Phase,
    Plan,
    PlanRevision,
    PlanRevisionPrivate,
    PlanStatus,
    ReasonKind,
    Visibility,
)
from .queries.readers import named
from .queries.revisions import private_part

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
    "shared_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "private_kinds": [],
    "private_commitment": "",
    "phase": "executing",
    "phase_since": "2026-07-01",
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


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "定期見直し", value={"reason_kind": "review", "reason": "中間評価の結果を反映するため"}
        )
    ]
)
class ReviseSerializer(ReasonSerializer):
    reason_kind = serializers.ChoiceField(ReasonKind.choices, required=False, default=ReasonKind.OTHER)


@extend_schema_serializer(
    examples=[
        OpenApiExample("指定した自治体に公開", value={"visibility": "named", "readers": ["102024", "102041"]})
    ]
)
class ShareSerializer(Serializer):
    visibility = serializers.ChoiceField(
        Visibility.choices, required=False, help_text="consortium if not given."
    )
    readers = serializers.ListField(
        child=serializers.RegexField(r"^[0-9]{6}$"),
        required=False,
        max_length=2000,
        help_text="全国地方公共団体コード of those who may read; where visibility is named.",
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "予算と人材は庁内のみ", value={"visibility": "consortium", "private_kinds": ["budget", "people"]}
        )
    ]
)
class PublishSerializer(ShareSerializer):
    """What is not given is as the authors proposed it."""

    visibility = serializers.ChoiceField(Visibility.choices, required=False)
    private_kinds = serializers.ListField(
        child=serializers.ChoiceField([kind.value for kind in WITHHOLDABLE]),
        required=False,
        help_text="Kinds of clauses that nobody but the own municipality reads.",
    )


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
    phase = serializers.ChoiceField(Phase.choices)
    private_kinds = serializers.ListField(
        child=serializers.CharField(), help_text="Kinds of clauses that the municipality keeps to itself."
    )
    item_keys = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = PlanRevision
        fields = list(_REVISION)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "第1版",
            value={**_REVISION, "content": _CONTENT, "parent_hash": "", "reason_kind": "", "reason": ""},
        )
    ]
)
class RevisionSerializer(RevisionListSerializer):
    """The shared part: `shared_hash` is the SHA-256 of its canonical JSON (RFC 8785), and `hash` that of
    `{"private": private_commitment, "shared": shared_hash}`, or `shared_hash` where nothing is private."""

    content = ContentField(read_only=True)

    class Meta:
        model = PlanRevision
        fields = [*_REVISION, "content", "parent_hash", "reason_kind", "reason"]


class PrivatePartSerializer(serializers.ModelSerializer[PlanRevisionPrivate]):
    content = ContentField(read_only=True)

    class Meta:
        model = PlanRevisionPrivate
        fields = ["content", "salt"]


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "第1版",
            value={
                **_REVISION,
                "content": _CONTENT,
                "parent_hash": "",
                "reason_kind": "",
                "reason": "",
                "readers": [],
                "private_part": None,
            },
        )
    ]
)
class OwnRevisionSerializer(RevisionSerializer):
    """Also what only the own municipality reads. `private_commitment` is the SHA-256 of
    `{"content": …, "salt": …}` of the private part."""

    readers = serializers.SerializerMethodField(
        help_text="全国地方公共団体コード of those who may read; where visibility is named."
    )
    private_part = serializers.SerializerMethodField()

    class Meta:
        model = PlanRevision
        fields = [*RevisionSerializer.Meta.fields, "readers", "private_part"]

    def get_readers(self, revision: PlanRevision) -> list[str]:
        return [one.code for one in named(revision.reader_ids)]

    @extend_schema_field(PrivatePartSerializer(allow_null=True))
    def get_private_part(self, revision: PlanRevision) -> Any:
        part = private_part(revision)
        return PrivatePartSerializer(part).data if part else None


@extend_schema_serializer(
    component_name="AdoptPlan",  # services has an AdoptPlanSerializer too
    examples=[OpenApiExample("名称を付けて採用", value={"title": "本市DX推進計画"})],
)
class AdoptPlanSerializer(Serializer):
    title = serializers.CharField(
        required=False, max_length=MAX_TITLE, help_text="Name of the own copy; the source's by default."
    )
