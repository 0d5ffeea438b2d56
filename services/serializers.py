from rest_framework import serializers

from consortium.api.serializers import Serializer

from .models import Adoption, Component, Release


class ComponentSerializer(serializers.ModelSerializer[Component]):
    adopters = serializers.IntegerField(help_text="Municipalities that use it today.")

    class Meta:
        model = Component
        fields = [
            "code",
            "sector",
            "name_ja",
            "name_en",
            "summary",
            "description",
            "provider",
            "licence",
            "adopters",
        ]


class AdoptionSerializer(serializers.ModelSerializer[Adoption]):
    component = serializers.SlugRelatedField[Component](slug_field="code", read_only=True)
    release = serializers.SlugRelatedField[Release](
        slug_field="version", read_only=True, help_text="Null when none was out."
    )

    class Meta:
        model = Adoption
        fields = ["id", "component", "release", "adopted_on", "ended_on"]


class AdoptComponentSerializer(Serializer):
    component = serializers.SlugField(help_text="Code of the component.")
