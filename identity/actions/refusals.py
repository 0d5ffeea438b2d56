"""Refusals that belong to one field of whatever form asked."""

from django.core.exceptions import ValidationError
from django_stubs_ext import StrOrPromise


def at(field: str, message: StrOrPromise, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(str(message), code=code)})
