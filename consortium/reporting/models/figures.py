"""Indicators, and what each municipality reports for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import ConsortiumModel, Reference, TenantModel
from consortium.tenancy.policies import READ, Rule
from consortium.tenancy.roles import REPORT, SECRETARIAT


class Unit(models.TextChoices):
    PERSONS = "persons", _("人")
    YEN = "yen", _("円")
    COUNT = "count", _("件")
    PERCENT = "percent", "%"


class Status(models.TextChoices):
    REPORTED = "reported", _("報告済")
    NOT_SURVEYED = "not_surveyed", _("調査対象外")


class Indicator(ConsortiumModel):
    """What a figure means, and from how small a figure on it is kept secret in reports.

    threshold: fewest persons or cases that a report shows; not used for yen and percent. min_members: fewest
    municipalities behind a shown figure; from 2 on, single municipalities' figures are not shown.
    """

    rules = (Rule(REPORT, READ),)

    key = models.CharField(max_length=60, unique=True)
    label_ja = models.CharField(max_length=80)
    label_en = models.CharField(max_length=120)
    unit = models.CharField(max_length=10, choices=Unit.choices)
    definition_ja = models.TextField(max_length=1000)
    definition_en = models.TextField(max_length=1000)
    source = models.CharField(max_length=200)
    threshold = models.PositiveSmallIntegerField(default=10)
    min_members = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                name="indicator_disclosure_rule", condition=Q(threshold__gte=3, min_members__gte=1)
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.label_en if _is_english() else self.label_ja

    @property
    def definition(self) -> str:
        return self.definition_en if _is_english() else self.definition_ja

    @property
    def counts_people(self) -> bool:
        """Small figures can speak of single people."""
        return self.unit in {Unit.PERSONS, Unit.COUNT}


class Observation(TenantModel):
    """One municipality's figure of one fiscal year. value is null exactly when it was not surveyed.

    The secretariat sees that a figure was reported, never the figure: it reaches a report through the report
    role and disclosure control alone.
    """

    rules = (
        Rule(REPORT, READ),
        Rule(
            SECRETARIAT,
            READ,
            read_columns=("id", "municipality_id", "indicator_id", "fiscal_year", "status", "recorded_at"),
        ),
    )

    indicator = Reference(Indicator, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    value = models.DecimalField(_("値"), max_digits=18, decimal_places=2, null=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.REPORTED)
    source = models.CharField(_("出典"), max_length=200, blank=True)
    fictional = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "indicator", "fiscal_year"], name="observation_one_per_year"
            ),
            models.CheckConstraint(
                name="observation_value_unless_not_surveyed",
                condition=Q(status=Status.REPORTED, value__isnull=False)
                | Q(status=Status.NOT_SURVEYED, value__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["indicator", "fiscal_year"], name="observation_report")]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.indicator_id} {self.fiscal_year}"


def _is_english() -> bool:
    return (get_language() or "").startswith("en")
