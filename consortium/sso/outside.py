"""Asking a provider while no connection to the database is held.

A view that needs an answer returns a `Question`. The request's transaction ends, the provider is asked, and
the view is called once more, in a transaction of its own, where `answer` gives what was found. Permissions
are asked both times; what has to survive in between is `kept`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from .provider import ProviderError


@dataclass(frozen=True, slots=True)
class Answer:
    """found: what the question came to; None where there is an error."""

    found: Any
    error: ProviderError | None
    kept: Any


class Question(HttpResponse):
    """Never sent. ask: talks to the provider; reads nothing of the database. It may raise ProviderError."""

    def __init__(self, ask: Callable[[], Any], *, kept: Any = None) -> None:
        super().__init__()
        self.ask, self.kept = ask, kept

    def answered(self) -> Answer:
        try:
            return Answer(self.ask(), None, self.kept)
        except ProviderError as error:
            return Answer(None, error, self.kept)


def answer(request: HttpRequest) -> Answer | None:
    """None while the provider has not been asked."""
    return getattr(request, "provider_answer", None)


class OutsideMiddleware:
    """Outside ContextMiddleware, hence of its transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, Question):
            return response
        if not connection.in_atomic_block:  # as it is in tests
            connection.close()
        request.provider_answer = response.answered()  # type: ignore[attr-defined]  # read by answer()
        return self.get_response(request)
