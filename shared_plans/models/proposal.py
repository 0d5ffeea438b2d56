"""改善提案: changes of an adopted plan, offered to whom it came from.

A proposal is its writer's row, the answer its writer's; each is read by the other.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from consortium.membership.models import BELONGS_TODAY
from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import APPEND, OWN_MUNICIPALITY, READ, UPDATE, Rule, setting
from consortium.tenancy.roles import APP

from .plan import Plan

_HERE = setting("municipality", "integer")


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("すべて取り入れ")
    PARTLY = "partly", _("一部を取り入れ")
    DECLINED = "declined", pgettext_lazy("proposal", "見送り")


class PlanProposal(TenantModel):
    """Never changed but for its withdrawal. The municipality it is addressed to reads it.

    target_plan_id, target_number, target_hash: the recipient's revision that the changes are to. content: the
    clauses concerned as they would read, of that revision but for the changes at `places`. own_number: the
    decided own revision they are taken from. digest: of content and target, against sending twice.
    """

    keeps = APPEND
    rules = (
        Rule(APP, READ, f"recipient_id = {_HERE} AND {BELONGS_TODAY}"),
        Rule(APP, (UPDATE,), OWN_MUNICIPALITY, columns=("withdrawn_at",)),
    )

    plan = Reference(Plan, related_name="proposals")
    recipient_id = models.IntegerField()
    recipient_name = models.CharField(max_length=40)
    target_plan_id = models.UUIDField()
    target_title = models.CharField(max_length=120)
    target_number = models.PositiveIntegerField()
    target_hash = models.CharField(max_length=64)
    own_title = models.CharField(max_length=120)
    own_number = models.PositiveIntegerField()
    content = models.JSONField()
    places = models.JSONField()
    message = models.TextField(_("提案の理由"), max_length=2000)
    digest = models.CharField(max_length=64)
    proposed_by_id = models.UUIDField()
    proposed_by_name = models.CharField(max_length=60)
    proposed_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "plan", "digest"],
                condition=Q(withdrawn_at=None),
                name="plan_proposal_once",
            )
        ]
        indexes = [models.Index(fields=["recipient_id", "-proposed_at"], name="plan_proposal_received")]

    def __str__(self) -> str:
        return f"{self.target_title} {self.proposed_at:%Y-%m-%d}"


class ProposalAnswer(TenantModel):
    """One to a proposal. The proposing municipality reads it. taken: places that went into the draft."""

    keeps = APPEND
    rules = (Rule(APP, READ, f"proposer_id = {_HERE} AND {BELONGS_TODAY}"),)

    plan = Reference(Plan, related_name="+")
    proposal_id = models.UUIDField()
    proposer_id = models.IntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    taken = models.JSONField(default=list)
    attribution = models.CharField(max_length=300, blank=True)
    message = models.TextField(_("回答"), max_length=2000, blank=True)
    answered_by_id = models.UUIDField()
    answered_by_name = models.CharField(max_length=60)
    answered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-answered_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "proposal_id"], name="proposal_answer_once"),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.DECLINED) | ~Q(message=""), name="proposal_declined_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["proposer_id", "proposal_id"], name="proposal_answer_to")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.outcome}"
