"""Counts the calls of the API before anything is done for them."""

from collections.abc import Callable, Iterator
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from consortium import problems
from consortium.problems import problem_response

from . import limits
from .limits import Policy, Standing

PREFIXES: Final = ("/api/", "/wallet/")
Respond = Callable[[HttpRequest], HttpResponseBase]


class RateLimit:
    """Stands after authentication and before any transaction. Every answer says where the caller stands."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        standings = [found for each in applying(request) if (found := limits.count(*each))]
        exceeded = [one for one in standings if one.exceeded]
        response = _refused(exceeded) if exceeded else self.get_response(request)
        for name, value in limits.headers(standings).items():
            response[name] = value
        return response


def applying(request: HttpRequest) -> Iterator[tuple[Policy, str]]:
    """Policies and whom they count. A token is counted as it is shown, be it good or bad."""
    credentials = request.headers.get("Authorization", "")
    address = limits.address(request)
    if credentials:
        yield limits.CLIENT, f"token:{credentials}"
    elif request.user.is_authenticated:
        yield limits.CLIENT, f"account:{request.user.pk}"
    else:
        yield limits.ANONYMOUS, address
        return
    yield limits.ADDRESS, address


def _refused(exceeded: list[Standing]) -> HttpResponseBase:
    response = problem_response(problems.RATE_LIMITED)
    response["Retry-After"] = str(max(one.reset for one in exceeded))
    return response
