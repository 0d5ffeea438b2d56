"""The national frame of municipal DX plans: 自治体DX推進計画 by edition. Data, loaded by `load_framework`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.language import in_language
from consortium.tenancy.models import ConsortiumModel, Reference
from consortium.tenancy.policies import READ, Rule
from consortium.tenancy.roles import PORTAL_BASE


class FrameworkEdition(ConsortiumModel):
    """One edition. `order` grows with time; the one with the greatest is offered for new plans."""

    rules = (Rule(PORTAL_BASE, READ),)

    key = models.SlugField(max_length=40, unique=True)
    order = models.SmallIntegerField(unique=True)
    title_ja = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    source = models.CharField(_("出典"), max_length=200)

    class Meta:
        ordering = ["-order"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_ja, self.title_en)


class NationalItem(ConsortiumModel):
    """One priority item (重点取組事項).

    `continues` lists the keys of the previous edition's items it takes up: a plan survives a new edition.
    """

    rules = (Rule(PORTAL_BASE, READ),)

    edition = Reference(FrameworkEdition, related_name="items")
    key = models.SlugField(max_length=40)
    number = models.SmallIntegerField()
    title_ja = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    continues = models.JSONField(default=list)

    class Meta:
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="national_item_key"),
            models.UniqueConstraint(fields=["edition", "number"], name="national_item_number"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return in_language(self.title_ja, self.title_en)
