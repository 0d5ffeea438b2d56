"""Who took what along, where that matters; and a municipality's logo."""

from django.db import transaction

from consortium.audit.record import record
from consortium.membership.permissions import MembershipPermission, PortalPermission
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from consortium.tenancy.context import require_municipality

from . import logo
from .keeping import discard, keep
from .models import BodyFile, StoredFile


@action(PortalPermission.VIEW)
def record_download(*, by: Actor, file: StoredFile | BodyFile) -> None:
    detail = {"purpose": file.purpose, "sha256": file.sha256}
    record(by=by, action="file.downloaded", target=file, detail=detail)


@action(MembershipPermission.MANAGE_BRANDING)
def change_logo(*, by: Actor, name: str, content: bytes) -> StoredFile:
    """Put a logo in the place of the present one. Raises ValidationError at `file`."""
    earlier = logo.logos()
    file = keep(by=by, purpose=logo.LOGO, name=name, content=content)
    for one in earlier:
        discard(one)
    record(by=by, action="logo.changed", target=file, detail={"sha256": file.sha256})
    _forget()
    return file


@action(MembershipPermission.MANAGE_BRANDING)
def remove_logo(*, by: Actor) -> None:
    for one in logo.logos():
        discard(one)
        record(by=by, action="logo.removed", target=one)
    _forget()


def _forget() -> None:
    municipality_id = require_municipality()
    transaction.on_commit(lambda: logo.forget(municipality_id))
