"""Bases of serializers. The parser has checked a request's JSON; these check data from elsewhere too."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from .refusals import refuse

M = TypeVar("M", bound=Model)
MAX_NAME: Final = 100
"""Characters of an unknown name that an answer repeats."""


class Serializer(serializers.Serializer[Any]):
    """Refuses members it does not declare, and 個人番号 and NUL in every text, whatever `validate` does."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        refuse(data)
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> Any:
        unknown = self._unknown(data)
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError({**_by_field(error), **unknown}) from error
        if unknown:
            raise ValidationError(unknown)
        return values

    def _unknown(self, data: Any) -> dict[str, list[ErrorDetail]]:
        names = data.keys() - self.fields.keys() if isinstance(data, Mapping) else ()
        error = ErrorDetail(_("この項目はありません。"), "unknown_field")
        return {str(name)[:MAX_NAME]: [error] for name in sorted(names)}


class NoBody(Serializer):
    """Of operations that take nothing: an empty body or an empty object."""


class ModelSerializer(Serializer, serializers.ModelSerializer[M]):
    """Refuses members it does not declare, and 個人番号 and NUL in every text, whatever `validate` does."""


def _by_field(error: ValidationError) -> Mapping[str, Any]:
    return error.detail if isinstance(error.detail, Mapping) else {}
