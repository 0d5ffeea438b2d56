"""The catalogue of reusable components: the body keeps it, municipalities adopt from it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.language import in_language
from consortium.membership.models import BELONGS_TODAY
from consortium.search import grams_of, key_of, search_index
from consortium.tenancy.models import ConsortiumModel, Reference, TenantModel
from consortium.tenancy.policies import OWN_MUNICIPALITY, READ, Rule
from consortium.tenancy.roles import APP, CITIZEN, IDENTITY_BASE, REPORT, SECRETARIAT
from services.domain.sectors import SectorKey


class Sector(models.TextChoices):
    """What `services.domain.sectors` sets rules for, with its name in the user's language."""

    MEDICAL = SectorKey.MEDICAL.value, _("医療")
    ADMINISTRATIVE = SectorKey.ADMINISTRATIVE.value, _("行政")
    TRANSPORT = SectorKey.TRANSPORT.value, _("交通")


SEARCHED = ("name_ja", "name_en", "summary", "provider", "code")


class Component(ConsortiumModel):
    """A service component that any member may adopt. `code` is its stable short name (a slug)."""

    rules = (Rule(IDENTITY_BASE, READ),)

    code = models.SlugField(_("識別名"), max_length=40, unique=True)
    sector = models.CharField(_("分野"), max_length=20, choices=Sector.choices)
    name_ja = models.CharField(_("名称"), max_length=80)
    name_en = models.CharField(_("英語名称"), max_length=80)
    summary = models.CharField(_("概要"), max_length=200)
    description = models.TextField(_("説明"), max_length=10_000, blank=True)
    provider = models.CharField(_("提供者"), max_length=80)
    licence = models.CharField(_("ライセンス"), max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    search_key = key_of(*SEARCHED)
    search_grams = grams_of(*SEARCHED)

    class Meta:
        ordering = ["code"]
        indexes = [search_index("component_search")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_ja, self.name_en)


class Release(ConsortiumModel):
    """One published version of a component."""

    component = Reference(Component, related_name="releases")
    version = models.CharField(_("版"), max_length=40)
    notes = models.TextField(_("変更内容"), max_length=10_000, blank=True)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["component", "version"], name="release_version_once")]

    def __str__(self) -> str:
        return self.version


class Adoption(TenantModel):
    """A municipality uses a component from `adopted_on` until the day before `ended_on`.

    Who adopted what is public within the consortium; residents see what their own municipality adopted.
    """

    rules = (
        Rule(APP, READ, BELONGS_TODAY),
        Rule(SECRETARIAT, READ),
        Rule(REPORT, READ),
        Rule(CITIZEN, READ, OWN_MUNICIPALITY),
    )

    component = Reference(Component, related_name="adoptions")
    release = Reference(Release, related_name="+", null=True)
    adopted_on = models.DateField(_("導入日"), default=timezone.localdate)
    ended_on = models.DateField(_("終了日"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "component"], condition=Q(ended_on=None), name="adoption_one_current"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=models.F("adopted_on")),
                name="adoption_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["component", "ended_on"], name="adoption_component")]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.component_id}"
