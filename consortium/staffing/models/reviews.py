"""Access reviews (棚卸し): who had which access on a day, and what was decided about it."""

from typing import Final

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.membership.models import User
from consortium.tenancy.models import Reference, TenantModel

HALF_A_YEAR: Final = 6


class Decision(models.TextChoices):
    OPEN = "", _("未確認")
    KEEP = "keep", _("維持")
    CHANGE = "change", _("変更")
    END = "end", _("終了")


class ReviewInterval(TenantModel):
    """How often the municipality reviews; half-yearly where no row says otherwise."""

    months = models.PositiveSmallIntegerField(_("棚卸しの間隔(月)"), default=HALF_A_YEAR)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality"], name="review_interval_one")]

    def __str__(self) -> str:
        return str(self.months)


class AccessReview(TenantModel):
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.CharField(max_length=80)
    due_on = models.DateField(_("期限"))
    finished_at = models.DateTimeField(null=True)
    finished_by = models.CharField(max_length=80, blank=True)
    people: int
    undecided: int
    """Only on rows of queries.reviews(), which counts them."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality"], condition=Q(finished_at=None), name="access_review_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.opened_at):%Y-%m-%d}"


class AccessReviewItem(TenantModel):
    """One person as she was when the review was opened. new_roles: what a CHANGE leaves her."""

    review = Reference(AccessReview, related_name="items")
    user = Reference(User, related_name="+")
    name = models.CharField(max_length=60)
    email = models.EmailField()
    department = models.CharField(max_length=60, blank=True)
    roles = models.JSONField(default=list)
    last_sign_in = models.DateTimeField(null=True)
    factors = models.JSONField(default=list)
    sso = models.BooleanField(default=False)
    deputies = models.JSONField(default=list)
    """Names of those whom she may act for."""
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN, blank=True)
    new_roles = models.JSONField(default=list)
    note = models.CharField(_("備考"), max_length=200, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "review", "user"], name="access_review_person")
        ]

    def __str__(self) -> str:
        return self.name
