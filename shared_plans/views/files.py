"""The files of a plan or revision, as its pages list them."""

from collections.abc import Mapping
from typing import Any

from consortium.files import links
from consortium.files.models import Kind
from consortium.files.sizes import size_text
from consortium.membership.requests import PortalRequest
from shared_plans.actions import PLAN_ATTACHMENT, PLAN_PAPER
from shared_plans.models import Plan, PlanRevision, manifest_entry
from shared_plans.permissions import PlansPermission
from shared_plans.queries.plans import attachments_of
from shared_plans.queries.revisions import paper_of
from shared_plans.tables import AttachmentTable, File

from .pages import plan_url


def draft_files(request: PortalRequest, plan: Plan) -> AttachmentTable:
    may_edit = request.actor.can(PlansPermission.WRITE) and plan.status == "draft"
    found = [
        _file(
            request,
            manifest_entry(one),
            plan_url(request, "detach", plan, attachment=one.pk) if may_edit else "",
        )
        for one in attachments_of(plan)
    ]
    return AttachmentTable(request, found)


def published_files(request: PortalRequest, revision: PlanRevision) -> AttachmentTable:
    return AttachmentTable(request, [_file(request, entry) for entry in revision.attachments])


def paper_url(request: PortalRequest, revision: PlanRevision) -> str:
    """Empty until the paper is made."""
    paper = paper_of(revision)
    return links.url_of(request, PLAN_PAPER.key, paper.pk) if paper else ""


def _file(request: PortalRequest, entry: Mapping[str, Any], remove: str = "") -> File:
    return File(
        title=entry["title"],
        name=entry["name"],
        kind=str(Kind(entry["kind"]).label),
        size=size_text(entry["size"]),
        url=links.url_of(request, PLAN_ATTACHMENT.key, entry["file"]),
        remove=remove,
    )
