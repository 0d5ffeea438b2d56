"""Which logs are sealed, and their rows as the chain sees them.

Reads go through the base manager: the caller has opened the worker's context, or is the owner.
"""

from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from .chain import Row
from .models import SealedLog


def sealed_logs() -> dict[str, type[SealedLog]]:
    """Every log that is sealed, by its name in the seals."""
    models = (model for model in apps.get_models() if issubclass(model, SealedLog))
    return {model._meta.label_lower: model for model in models}


def of_stream(model: type[SealedLog], stream: str) -> "QuerySet[Any]":
    return model._base_manager.filter(stream=stream)


def as_rows(entries: "QuerySet[Any]") -> list[Row]:
    columns = [field.attname for field in entries.model._meta.concrete_fields]
    return list(entries.values(*columns))
