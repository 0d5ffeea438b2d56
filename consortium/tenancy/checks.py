"""System checks: a table without a class, or a reference the generator cannot guard, stops the start."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import models

from .models import Classed, Reference
from .policies import FOREIGN_TABLES, TableClass
from .sync import tenant_column

_GUARDED = {TableClass.TENANT, TableClass.SUBJECT}


@register(Tags.models)
def every_table_has_a_class(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"Table {model._meta.db_table} has no class.",
            hint="Derive the model from TenantModel, SubjectModel, ConsortiumModel or SystemModel; "
            "a package's table is entered in tenancy.policies.FOREIGN_TABLES.",
            obj=model,
            id="tenancy.E001",
        )
        for model in apps.get_models(include_auto_created=True)
        if not _has_class(model)
    ]


def _has_class(model: type[models.Model]) -> bool:
    if model._meta.proxy or not model._meta.managed:
        return True
    if issubclass(model, Classed):
        return isinstance(getattr(model, "table_class", None), TableClass)
    return model._meta.db_table in FOREIGN_TABLES


@register(Tags.models)
def every_reference_is_guarded(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        message
        for model in apps.get_models()
        if issubclass(model, Classed)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        for message in _reference_errors(model, field)
    ]


def _reference_errors(model: type[Classed], field: models.ForeignKey[Any, Any]) -> Iterator[CheckMessage]:
    if not isinstance(field, Reference):
        yield Error(f"{field} is a plain ForeignKey.", hint="Use Reference.", obj=model, id="tenancy.E002")
    target = field.related_model
    target_class = getattr(target, "table_class", TableClass.SYSTEM)
    crosses = target_class in _GUARDED and target_class != model.table_class
    if (crosses and tenant_column(target)) or target_class is TableClass.LOG:
        yield Error(
            f"{field} points out of its tenant or into a log.",
            hint="Copy what is needed and store its source id without a reference.",
            obj=model,
            id="tenancy.E003",
        )
