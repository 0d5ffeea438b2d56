"""Answers to probes, ahead of everything that could redirect, refuse or throttle them; and the measuring."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST

from consortium import logs, metrics

from .access import is_operator
from .exposition import exposition
from .health import Status, readiness

Respond = Callable[[HttpRequest], HttpResponseBase]
UNMATCHED: Final = "unmatched"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Probes:
    """`/healthz`, `/readyz`, `/metrics` on both surfaces: any host, plain HTTP too, no session, no limit."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        if probe is None:
            return self.get_response(request)
        answer = (
            probe(request) if request.method in {"GET", "HEAD"} else HttpResponseNotAllowed(["GET", "HEAD"])
        )
        answer["Cache-Control"] = "no-store"
        return answer


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that no outage beside it gets it restarted."""
    return JsonResponse({"status": Status.OK})


def readyz(request: HttpRequest) -> HttpResponse:
    """503 takes this process out of the balancer; "degraded" is for operators and does not."""
    report = readiness.get()
    body: dict[str, Any] = {"status": report.status}
    if is_operator(request):
        body["checks"] = [
            {"name": check.name, "status": check.status, "detail": check.detail} for check in report.checks
        ]
    return JsonResponse(body, status=503 if report.status == Status.UNAVAILABLE else 200)


def scrape(request: HttpRequest) -> HttpResponse:
    if not is_operator(request):
        return JsonResponse({"status": "forbidden"}, status=403)
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


PROBES: Final[dict[str, Callable[[HttpRequest], HttpResponse]]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": scrape,
}


class Statements:
    """An execute wrapper that counts."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - started


class Measure:
    """Counts and times each request, and logs it by the name of its URL: paths can hold one-time tokens."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        statements, started = Statements(), time.perf_counter()
        with metrics.IN_FLIGHT.track_inprogress(), connection.execute_wrapper(statements):
            response = self.get_response(request)
        _note(request, response.status_code, time.perf_counter() - started, statements)
        return response


def _note(request: HttpRequest, status: int, seconds: float, statements: Statements) -> None:
    match = request.resolver_match
    view = (match.view_name or match.route) if match else UNMATCHED
    method = request.method if request.method in METHODS else "other"
    logs.note_request(view, method, status, round(seconds * 1000))
    metrics.note_request(view, method, status, seconds)
    metrics.note_statements(view, statements.count, statements.seconds)
    if status == 429:
        metrics.THROTTLED.labels(view).inc()
