from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from consortium.ui.errors import PAGES, error_page

KEPT_HEADERS: Final = ("Allow", "Retry-After")


class ErrorPages:
    """Gives a body to errors that come without one (Django's 405, a bare 413 or 429)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponse) or response.content or response.status_code not in PAGES:
            return response
        page = error_page(request, response.status_code)
        for name in KEPT_HEADERS:
            if name in response:
                page[name] = response[name]
        return page
