from collections.abc import Callable
from functools import partial
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from consortium.membership.requests import PortalRequest
from consortium.ui.shell import Shell

from .shell import shell_of


class ShellMiddleware:
    """Puts the frame's contents on the request; they are worked out when a template asks for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request = cast(PortalRequest, request)
        request.shell = cast(Shell, SimpleLazyObject(partial(shell_of, request)))
        return self.get_response(request)
