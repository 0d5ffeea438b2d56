"""JSON as it may come in: bounded in size and depth, free of what we refuse everywhere."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser as Base

from .refusals import refuse


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("データが大きすぎます。分けて送ってください。")
    default_code = "too_large"


class JSONParser(Base):
    """Every endpoint gets these checks unasked. Raises TooLarge, ParseError, ValidationError."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            data = super().parse(io.BytesIO(body), media_type, dict(parser_context or {}))
            refuse(data)
        except RecursionError as error:
            raise ParseError(_("入れ子が深すぎます。")) from error
        return data
