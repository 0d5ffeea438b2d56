"""Logs as JSON lines on standard error, with the request's id and without personal data.

Django calls `configure` (settings.LOGGING_CONFIG) in every process: web, worker, command.
"""

import json
import logging.config  # noqa: TID251  # packages log through it; here their lines join ours
import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from uuid import uuid4

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

PERSONAL: Final = frozenset(
    {
        "address",
        "birth_date",
        "citizen",
        "code_verifier",
        "contact_email",
        "contact_name",
        "cookie",
        "cookies",
        "email",
        "family_name",
        "given_name",
        "kana",
        "my_number",
        "name",
        "password",
        "person",
        "phone",
        "postcode",
        "secret",
        "session",
        "sex",
        "token",
        "totp",
    }
)
"""Keys whose values never reach a log, at any depth."""

_UUID: Final = "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_HEX: Final = "[0-9a-f]{32}"
_REQUEST_ID: Final = re.compile(f"{_UUID}|{_HEX}")
_TWELVE_DIGITS: Final = re.compile("[0-9]{12}")
_SEPARATED: Final = r"[0-9０-９]{4}[ 　\-－‐]?[0-9０-９]{4}[ 　\-－‐]?[0-9０-９]{4}"
_SCRUBBED: Final = re.compile(
    "|".join(
        (
            rf"(?P<kept>\b(?:{_UUID}|{_HEX})\b)",
            r"(?P<detail>(?<=DETAIL:)[^\n]*|(?<=Failing row contains)[^\n]*)",
            r"(?P<password>(?<=://)[^\s/@:]*:[^\s/@]+(?=@))",
            r"(?P<address>[\w.+'-]+@[\w-]+(?:\.[\w-]+)+)",
            r"(?P<query>(?<=\?)[^\s\"'<>?]*=[^\s\"'<>]*)",
            r"(?P<bearer>(?i:(?<=bearer )|(?<=basic ))[A-Za-z0-9._~+/=-]{8,})",
            r"(?P<key>(?<=/key/)[^/\s\"']+)",
            rf"(?P<number>(?<![0-9A-Za-z.]){_SEPARATED}(?![0-9A-Za-z]))",
            r"(?P<token>\b(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*[0-9])[A-Za-z0-9_-]{30,})",
        )
    )
)
"""What free text, paths and tracebacks may not tell, whatever wrote them: PostgreSQL's DETAIL quotes rows,
paths carry one-time tokens, query strings what somebody typed. Identifiers of ours stay."""
_request_id: Final[ContextVar[str]] = ContextVar("request_id", default="")
_WORD: Final = re.compile("[a-z_.:-]*|[A-Z]*")
"""Names of URLs, events and methods, in which none of that can be; most of what is logged."""


def configure(config: Mapping[str, Any] | None = None) -> None:
    """config: settings.LOGGING; only its "level" is read."""
    shared: list[Processor] = [
        structlog.processors.format_exc_info,
        drop_personal,
        # What follows is ours, and need not be looked through with each request.
        _of_request,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_standard_library(shared, (config or {}).get("level", "INFO")))


def _standard_library(shared: list[Processor], level: str) -> dict[str, Any]:
    formatter = {
        "()": Lines,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _as_json,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {
            "authlib": {"level": "INFO"},  # its debug lines tell access tokens
            # Django's own handlers print requests as they came, and mail them to ADMINS.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
        },
        "root": {"handlers": ["lines"], "level": level},
    }


class Lines(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        """A line that is one already is left as it is."""
        return record.msg if isinstance(record.msg, Line) else super().format(record)


class Line(str):
    """JSON of what is ours alone: nothing in it has to be looked through."""

    __slots__ = ()


_requests: Final = logging.getLogger("consortium.requests")


def note_request(view: str, method: str, status: int, milliseconds: int) -> None:
    """The line of each request, written as it is for it is most of what is logged. view: the name of a URL or
    its route; method: one of those that are known."""
    if _requests.isEnabledFor(logging.INFO):
        at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        known = f'{_beginning(view, method)}, "status": {status}, "ms": {milliseconds}'
        text = f'{known}, "request_id": "{_request_id.get()}", "timestamp": "{at}"}}'
        _requests.handle(logging.LogRecord(_requests.name, logging.INFO, __file__, 0, Line(text), None, None))


@cache
def _beginning(view: str, method: str) -> str:
    known = {"event": "request", "level": "info", "logger": _requests.name, "view": view, "method": method}
    return _encode(known)[:-1]


_encode: Final = json.JSONEncoder(ensure_ascii=False, default=str).encode


def _as_json(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """As structlog's JSONRenderer, which makes an encoder for each line."""
    return _encode(event)


def drop_personal(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """By the names of keys at any depth, and by its look in every text."""
    return {key: _clean(key, value) for key, value in event.items()}


def scrub(text: str) -> str:
    if _WORD.fullmatch(text):
        return text
    return _SCRUBBED.sub(lambda found: found[0] if found["kept"] else f"[{found.lastgroup}]", text)


def _clean(key: str, value: Any) -> Any:
    if key.lower() in PERSONAL:
        return "[dropped]"
    if isinstance(value, str):
        return value if key.startswith("_") else scrub(value)
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item) for item in value]
    if isinstance(value, int | float):
        return value if abs(value) < 10**11 else "[number]"
    return value if value is None or key.startswith("_") else scrub(str(value))


def begin_request(proposed: str = "") -> str:
    """Bind a request id to this thread's logs and audit events: the proposed one if it is a UUID.

    Nobody's 個人番号 gets into the logs this way: an id with twelve digits in a row is replaced too.
    """
    sound = _REQUEST_ID.fullmatch(proposed) and not _TWELVE_DIGITS.search(proposed)
    request_id = proposed if sound else uuid4().hex
    _request_id.set(request_id)
    return request_id


def end_request() -> None:
    _request_id.set("")


def request_id() -> str:
    """The bound request's id, empty outside one."""
    return _request_id.get()


def _of_request(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    if request_id := _request_id.get():
        event["request_id"] = request_id
    return event
