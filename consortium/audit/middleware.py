"""Gives each request an id that answers, logs, audit events and the jobs it asks for share."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from consortium import logs

HEADER = "X-Request-ID"


class RequestIdMiddleware:
    """A caller's own X-Request-ID is kept if it is a UUID, with or without hyphens (logs.begin_request)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = logs.begin_request(request.headers.get(HEADER, ""))
        try:
            response = self.get_response(request)
        finally:
            logs.end_request()
        response[HEADER] = request_id
        return response
