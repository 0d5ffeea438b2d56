"""Query parameters are declared; what is not declared is refused with the names that are."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from consortium import problems

from .exceptions import Refusal
from .pagination import CURSOR, LIMIT, MAX_CURSOR, MAX_LIMIT
from .problems import errors_of
from .serializers import Serializer

FIELDS: Final = "fields"


class Query(Serializer):
    """Subclasses declare filters as optional fields. Help texts are descriptions in the schema."""


class Page(Serializer):
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)
    cursor = serializers.CharField(max_length=MAX_CURSOR, required=False)


Names = Callable[[], list[str]]


def read(
    request: Request, declared: type[Serializer] | None, *, paged: bool, names: Names | None
) -> dict[str, Any]:
    """Values of the declared filters, and under `fields` the set of names asked for.

    names: what `fields` may hold, None where it is not offered. Raises Refusal.
    """
    parts = [part for part in (declared, Page if paged else None) if part]
    allowed = [*(str(name) for part in parts for name in part().fields), *([FIELDS] if names else [])]
    _check_names(request, allowed)
    values: dict[str, Any] = {}
    for part in parts:
        sent = {name: value for name, value in request.query_params.items() if name in part().fields}
        given = part(data=sent)
        if not given.is_valid():
            _refuse(errors_of(serializers.ValidationError(given.errors)), allowed)
        values |= given.validated_data
    if names and FIELDS in request.query_params:
        values[FIELDS] = _sparse(request.query_params[FIELDS], names())
    return {name: value for name, value in values.items() if name not in {LIMIT, CURSOR}}


def _check_names(request: Request, allowed: list[str]) -> None:
    errors = []
    for name, values in request.query_params.lists():
        if name not in allowed:
            errors.append(_error(name, "unknown", _("このパラメータはありません。")))
        elif len(values) > 1:
            errors.append(_error(name, "repeated", _("このパラメータは1回だけ指定できます。")))
    if errors:
        _refuse(errors, allowed)


def _sparse(text: str, names: list[str]) -> set[str]:
    wanted = set(text.split(","))
    if not wanted <= set(names):
        _refuse([_error(FIELDS, "unknown_field", _("この項目はありません。"))], names)
    return wanted


def _error(field: str, code: str, detail: str) -> dict[str, str]:
    return {"field": field[:100], "code": code, "detail": detail}


def _refuse(errors: list[dict[str, str]], allowed: list[str]) -> None:
    raise Refusal(problems.PARAMETER, errors=errors, allowed=sorted(allowed))
