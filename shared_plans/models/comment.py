"""コメント: what own staff say to each other about a clause. Never shared, never part of a revision."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import APPEND, OWN_MUNICIPALITY, UPDATE, Rule
from consortium.tenancy.roles import APP

from .plan import Plan

MAX_BODY = 2000
MAX_CLAUSE_TITLE = 200


class PlanComment(TenantModel):
    """One that begins a thread has no `parent`; answers have the beginning as theirs.

    A text is never rewritten: its writer may only take it back, which empties it. `clause_title` is what the
    clause was called, for when it is gone. mentions: [{"id": account, "name": …}]. A thread is settled
    (`resolved_at` of its beginning) and opened again.
    """

    keeps = APPEND
    rules = (
        Rule(
            APP,
            (UPDATE,),
            OWN_MUNICIPALITY,
            columns=("body", "withdrawn_at", "resolved_at", "resolved_by_id", "resolved_by_name"),
        ),
    )

    plan = Reference(Plan, related_name="comments")
    clause_id = models.CharField(max_length=64)
    clause_title = models.CharField(max_length=MAX_CLAUSE_TITLE)
    parent = Reference("self", null=True, related_name="answers")
    body = models.TextField(_("コメント"), max_length=MAX_BODY, blank=True)
    mentions = models.JSONField(default=list)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=60)
    written_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by_id = models.UUIDField(null=True)
    resolved_by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) & ~Q(body="") | Q(withdrawn_at__isnull=False, body=""),
                name="plan_comment_says_something",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(resolved_at=None), name="plan_comment_thread_resolved"
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "plan", "clause_id", "written_at"], name="plan_comment_beside"
            ),
            models.Index(
                fields=["municipality", "plan", "-written_at"],
                condition=Q(parent=None, resolved_at=None),
                name="plan_comment_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause_title} {self.written_at:%Y-%m-%d}"
