"""Errors as application/problem+json (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler as drf_handler

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: gettext_lazy("送信された内容を処理できません"),
    401: gettext_lazy("認証が必要です"),
    403: gettext_lazy("この操作は許可されていません"),
    404: gettext_lazy("見つかりません"),
    405: gettext_lazy("この方法では呼び出せません"),
    406: gettext_lazy("求められた形式では返せません"),
    409: gettext_lazy("ほかの変更と重なりました"),
    413: gettext_lazy("データが大きすぎます"),
    415: gettext_lazy("この形式のデータは受け取れません"),
    429: gettext_lazy("呼び出しが多すぎます"),
    500: gettext_lazy("サーバーで問題が起きました"),
}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, rendered as a problem. Unknown errors are left to Django (500)."""
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError(as_serializer_error(error))
    response = drf_handler(error, context)
    if response is None:
        return None
    response.data = problem(response.status_code, _detail(error), errors=_errors(error))
    response.content_type = MEDIA_TYPE
    return response


def problem(status: int, detail: str = "", errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """Members of RFC 9457; `errors` is ours: a list of {field, code, detail}."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(_TITLES.get(status, status)),
        "status": status,
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return body


def problem_response(status: int, detail: str = "", more: dict[str, str] | None = None) -> JsonResponse:
    """For Django's own error handlers on API paths; `more` are members of ours."""
    return JsonResponse(
        problem(status, detail) | (more or {}),
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )


def _detail(error: Exception) -> str:
    if isinstance(error, exceptions.ValidationError):
        return _("errors に示した項目を直してください。")
    if isinstance(error, exceptions.APIException):
        return str(error.detail)
    if isinstance(error, Http404 | PermissionDenied):
        return ""
    return str(error)


def _errors(error: Exception) -> list[dict[str, str]]:
    if not isinstance(error, exceptions.ValidationError):
        return []
    return list(_flatten(error.detail))


def _flatten(detail: Any, field: str = "") -> Any:
    if isinstance(detail, dict):
        for name, value in detail.items():
            yield from _flatten(value, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list):
        for number, value in enumerate(detail):
            yield from _flatten(value, f"{field}.{number}" if isinstance(value, dict) and value else field)
    else:
        yield {"field": field, "code": detail.code, "detail": str(detail)}
