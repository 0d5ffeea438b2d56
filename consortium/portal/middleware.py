from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from .shell import shell_of


class ShellMiddleware:
    """Puts the frame's contents on the request; they are worked out when a template asks for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.shell = SimpleLazyObject(partial(shell_of, request))  # type: ignore[attr-defined]
        return self.get_response(request)
