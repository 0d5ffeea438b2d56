"""全国地方公共団体コード: prefectures, municipalities and the codes they have had."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.search import grams_of, key_of, search_index
from consortium.tenancy.policies import READ, Rule, TableClass
from consortium.tenancy.roles import IDENTITY_BASE, PORTAL_BASE, REPORT_BASE, WORKER_BASE

from .base import Classed, Reference

PUBLIC = tuple(Rule(role, READ) for role in (PORTAL_BASE, IDENTITY_BASE, WORKER_BASE, REPORT_BASE))
"""Rules of a table that every process may read before it speaks for anybody."""


class Kind(models.TextChoices):
    DESIGNATED_CITY = "designated_city", _("政令指定都市")
    CITY = "city", _("市")
    SPECIAL_WARD = "special_ward", _("特別区")
    TOWN = "town", _("町")
    VILLAGE = "village", _("村")


class Prefecture(Classed):
    table_class = TableClass.CONSORTIUM
    rules = PUBLIC

    code = models.CharField(primary_key=True, max_length=2)
    name = models.CharField(max_length=10)
    kana = models.CharField(max_length=20)
    romaji = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name


class Municipality(Classed):
    """The tenant. `id` never changes; code and names are those of today (see MunicipalityCode)."""

    table_class = TableClass.CONSORTIUM
    rules = PUBLIC

    id = models.IntegerField(primary_key=True)
    code = models.CharField(max_length=6, unique=True)
    prefecture = Reference(Prefecture, related_name="municipalities")
    name = models.CharField(max_length=40)
    kana = models.CharField(max_length=60)
    romaji = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    fictional = models.BooleanField(default=False)
    search_key = key_of("name", "kana", "romaji", "code")
    search_grams = grams_of("name", "kana", "romaji", "code")

    class Meta:
        ordering = ["code"]
        indexes = [search_index("municipality_search")]

    def __str__(self) -> str:
        return self.name


class MunicipalityCode(Classed):
    """One dated code and name: towns become cities, municipalities merge, old links still lead home."""

    table_class = TableClass.CONSORTIUM
    rules = PUBLIC

    municipality = Reference(Municipality, related_name="codes")
    code = models.CharField(max_length=6)
    name = models.CharField(max_length=40)
    kana = models.CharField(max_length=60)
    romaji = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="municipality_code_dated")]
        ordering = ["code", "valid_from"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
