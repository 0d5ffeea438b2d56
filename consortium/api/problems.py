"""Errors as application/problem+json (RFC 9457)."""

from collections.abc import Iterator
from typing import Any, Final

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler as drf_handler

from consortium import problems as kinds
from consortium.problems import MEDIA_TYPE, Kind, problem, problem_response

from .exceptions import CHALLENGE, Refusal

_OF_EXCEPTION: Final[tuple[tuple[type[Exception], Kind], ...]] = (
    (exceptions.ParseError, kinds.MALFORMED),
    (exceptions.ValidationError, kinds.INVALID),
    (exceptions.AuthenticationFailed, kinds.TOKEN),
)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, rendered as a problem. Unknown errors are left to Django (500).

    What an action refuses without naming a field is about the state of things: 409.
    """
    if isinstance(error, ValidationError):
        error = _refused(error)
    response = drf_handler(error, context)
    if response is None:
        return None
    more = error.more if isinstance(error, Refusal) else {"errors": errors_of(error)}
    response.data = problem(_kind(error, response.status_code), _detail(error), **more)
    response.content_type = MEDIA_TYPE
    for name, value in getattr(error, "headers", {}).items():
        response[name] = value
    return response


def unauthenticated(kind: Kind = kinds.UNAUTHENTICATED) -> HttpResponse:
    """For middleware; a bad token is named as RFC 6750 asks."""
    response = problem_response(kind)
    response["WWW-Authenticate"] = f'{CHALLENGE}, error="invalid_token"' if kind is kinds.TOKEN else CHALLENGE
    return response


def errors_of(error: Exception) -> list[dict[str, str]]:
    """One {field, code, detail} for each message of a validation error."""
    return list(_flatten(error.detail)) if isinstance(error, exceptions.ValidationError) else []


def _refused(error: ValidationError) -> exceptions.APIException:
    found = exceptions.ValidationError(as_serializer_error(error))
    if hasattr(error, "error_dict") and set(error.error_dict) != {NON_FIELD_ERRORS}:
        return found
    errors = errors_of(found)
    return Refusal(kinds.CONFLICT, " ".join(one["detail"] for one in errors), errors=errors)


def _kind(error: Exception, status: int) -> Kind:
    if isinstance(error, Refusal):
        return error.kind
    return next((kind for cls, kind in _OF_EXCEPTION if isinstance(error, cls)), kinds.OF_STATUS[status])


def _detail(error: Exception) -> str:
    if isinstance(error, exceptions.ValidationError):
        return _("errors に示した項目を直してください。")
    if isinstance(error, Http404 | PermissionDenied) or not isinstance(error, exceptions.APIException):
        return ""
    return str(error.detail)


def _flatten(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, value in detail.items():
            yield from _flatten(value, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list):
        for number, value in enumerate(detail):
            yield from _flatten(value, f"{field}.{number}" if isinstance(value, dict) and value else field)
    else:
        yield {"field": field, "code": detail.code, "detail": str(detail)}
