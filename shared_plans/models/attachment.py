"""添付資料: files that go with a plan. A revision holds the facts of those it was published with."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.files.models import StoredFile
from consortium.tenancy.models import Reference, TenantModel

from .plan import Plan


class PlanAttachment(TenantModel):
    """Of the working copy. What was published with it stays kept when it is taken off the next draft."""

    plan = Reference(Plan, related_name="attachments")
    file = Reference(StoredFile, related_name="+")
    title = models.CharField(_("資料名"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "plan", "file"], name="plan_attachment_once")
        ]

    def __str__(self) -> str:
        return self.title


def manifest_entry(attachment: PlanAttachment) -> dict[str, Any]:
    """What a revision keeps of an attachment, as JSON."""
    file = attachment.file
    return {
        "file": str(file.pk),
        "title": attachment.title,
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "sha256": file.sha256,
    }
