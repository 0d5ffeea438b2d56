"""添付資料: put to a draft, taken off it, frozen with a revision and shown where the revision is shown."""

from hashlib import sha256
from typing import Final, cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.domain.file_types import IMAGES, OFFICE, FileKind
from consortium.files.keeping import discard, keep, refused
from consortium.files.models import StoredFile
from consortium.files.purposes import Purpose, register
from consortium.membership.permissions import PortalPermission
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.lifecycle import Step
from shared_plans.models import Plan, PlanAttachment, PlanRevision, Visibility, manifest_entry
from shared_plans.permissions import PlansPermission

from .steps import add_author, locked, may_take

MAX_ATTACHMENTS: Final = 20
PLAN_ATTACHMENT: Final = register(
    Purpose(
        key="plan_attachment",
        label=_("計画の添付資料"),
        kinds=frozenset({FileKind.PDF, *IMAGES, *OFFICE, FileKind.CSV, FileKind.TXT}),
        permission=PortalPermission.VIEW,
    )
)


@action(PlansPermission.WRITE)
def attach_file(*, by: Actor, plan: Plan, name: str, content: bytes, title: str = "") -> PlanAttachment:
    """Put a file to the draft. The draft's text stays as it is, and so does its `lock_version`: whoever has
    the editor open can still save. Raises ValidationError, at `file` for what is wrong with it.
    """
    current = locked(plan)
    may_take(Step.EDIT, current, by=by)
    others = list(PlanAttachment.objects.filter(plan=current).select_related("file"))
    if len(others) >= MAX_ATTACHMENTS:
        limit = {"limit": MAX_ATTACHMENTS}
        raise refused(_("添付資料は%(limit)s件までです。不要な資料を外してください。") % limit, "too_many")
    if sha256(content).hexdigest() in {other.file.sha256 for other in others}:
        raise refused(_("同じ内容の資料が既に添付されています。"), "duplicate")
    file = keep(by=by, purpose=PLAN_ATTACHMENT, name=name, content=content)
    attachment = PlanAttachment(plan=current, file=file, title=title.strip() or file.name.rpartition(".")[0])
    attachment.save(force_insert=True)
    _touch(current, by)
    detail = {"file": str(file.pk), "kind": file.kind, "size": file.size, "sha256": file.sha256}
    record(by=by, action="plan.file_attached", target=current, detail=detail)
    return attachment


@action(PlansPermission.WRITE)
def detach_file(*, by: Actor, attachment: PlanAttachment) -> Plan:
    """Take a file off the draft. It is deleted unless some revision was published with it."""
    current = locked(attachment.plan)
    may_take(Step.EDIT, current, by=by)
    file = StoredFile.objects.get(pk=attachment.file_id)
    attachment.delete()
    if not file.kept:
        discard(file)
    _touch(current, by)
    record(by=by, action="plan.file_detached", target=current, detail={"file": str(file.pk)})
    return current


def manifest(plan: Plan) -> list[dict[str, object]]:
    """Facts of the draft's files, for the revision that is being published."""
    return [manifest_entry(one) for one in PlanAttachment.objects.filter(plan=plan).select_related("file")]


def show_files(plan: Plan) -> None:
    """Let the files of a plan's revisions follow where these are shown. Called with the plan locked."""
    revisions = list(
        PlanRevision.objects.filter(plan=plan).only("id", "visibility", "reader_ids", "attachments")
    )
    StoredFile.objects.filter(pk__in=_files_of(revisions)).update(kept=True, shared=False, reader_ids=None)
    named = [one for one in revisions if one.visibility == Visibility.NAMED]
    readers: dict[UUID, set[int]] = {}
    for one in named:
        for file in _files_of([one]):
            readers.setdefault(file, set()).update(one.reader_ids)
    for file, who in readers.items():
        StoredFile.objects.filter(pk=file).update(shared=True, reader_ids=sorted(who))
    every = [one for one in revisions if one.visibility in {Visibility.CONSORTIUM, Visibility.PUBLIC}]
    StoredFile.objects.filter(pk__in=_files_of(every)).update(shared=True, reader_ids=None)


def _files_of(revisions: list[PlanRevision]) -> set[UUID]:
    """Attachments, and the documents that were made of the revisions."""
    attached = {UUID(str(entry["file"])) for one in revisions for entry in one.attachments}
    made = StoredFile.objects.filter(about__in=[one.pk for one in revisions]).values_list("pk", flat=True)
    return attached | cast(set[UUID], set(made))


def _touch(plan: Plan, by: Actor) -> None:
    add_author(plan, by)
    plan.save(update_fields=["authors", "updated_at"])
