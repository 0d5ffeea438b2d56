"""What an event was about, by name. A product registers its own kinds in `<product>/portal.py`.

Names are read now, in the reader's context: what she may not see, or what is gone, stays an identifier.
Residents are never named.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction
from django_stubs_ext import StrOrPromise

from .models import Event

Key = tuple[str, str]
SHORT = 8


@dataclass(frozen=True, slots=True)
class Kind:
    label: StrOrPromise
    name: Callable[[Any], str]
    related: tuple[str, ...]


_kinds: dict[str, Kind] = {}


def register(
    target_type: str, label: StrOrPromise, name: Callable[[Any], str], *, related: tuple[str, ...] = ()
) -> None:
    """target_type: as `app.model` in lower case. name: of a row, which comes with its `related` rows."""
    _kinds[target_type] = Kind(label, name, related)


def named(events: Iterable[Event]) -> dict[Key, str]:
    """(type, id) → kind and name; one query for each registered type."""
    ids: dict[str, set[str]] = defaultdict(set)
    for event in events:
        ids[event.target_type].add(event.target_id)
    return {
        (target_type, key): text
        for target_type, keys in ids.items()
        if target_type in _kinds
        for key, text in _names(target_type, keys)
    }


def describe(event: Event, names: dict[Key, str]) -> str:
    found = names.get((event.target_type, event.target_id))
    if found or not event.target_type:
        return found or ""
    kind = _kinds.get(event.target_type)
    return f"{kind.label} {event.target_id[-SHORT:]}" if kind else f"{event.target_type} {event.target_id}"


def _names(target_type: str, keys: set[str]) -> list[tuple[str, str]]:
    kind, model = _kinds[target_type], apps.get_model(target_type)
    manager = getattr(model, "visible", None) or model._default_manager
    usable = [key for key in keys if _is_key(model, key)]
    try:
        with transaction.atomic():  # a role that may not read the table at all
            rows = list(manager.filter(pk__in=usable).select_related(*kind.related))
    except ProgrammingError:
        return []
    return [(str(row.pk), f"{kind.label} {kind.name(row)}") for row in rows]


def _is_key(model: Any, key: str) -> bool:
    try:
        model._meta.pk.to_python(key)
    except ValidationError:
        return False
    return True
