"""Where own plans came from, and what the others may know of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.membership.models import BELONGS_TODAY
from consortium.tenancy.models import Reference, TenantModel, uuid7
from consortium.tenancy.policies import APPEND, READ, Rule, setting
from consortium.tenancy.roles import APP

from .plan import Plan

TO_SOURCE = f"source_municipality_id = {setting('municipality', 'integer')}"


class How(models.TextChoices):
    ADOPTED = "adopted", _("採用")
    SYNCED = "synced", _("更新の取り込み")


class PlanAdoption(TenantModel):
    """What was taken over from another member's revision: copied facts and the base snapshot, no reference.

    Taking in the source's later revisions appends rows with the same `line`; the one with the greatest number
    has the base that holds now. whole: everything; else `initiatives` are the ids of those taken. decisions:
    place → choice and reason, of what was taken in. attribution: the source, and whom it names itself.
    """

    keeps = APPEND

    plan = Reference(Plan, related_name="adoptions")
    line = models.UUIDField(default=uuid7)
    how = models.CharField(max_length=10, choices=How.choices, default=How.ADOPTED)
    source_municipality_id = models.IntegerField()
    source_name = models.CharField(max_length=40)
    source_code = models.CharField(max_length=6)
    source_plan_id = models.UUIDField()
    source_title = models.CharField(max_length=120)
    source_number = models.PositiveIntegerField()
    source_revision_hash = models.CharField(max_length=64)
    attribution = models.CharField(max_length=300)
    whole = models.BooleanField(default=True)
    initiatives = models.JSONField(default=list)
    base = models.JSONField()
    decisions = models.JSONField(default=dict)
    adopted_by_id = models.UUIDField()
    adopted_by_name = models.CharField(max_length=60)
    adopted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["adopted_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "source_plan_id", "source_revision_hash"],
                condition=Q(whole=True, how=How.ADOPTED),
                name="plan_adoption_once",
            ),
            models.UniqueConstraint(
                fields=["municipality", "line", "source_number"], name="plan_adoption_one_step"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "plan"], name="plan_adoption_of_plan")]

    def __str__(self) -> str:
        return f"{self.source_name} {self.source_number}"


class AdoptionState(TenantModel):
    """What is still being worked on in a line: sizes and figures, and answers to a newer revision.

    adoption: the first of its line. sizes: `source` and `own`, each with `population` and `households`.
    figures: place → "scaled", "kept" or "changed". answers: by place (shared_plans.domain.deciding), kept
    until they are taken in.
    """

    adoption = Reference(PlanAdoption, related_name="+")
    sizes = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "adoption"], name="adoption_state_one")
        ]

    def __str__(self) -> str:
        return str(self.adoption_id)


class AdoptionFact(TenantModel):
    """That a plan took over another's revision: all that others may know of an adoption.

    shared: the source's revision was open to all members, so all of them may know; else its owner alone.
    """

    keeps = APPEND
    rules = (Rule(APP, READ, f"(shared OR {TO_SOURCE}) AND {BELONGS_TODAY}"),)

    plan = Reference(Plan, related_name="+")
    how = models.CharField(max_length=10, choices=How.choices, default=How.ADOPTED)
    source_municipality_id = models.IntegerField()
    source_plan_id = models.UUIDField()
    source_number = models.PositiveIntegerField()
    source_revision_hash = models.CharField(max_length=64)
    whole = models.BooleanField(default=True)
    shared = models.BooleanField(default=False)
    happened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["happened_at", "id"]
        indexes = [
            models.Index(fields=["source_plan_id", "municipality"], name="adoption_fact_source"),
            models.Index(fields=["plan"], name="adoption_fact_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.source_plan_id} {self.source_number}"
