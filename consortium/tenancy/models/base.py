"""Base classes that give a table its class, and the reference that stays inside its tenant."""

import os
import time
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from consortium.tenancy import context
from consortium.tenancy.policies import WRITE, Rule, TableClass
from consortium.tenancy.retention import Retention


def uuid7() -> UUID:
    """Time-ordered random identifier (RFC 9562, version 7)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10))
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    return UUID(int=(value & ~(0x3 << 62)) | (0x2 << 62))


class Reference(models.ForeignKey[Any, Any]):
    """A foreign key whose constraint the policy generator emits: never deferrable, and composite where the
    target belongs to a tenant or resident, since foreign-key checks see through row-level security."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)


class GuardedQuerySet(models.QuerySet[Any]):
    """Refuses to touch the database outside a context, however late it is evaluated."""

    def _fetch_all(self) -> None:
        context.require()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[Any]:
        """Without server-side cursors (settings), which would outlive the transaction and its tenant."""
        context.require()
        yield from super().iterator(chunk_size)


class TenantManager(models.Manager.from_queryset(GuardedQuerySet)):  # type: ignore[misc]  # dynamic base
    """The open context's own rows. The explicit WHERE stays beside the policy."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(municipality_id=context.require_municipality())


class VisibleManager(models.Manager.from_queryset(GuardedQuerySet)):  # type: ignore[misc]  # dynamic base
    """All rows that the policies show to the open context, other tenants' shared ones included."""

    def get_queryset(self) -> Any:
        context.require()
        return super().get_queryset()


class Classed(models.Model):
    """A model that says whose rows it holds.

    `rules` widen what its class allows; `members_read` False keeps a consortium table to the secretariat;
    `keeps` are the commands that remain of what the class allows (APPEND, READ). `retention` says when
    housekeeping removes its rows; without one they stay.
    """

    table_class: ClassVar[TableClass]
    rules: ClassVar[tuple[Rule, ...]] = ()
    members_read: ClassVar[bool] = True
    keeps: ClassVar[tuple[str, ...]] = WRITE
    retention: ClassVar[Retention | None] = None

    class Meta:
        abstract = True


class Identified(Classed):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class TenantModel(Identified):
    """Rows of one municipality, filled in from the open context."""

    table_class = TableClass.TENANT
    municipality = Reference("tenancy.Municipality", related_name="+")

    objects = TenantManager()
    visible = VisibleManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.municipality_id = self.municipality_id or context.require_municipality()
        super().save(*args, **kwargs)


class SubjectModel(Identified):
    """Rows of one resident. The subclass names its `citizen` reference."""

    table_class = TableClass.SUBJECT
    objects = VisibleManager()

    class Meta:
        abstract = True


class ConsortiumModel(Identified):
    """Rows of the body: read by members, written by the secretariat."""

    table_class = TableClass.CONSORTIUM
    objects = VisibleManager()

    class Meta:
        abstract = True


class SystemModel(Identified):
    """Rows of nobody, without personal or tenant content; every right is given by `rules`."""

    table_class = TableClass.SYSTEM

    class Meta:
        abstract = True
