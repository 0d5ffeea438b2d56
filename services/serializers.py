from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from consortium.api.parameters import Query
from consortium.api.serializers import Serializer

from .models import Adoption, Component, Release, Sector

_COMPONENT = {
    "code": "transport-discount",
    "sector": "transport",
    "name_ja": "運賃割引の資格確認",
    "name_en": "Fare discount eligibility",
    "summary": "バスの乗車時に割引の対象かどうかを確かめます。",
    "description": "",
    "provider": "架空交通システム株式会社",
    "licence": "MIT",
}
_RELEASE = {
    "version": "1.2.0",
    "notes": "読取りを速くしました。",
    "published_at": "2026-04-01T09:00:00+09:00",
}
_ADOPTION = {
    "id": "01980f2a-7c10-7d3a-9b1e-5f0a1c2d3e60",
    "component": "transport-discount",
    "release": "1.2.0",
    "adopted_on": "2026-04-15",
    "ended_on": None,
}


class ComponentQuery(Query):
    sector = serializers.ChoiceField(Sector.choices, required=False)


@extend_schema_serializer(examples=[OpenApiExample("運賃割引", value={**_COMPONENT, "adopters": 6})])
class ComponentSerializer(serializers.ModelSerializer[Component]):
    sector = serializers.ChoiceField(Sector.choices)
    adopters = serializers.IntegerField(read_only=True, help_text="Municipalities that use it today.")

    class Meta:
        model = Component
        fields = [*_COMPONENT, "adopters"]


@extend_schema_serializer(examples=[OpenApiExample("第1.2.0版", value=_RELEASE)])
class ReleaseSerializer(serializers.ModelSerializer[Release]):
    class Meta:
        model = Release
        fields = list(_RELEASE)


class AdoptionQuery(Query):
    component = serializers.SlugField(max_length=40, required=False, help_text="Code of a component.")
    current = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="true: in use today; false: ended."
    )


@extend_schema_serializer(examples=[OpenApiExample("利用中", value=_ADOPTION)])
class AdoptionSerializer(serializers.ModelSerializer[Adoption]):
    component = serializers.SlugRelatedField[Component](slug_field="code", read_only=True)
    release = serializers.SlugRelatedField[Release](
        slug_field="version", read_only=True, allow_null=True, help_text="Null when none was out."
    )

    class Meta:
        model = Adoption
        fields = list(_ADOPTION)


@extend_schema_serializer(examples=[OpenApiExample("導入", value={"component": "transport-discount"})])
class AdoptComponentSerializer(Serializer):
    component = serializers.SlugField(max_length=40, help_text="Code of the component.")
