"""Logs as JSON lines on standard error, with the request's id and without personal data.

Django calls `configure` (settings.LOGGING_CONFIG) in every process: web, worker, command.
"""

import logging.config  # noqa: TID251  # packages log through it; here their lines join ours
import re
from collections.abc import Mapping
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

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,40}")


def configure(config: Mapping[str, Any] | None = None) -> None:
    """config: settings.LOGGING; only its "level" is read."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        drop_personal,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(_standard_library(shared, (config or {}).get("level", "INFO")))


def _standard_library(shared: list[Processor], level: str) -> dict[str, Any]:
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {"authlib": {"level": "INFO"}},  # its debug lines tell access tokens
        "root": {"handlers": ["lines"], "level": level},
    }


def drop_personal(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return {key: _clean(key, value) for key, value in event.items()}


def _clean(key: str, value: Any) -> Any:
    if key.lower() in PERSONAL:
        return "[dropped]"
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [_clean("", item) for item in value]
    return value


def begin_request(proposed: str = "") -> str:
    """Bind a request id to this thread's logs and audit events: the proposed one if it is well-formed."""
    request_id = proposed if _REQUEST_ID.fullmatch(proposed) else uuid4().hex
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def end_request() -> None:
    structlog.contextvars.unbind_contextvars("request_id")


def request_id() -> str:
    """The bound request's id, empty outside one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
