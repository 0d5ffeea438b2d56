"""The files of a plan or revision, as its pages list them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat

from consortium.files import links
from consortium.files.models import Kind
from consortium.membership.requests import PortalRequest
from shared_plans import queries
from shared_plans.actions import PLAN_ATTACHMENT, PLAN_PAPER
from shared_plans.models import Plan, PlanRevision, manifest_entry
from shared_plans.permissions import PlansPermission

from .pages import plan_url


@dataclass(frozen=True)
class Row:
    """One line of the list; `remove` is empty where the file can't be taken off."""

    title: str
    name: str
    kind: str
    size: str
    url: str
    remove: str = ""


def draft_rows(request: PortalRequest, plan: Plan) -> list[Row]:
    may_edit = request.actor.can(PlansPermission.WRITE) and plan.status == "draft"
    return [
        _row(
            request,
            manifest_entry(one),
            plan_url(request, "detach", plan, attachment=one.pk) if may_edit else "",
        )
        for one in queries.attachments_of(plan)
    ]


def published_rows(request: PortalRequest, revision: PlanRevision) -> list[Row]:
    return [_row(request, entry) for entry in revision.attachments]


def paper_url(request: PortalRequest, revision: PlanRevision) -> str:
    """Empty until the paper is made."""
    paper = queries.paper_of(revision)
    return links.url_of(request, PLAN_PAPER.key, paper.pk) if paper else ""


def _row(request: PortalRequest, entry: Mapping[str, Any], remove: str = "") -> Row:
    return Row(
        title=entry["title"],
        name=entry["name"],
        kind=str(Kind(entry["kind"]).label),
        size=filesizeformat(entry["size"]),
        url=links.url_of(request, PLAN_ATTACHMENT.key, entry["file"]),
        remove=remove,
    )
