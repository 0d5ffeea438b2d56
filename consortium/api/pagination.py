"""Pages by cursor: stable under inserts, opaque, and signed, so that nobody makes one up."""

from typing import Any, Final
from urllib.parse import urlencode

from django.core import signing
from rest_framework.pagination import Cursor
from rest_framework.pagination import CursorPagination as Base
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from consortium import problems

from .exceptions import Refusal

MAX_LIMIT: Final = 200
MAX_CURSOR: Final = 2000
DEFAULT_LIMIT: Final = 50
LIMIT, CURSOR = "limit", "cursor"
_NEXT: Final = (
    "https://portal.example.jp/api/v1/municipalities/?cursor=WzAsZmFsc2UsIjEwMjAxNiJd:1wX2Yz:c2lnbmF0dXJl"
)
_PREVIOUS: Final = _NEXT.replace("ZmFsc2", "dHJ1ZS")


class CursorPagination(Base):
    """`limit` up to 200. Identifiers are time-ordered, so the newest come first."""

    request: Request
    base_url: str

    ordering = "-id"
    page_size_query_param = LIMIT
    max_page_size = MAX_LIMIT

    def get_page_size(self, request: Request) -> int:
        return int(request.query_params.get(LIMIT, DEFAULT_LIMIT))  # the view has checked it

    def decode_cursor(self, request: Request) -> Cursor | None:
        text = request.query_params.get(CURSOR)
        if text is None:
            return None
        try:
            offset, reverse, position = signing.loads(text, salt=_salt(request))
        except (signing.BadSignature, ValueError) as error:
            raise Refusal(problems.CURSOR) from error
        return Cursor(offset=offset, reverse=reverse, position=position)

    def encode_cursor(self, cursor: Cursor) -> str:
        text = signing.dumps([cursor.offset, cursor.reverse, cursor.position], salt=_salt(self.request))
        return str(replace_query_param(self.base_url, CURSOR, text))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        cursor = {"type": "string", "maxLength": MAX_CURSOR}
        return [
            _parameter(LIMIT, "Results per page.", limit, 20),
            _parameter(CURSOR, "Where to go on: taken from `next` or `previous`, never made up.", cursor),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "The following page; null on the last.", "example": _NEXT},
                "previous": {
                    **link,
                    "description": "The preceding page; null on the first.",
                    "example": _PREVIOUS,
                },
                "results": schema,
            },
        }


def _parameter(name: str, description: str, schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    found = {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
    return found if example is None else {**found, "example": example}


def _salt(request: Request) -> str:
    """A cursor belongs to its list and its filters."""
    filters = sorted(
        (name, value) for name, value in request.query_params.items() if name not in {CURSOR, LIMIT}
    )
    return f"cursor:{request.path}?{urlencode(filters)}"
