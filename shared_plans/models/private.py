"""非公開の部分: clauses of a revision that only the own municipality reads, hence in a row of their own."""

from django.db import models

from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import APPEND

from .plan import PlanRevision


class PlanRevisionPrivate(TenantModel):
    """`content` is a document of the withheld clauses alone. `salt` and it give the revision's
    `private_commitment` (shared_plans.domain.parts); neither can ever be changed.
    """

    keeps = APPEND

    revision = Reference(PlanRevision, related_name="private_parts")
    content = models.JSONField()
    salt = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "revision"], name="plan_private_once")]

    def __str__(self) -> str:
        return str(self.revision_id)
