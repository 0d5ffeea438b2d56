"""Applying a checked file, and leaving word of what was taken out."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind

from .importer import DryRun, Importer
from .models import Import
from .queries import imports
from .writer import Form

_STAFF = (ActorKind.STAFF, ActorKind.SECRETARIAT)


@action(kinds=_STAFF)
def apply_import(*, by: Actor, importer: Importer, run: DryRun) -> Import:
    """All rows or none; confirmed again, the same upload changes nothing. Raises ValidationError."""
    by.require(importer.permission)
    if not run.is_clean:
        raise ValidationError(_("誤りのある行があるため、取り込めません。"), code="faulty")
    rows = run.table.rows
    values = {
        "kind": importer.kind,
        "file_name": run.upload.name,
        "digest": run.upload.digest,
        "rows": len(rows),
        "imported_by": by.label or by.id,
    }
    done, created = imports().get_or_create(pk=run.upload.id, defaults=values)
    if created:
        importer.apply(rows)
        record(by=by, action="table.imported", target=done, detail={"kind": importer.kind, "rows": len(rows)})
    return done  # type: ignore[no-any-return]  # of an untyped manager


@action(kinds=_STAFF)
def record_export(*, by: Actor, what: str, form: Form, rows: int) -> None:
    """what: name of the list, e.g. "membership.staff"."""
    record(by=by, action="table.exported", detail={"what": what, "form": form, "rows": rows})
