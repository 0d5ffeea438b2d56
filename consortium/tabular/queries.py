"""Reads about what was imported in the open context."""

from typing import Any
from uuid import UUID

from consortium.tenancy import context

from .models import Import, SecretariatImport, TenantImport


def imports() -> Any:
    """Manager of the open context's imports."""
    return (TenantImport if context.require().municipality_id else SecretariatImport).objects


def imported(upload_id: UUID) -> bool:
    return bool(imports().filter(pk=upload_id).exists())


def earlier_import(kind: str, digest: str) -> Import | None:
    """The last time that a file of the same content was imported here."""
    found: Import | None = imports().filter(kind=kind, digest=digest).order_by("-imported_at").first()
    return found
