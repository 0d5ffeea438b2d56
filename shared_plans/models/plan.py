"""A municipality's plan, its immutable revisions, and where an adopted one came from."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consortium.domain.text import search_key
from consortium.membership.models import BELONGS_TODAY
from consortium.search import grams_of, key_of, search_index
from consortium.tenancy.models import Reference, TenantModel
from consortium.tenancy.policies import APPEND, OWN_MUNICIPALITY, READ, UPDATE, Rule, setting
from consortium.tenancy.roles import APP, PORTAL_BASE

from .choices import Phase, PlanStatus, ReasonKind, Visibility
from .framework import FrameworkEdition


class Plan(TenantModel):
    """The working copy. `draft` is a plan's content (shared_plans.domain.document); `lock_version` grows with
    every write, so that nobody overwrites what he has not seen. `authors` are the account ids of everyone
    who wrote or submitted the draft at hand: none of them approves it.

    `visibility`, `reader_ids` and `private_kinds` say how the next revision is to be published; `phase` is
    of the plan as decided, whatever stands in the draft beside it. So is `next_due`
    (shared_plans.domain.board), kept for the home page, which asks it of all plans at once.
    """

    title = models.CharField(_("計画の名称"), max_length=120)
    title_key = models.CharField(max_length=240, editable=False)
    edition = Reference(FrameworkEdition, related_name="+", verbose_name=_("国の計画の版"))
    year_from = models.SmallIntegerField(_("計画期間の始まり(年度)"))
    year_to = models.SmallIntegerField(_("計画期間の終わり(年度)"))
    status = models.CharField(max_length=20, choices=PlanStatus.choices, default=PlanStatus.DRAFT)
    draft = models.JSONField(default=dict)
    lock_version = models.PositiveIntegerField(default=1)
    drafted_by_id = models.UUIDField()
    drafted_by_name = models.CharField(max_length=60)
    authors = models.JSONField(default=list)
    reason_kind = models.CharField(
        _("改訂の理由の区分"), max_length=20, choices=ReasonKind.choices, blank=True
    )
    reason = models.CharField(_("改訂の理由"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(null=True)
    phase = models.CharField(max_length=20, choices=Phase.choices, default=Phase.PREPARING)
    phase_since = models.DateField(null=True)
    next_due = models.DateField(null=True)
    visibility = models.CharField(max_length=20, choices=Visibility.choices, default=Visibility.CONSORTIUM)
    reader_ids = ArrayField(models.IntegerField(), default=list)
    private_kinds = models.JSONField(default=list)
    returned_reason = models.CharField(_("差戻しの理由"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(year_to__gte=F("year_from")), name="plan_years_in_order"),
        ]
        indexes = [models.Index(fields=["municipality", "status", "-updated_at"], name="plan_by_status")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        self.title_key = search_key(self.title)
        super().save(*args, **kwargs)


LISTED = Q(is_latest=True) & ~Q(visibility="private")
"""What the library shows, named municipalities' and the public's revisions included."""
SHARED = (
    f"(visibility = 'consortium' OR (visibility = 'named' AND reader_ids @>"
    f" ARRAY[{setting('municipality', 'integer')}])) AND {BELONGS_TODAY}"
)
PUBLIC_COLUMNS = (
    "id",
    "municipality_id",
    "plan_id",
    "number",
    "title",
    "edition_id",
    "year_from",
    "year_to",
    "content",
    "shared_hash",
    "hash",
    "parent_hash",
    "private_kinds",
    "private_commitment",
    "reason_kind",
    "reason",
    "attribution",
    "attachments",
    "item_keys",
    "area_keys",
    "published_at",
    "visibility",
    "is_latest",
    "phase",
    "phase_since",
)
"""What anybody may read of a public revision: all but who wrote and who approved it."""


class PlanRevision(TenantModel):
    """A published state of a plan. Content, authors and hashes can never be changed, in the database either;
    where it is shown (`visibility`, `reader_ids`, `is_latest`) and how far it is carried out (`phase`) can.

    Rows show to the consortium's members, to those of them that `reader_ids` names, or to anybody, as
    `visibility` says. `content` is the shared part alone. Clauses of `private_kinds` are in
    PlanRevisionPrivate, which only the own municipality reads.

    `hash` is that of the whole (shared_plans.domain.parts): the SHA-256 of `shared_hash` and
    `private_commitment`, or `shared_hash` itself where nothing is private. `parent_hash` is the `hash` of
    the revision before (or ""). `attachments` are the facts of its files
    (shared_plans.models.attachment.manifest_entry).
    """

    keeps = APPEND
    rules = (
        Rule(APP, READ, SHARED),
        Rule(PORTAL_BASE, READ, "visibility = 'public'", read_columns=PUBLIC_COLUMNS),
        Rule(
            APP,
            (UPDATE,),
            OWN_MUNICIPALITY,
            columns=("visibility", "reader_ids", "is_latest", "phase", "phase_since"),
        ),
    )

    plan = Reference(Plan, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    edition = Reference(FrameworkEdition, related_name="+")
    year_from = models.SmallIntegerField()
    year_to = models.SmallIntegerField()
    content = models.JSONField()
    private_kinds = models.JSONField(default=list)
    private_commitment = models.CharField(max_length=64, blank=True)
    shared_hash = models.CharField(max_length=64, default="")
    hash = models.CharField(max_length=64)
    parent_hash = models.CharField(max_length=64, blank=True)
    reason_kind = models.CharField(max_length=20, choices=ReasonKind.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    attribution = models.CharField(max_length=300, blank=True)
    attachments = models.JSONField(default=list)
    item_keys = models.JSONField(default=list)
    area_keys = models.JSONField(default=list)
    search_text = models.TextField(editable=False)
    search_key = key_of("search_text")
    search_grams = grams_of("search_text")
    drafted_by_id = models.UUIDField()
    drafted_by_name = models.CharField(max_length=60)
    approved_by_id = models.UUIDField()
    approved_by_name = models.CharField(max_length=60)
    published_at = models.DateTimeField(auto_now_add=True)
    visibility = models.CharField(max_length=20, choices=Visibility.choices, default=Visibility.CONSORTIUM)
    reader_ids = ArrayField(models.IntegerField(), default=list)
    is_latest = models.BooleanField(default=True)
    phase = models.CharField(max_length=20, choices=Phase.choices, default=Phase.PREPARING)
    phase_since = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "plan", "number"], name="plan_revision_number"),
            models.UniqueConstraint(
                fields=["municipality", "plan"], condition=Q(is_latest=True), name="plan_revision_one_latest"
            ),
            models.CheckConstraint(
                condition=~Q(approved_by_id=F("drafted_by_id")), name="plan_revision_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(visibility="named", reader_ids=[]), name="plan_revision_named_for_somebody"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=LISTED,
                name="plan_revision_library",
            ),
            search_index("plan_revision_search", condition=LISTED),
            GinIndex(
                fields=["item_keys"],
                opclasses=["jsonb_path_ops"],
                name="plan_revision_items",
                fastupdate=False,
                condition=LISTED,
            ),
            # Counted by municipality from the index alone, with what the policy asks of a row.
            models.Index(
                fields=["municipality"],
                include=["visibility", "reader_ids", "id"],
                condition=LISTED,
                name="plan_revision_by_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
