"""The audit row of a write, in the transaction of the write."""

from typing import Any
from uuid import UUID

from django.db import models

from consortium import logs
from consortium.tenancy import context
from consortium.tenancy.actor import Actor
from consortium.tenancy.roles import CITIZEN

from .models import Event


def record(
    *,
    by: Actor,
    action: str,
    target: models.Model | None = None,
    municipality_id: int | None = None,
    citizen_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> Event:
    """Append one event. action: "noun.past_participle", e.g. "plan.published"; the rest as of `event`."""
    made = event(
        by=by,
        action=action,
        target=target,
        municipality_id=municipality_id,
        citizen_id=citizen_id,
        detail=detail,
    )
    made.save(force_insert=True)
    return made


def event(
    *,
    by: Actor,
    action: str,
    target: models.Model | None = None,
    municipality_id: int | None = None,
    citizen_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> Event:
    """One event, for a caller who writes it in the statement of what it is about.

    The stream is the resident's if one is named, else the municipality's (by default the open context's),
    else the consortium's; outside a working role it is "accounts" (sign-in and the like).
    """
    municipality_id = municipality_id or _own_municipality()
    return Event(
        stream=stream_of(municipality_id, citizen_id),
        municipality_id=municipality_id,
        citizen_id=citizen_id,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_label=by.label,
        action=action,
        target_type=target._meta.label_lower if target else "",
        target_id=str(target.pk) if target else "",
        detail=(detail or {}) | _on_behalf(by),
        request_id=logs.request_id(),
    )


def _on_behalf(by: Actor) -> dict[str, Any]:
    principal = by.on_behalf_of
    return {"on_behalf_of": {"id": principal.id, "role": principal.role}} if principal else {}


def stream_of(municipality_id: int | None, citizen_id: UUID | None) -> str:
    if citizen_id:
        return f"citizen:{citizen_id}"
    if municipality_id:
        return f"municipality:{municipality_id}"
    return "accounts" if context.require().role == "none" else "consortium"


def _own_municipality() -> int | None:
    """A resident's own deeds are no business of the staff where she lives."""
    opened = context.require()
    return None if opened.role == CITIZEN else opened.municipality_id
