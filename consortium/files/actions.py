"""Who took what along, where that matters."""

from consortium.audit.record import record
from consortium.membership.permissions import PortalPermission
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor

from .models import BodyFile, StoredFile


@action(PortalPermission.VIEW)
def record_download(*, by: Actor, file: StoredFile | BodyFile) -> None:
    detail = {"purpose": file.purpose, "sha256": file.sha256}
    record(by=by, action="file.downloaded", target=file, detail=detail)
