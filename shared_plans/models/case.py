"""成功事例: what an initiative has achieved, as measured, and what others need to do the same."""

from typing import Final

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consortium.membership.models import BELONGS_TODAY
from consortium.search import grams_of, key_of, search_index
from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import READ, Rule
from consortium.tenancy.roles import APP

from .plan import Plan


class CaseStatus(models.TextChoices):
    DRAFT = "draft", _("起案中")
    IN_REVIEW = "in_review", _("決裁待ち")
    PUBLISHED = "published", _("公表済")


class Direction(models.TextChoices):
    UP = "up", _("増えるとよい")
    DOWN = "down", _("減るとよい")


PUBLISHED: Final = Q(status="published")
SEARCHED: Final = ("title", "initiative_title", "summary", "indicator", "conditions")


class SuccessCase(TenantModel):
    """Of one initiative (a clause's id) of an own plan. Other members read it while it is published.

    item_keys and area_keys are those of the initiative when the case was written; components are codes of the
    catalogue. authors: everyone who wrote or submitted it; none of them approves it.
    """

    rules = (Rule(APP, READ, f"status = 'published' AND {BELONGS_TODAY}"),)

    plan = Reference(Plan, related_name="+")
    initiative = models.CharField(max_length=40)
    initiative_title = models.CharField(max_length=120)
    item_keys = models.JSONField(default=list)
    area_keys = models.JSONField(default=list)
    title = models.CharField(_("事例の名称"), max_length=120)
    summary = models.TextField(_("取組の内容"), max_length=4000)
    indicator = models.CharField(_("測った指標"), max_length=80)
    measure = models.CharField(_("単位"), max_length=40)
    direction = models.CharField(_("望ましい方向"), max_length=4, choices=Direction.choices)
    before = models.DecimalField(_("実施前の値"), max_digits=16, decimal_places=2)
    before_period = models.CharField(_("実施前の期間"), max_length=60)
    after = models.DecimalField(_("実施後の値"), max_digits=16, decimal_places=2)
    after_period = models.CharField(_("実施後の期間"), max_length=60)
    method = models.TextField(_("測り方"), max_length=2000)
    components = models.JSONField(_("使った共通部品"), default=list, blank=True)
    conditions = models.TextField(_("ほかの自治体で行うための条件"), max_length=4000)
    contact = models.CharField(_("問い合わせ先の課"), max_length=120)
    status = models.CharField(max_length=20, choices=CaseStatus.choices, default=CaseStatus.DRAFT)
    lock_version = models.PositiveIntegerField(default=1)
    returned_reason = models.CharField(max_length=500, blank=True)
    drafted_by_id = models.UUIDField()
    drafted_by_name = models.CharField(max_length=60)
    authors = models.JSONField(default=list)
    approved_by_id = models.UUIDField(null=True)
    approved_by_name = models.CharField(max_length=60, blank=True)
    published_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)
    search_key = key_of(*SEARCHED)
    search_grams = grams_of(*SEARCHED)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="success_case_published_by_another",
                condition=~PUBLISHED
                | Q(approved_by_id__isnull=False, published_at__isnull=False)
                & ~Q(approved_by_id=F("drafted_by_id")),
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], condition=PUBLISHED, name="success_case_published"),
            models.Index(fields=["plan"], condition=PUBLISHED, name="success_case_of_plan"),
            search_index("success_case_search", condition=PUBLISHED),
            GinIndex(
                fields=["item_keys"],
                opclasses=["jsonb_path_ops"],
                name="success_case_items",
                fastupdate=False,
                condition=PUBLISHED,
            ),
        ]

    def __str__(self) -> str:
        return self.title
