"""Conditional requests (RFC 9110, section 13): whoever writes shows which version she has seen."""

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from rest_framework.request import Request

from consortium import problems

from .exceptions import Refusal


def version_tag(version: Any) -> str:
    """A strong entity tag of a row's version."""
    return f'"v{version}"'


def content_tag(content: bytes) -> str:
    """A strong entity tag for what has no version of its own."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def require_match(request: Request, tag: str, *, required: bool = False) -> None:
    """Compare If-Match with the present version, whose row the caller holds locked. Raises Refusal."""
    header = request.headers.get("If-Match")
    if header is None:
        if required:
            raise Refusal(problems.CONDITION_REQUIRED)
        return
    given = parse_etags(header)
    if given != ["*"] and tag not in given:
        raise Refusal(problems.STALE, headers={"ETag": tag})


def not_modified(request: Request, response: HttpResponse) -> HttpResponse:
    """304 in place of a body that the reader has already."""
    tag = response["ETag"]
    given = parse_etags(request.headers.get("If-None-Match", ""))
    if given != ["*"] and tag not in {one.removeprefix("W/") for one in given}:
        return response
    short = HttpResponseNotModified()
    for name in ("ETag", "Vary", "Cache-Control", "Content-Language"):
        if name in response:
            short[name] = response[name]
    return short
