"""Files as answers: to be saved, never to be opened in the platform's own origin."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from consortium.ui.errors import Page, error_page

SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
MISSING: Final = Page(
    _("ファイルを取り出せません"),
    _("保管場所に問題があります。しばらく待ってもう一度操作し、直らなければ事務局に連絡してください。"),
)


def attachment(content: bytes, mime: str, name: str) -> HttpResponse:
    """name: in any script; sent as `filename*` of RFC 8187 where ASCII does not suffice (RFC 6266)."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=mime, headers=headers)


def link_expired(request: HttpRequest, back: str) -> HttpResponse:
    """back: a page from which a fresh link can be had."""
    return render(request, "files/link_expired.html", {"back": back}, status=410)


def content_missing(request: HttpRequest) -> HttpResponse:
    return error_page(request, 503, page=MISSING)
