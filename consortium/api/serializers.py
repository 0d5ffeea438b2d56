"""Bases of serializers. The parser has checked a request's JSON; these check data from elsewhere too."""

from typing import Any, TypeVar

from django.db.models import Model
from rest_framework import serializers

from .refusals import refuse

M = TypeVar("M", bound=Model)


class Serializer(serializers.Serializer[Any]):
    """Refuses 個人番号 and NUL in every text, whatever `validate` does."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        refuse(data)
        return super().run_validation(data)


class ModelSerializer(serializers.ModelSerializer[M]):
    """Refuses 個人番号 and NUL in every text, whatever `validate` does."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        refuse(data)
        return super().run_validation(data)
