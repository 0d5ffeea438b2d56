"""Celery base task: the tenant travels in the headers, captured when the job is asked for."""

import time
from typing import TYPE_CHECKING, Any

from celery import Task
from django.db import transaction

from consortium import logs, task_counts

from . import context
from .exceptions import ContextMissing

HEADER = "consortium"
Carried = dict[str, int | str | None]
HOUSEKEEPING: dict[str, Carried] = {HEADER: {"municipality": None, "role": "worker", "request": ""}}
"""Headers of scheduled jobs, which speak for nobody."""


if TYPE_CHECKING:
    Base = Task[Any, Any]
else:
    Base = Task


class ContextTask(Base):
    """Publishing without a context raises, and so does running without its headers.

    The task opens `self.opened()` itself, for its claim, its heartbeat and each step.
    """

    abstract = True

    def apply_async(  # type: ignore[override]  # all of celery's options are passed on as they are
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        headers = dict(options.pop("headers", None) or {})
        if HEADER not in headers:
            headers[HEADER] = capture()
        return super().apply_async(args, kwargs, headers=headers, **options)

    def ask(self, **kwargs: Any) -> None:
        """Publish after COMMIT with the context of now: on_commit itself runs with the tenant gone."""
        headers = {HEADER: capture()}
        transaction.on_commit(lambda: self.apply_async(kwargs=kwargs, headers=headers))

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        logs.begin_request(str(self.carried().get("request") or ""))
        self.request.update(started=time.monotonic())

    def after_return(self, status: str, *args: Any) -> None:
        logs.end_request()
        if started := self.request.get("started"):
            task_counts.add(self.name, status, time.monotonic() - started)

    def opened(self) -> context.Opened:
        """The worker's own role, for the municipality that the job was asked for."""
        municipality = self.carried()["municipality"]
        return context.worker(None if municipality is None else int(municipality))

    def carried(self) -> Carried:
        """What came in the headers. Raises ContextMissing."""
        carried: Carried | None = self.request.get(HEADER) or (self.request.headers or {}).get(HEADER)
        if carried is None:
            raise ContextMissing(f"{self.name} came without its context headers.")
        return carried


def capture() -> Carried:
    """The open context as message headers. Raises ContextMissing."""
    now = context.require()
    return {"municipality": now.municipality_id, "role": now.role, "request": logs.request_id()}
