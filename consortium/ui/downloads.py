"""Answers that are saved as files, never opened in the platform's own origin."""

from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"


def attachment(content: bytes, mime: str, name: str) -> HttpResponse:
    """name: in any script; sent as `filename*` of RFC 8187 where ASCII does not suffice (RFC 6266)."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=mime, headers=headers)
