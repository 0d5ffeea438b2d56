"""What all addresses for machines have in common."""

from collections.abc import Callable
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from identity.requests import for_machines

from . import dpop

View = Callable[[HttpRequest], HttpResponse]
REFUSED: Final = frozenset({400, 401})
"""Answers that count as failures of the caller's address."""


def endpoint(*methods: str) -> Callable[[View], View]:
    """An address for machines: no CSRF token, no sign-in, errors in JSON."""

    def decorate(view: View) -> View:
        def run(request: HttpRequest) -> HttpResponse:
            if request.method in methods:
                return _with_nonce(request, view(request))
            body = {"error": "invalid_request", "error_description": f"Use {' or '.join(methods)}."}
            return JsonResponse(body, status=405, headers={"Allow": ", ".join(methods)})

        run.__name__, run.__doc__ = view.__name__, view.__doc__
        return login_not_required(csrf_exempt(for_machines(run)))

    return decorate


def is_failure(response: HttpResponse) -> bool:
    """Whether the answer counts against the caller. To be asked for a DPoP nonce is no failure."""
    return response.status_code in REFUSED and dpop.NONCE_HEADER not in response


def _with_nonce(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Who proves possession of a key has the nonce for the next proof in each answer."""
    return dpop.hand_nonce(response) if dpop.HEADER in request.headers else response
