"""What is answered where there is no file to give."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from consortium.ui.errors import Page, error_page

MISSING: Final = Page(
    _("ファイルを取り出せません"),
    _("保管場所に問題があります。しばらく待ってもう一度操作し、直らなければ事務局に連絡してください。"),
)


def link_expired(request: HttpRequest, back: str) -> HttpResponse:
    """back: a page from which a fresh link can be had."""
    return render(request, "files/link_expired.html", {"back": back}, status=410)


def content_missing(request: HttpRequest) -> HttpResponse:
    return error_page(request, 503, page=MISSING)
