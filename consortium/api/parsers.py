"""JSON as it may come in: bounded in size and depth, unambiguous, free of what we refuse everywhere."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any, Final, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser as Base

from consortium import problems

from .exceptions import Refusal
from .refusals import refuse

MAX_DEPTH: Final = 32


class JSONParser(Base):
    """Every endpoint gets these checks unasked. Raises Refusal, ParseError, ValidationError."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise Refusal(problems.TOO_LARGE)
        data = _loads(body)
        refuse(data)
        return data


def _loads(body: bytes) -> Any:
    try:
        data = json.loads(
            body.decode(), parse_constant=_constant, parse_float=_float, object_pairs_hook=_object
        )
    except RecursionError as error:
        raise ParseError(_("入れ子が深すぎます。")) from error
    except ValueError as error:  # of JSON, of UTF-8, of a number with thousands of digits
        raise ParseError(_("JSONとして読めません。")) from error
    if _is_deep(data):
        raise ParseError(_("入れ子が深すぎます。"))
    return data


def _constant(name: str) -> NoReturn:
    raise ParseError(_("NaN と Infinity は使えません。"))


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ParseError(_("数が大きすぎます。"))
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """What reads a repeated name differently from us would check other data than we store (RFC 8259, 4)."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ParseError(_("同じ名前の項目が重複しています。"))
    return found


def _is_deep(data: Any) -> bool:
    level = [data]
    for _depth in range(MAX_DEPTH + 1):
        level = [child for value in level for child in _children(value)]
        if not level:
            return False
    return True


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
