"""Prometheus metrics of a web process.

Labels are names of URLs, never paths, and nothing says whose request it was: metrics have no tenants. With
PROMETHEUS_MULTIPROC_DIR set (several granian workers), any of the processes answers for all of them.
"""

from functools import cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

PREFIX: Final = "consortium"
SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS = Histogram(
    f"{PREFIX}_request_seconds",
    "Time to answer, by name of the URL",
    ["view", "method", "status"],
    buckets=SECONDS,
)
IN_FLIGHT = Gauge(f"{PREFIX}_requests_in_flight", "Requests being answered", multiprocess_mode="livesum")
STATEMENTS = Counter(f"{PREFIX}_database_statements", "SQL statements, by name of the URL", ["view"])
STATEMENT_SECONDS = Counter(f"{PREFIX}_database_seconds", "Time spent in SQL statements", ["view"])
THROTTLED = Counter(f"{PREFIX}_throttled", "Requests answered 429", ["view"])
SIGN_IN_FAILURES = Counter(f"{PREFIX}_sign_in_failures", "Refused sign-ins", ["why"])
"""why: "credentials", "kind" (of account) or "passkey"."""
SIGNING_KEY_AGE = Gauge(
    f"{PREFIX}_signing_key_age_seconds",
    "How long the key that signs has been signing, by algorithm",
    ["algorithm"],
    multiprocess_mode="mostrecent",
)


def note_request(view: str, method: str, status: int, seconds: float) -> None:
    _request(view, method, status).observe(seconds)


def note_statements(view: str, count: int, seconds: float) -> None:
    counter, clock = _statements(view)
    if count:
        counter.inc(count)
        clock.inc(seconds)


# The series of a URL are looked up once: they are as few as the URLs, and a look costs as much as a count.
@cache
def _request(view: str, method: str, status: int) -> Histogram:
    return REQUESTS.labels(view, method, str(status))


@cache
def _statements(view: str) -> tuple[Counter, Counter]:
    return STATEMENTS.labels(view), STATEMENT_SECONDS.labels(view)
