"""自治体の基礎数値: what the library ranks, narrows and scales by. Public facts out of `load_profiles`."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import ConsortiumModel, Municipality, Reference
from shared_plans.domain.scaling import Size


class MunicipalProfile(ConsortiumModel):
    """The latest figures of one municipality. What is not known is null; the library works without.

    year: of the population. aged_share: percent of inhabitants aged 65 or more.
    """

    municipality = Reference(Municipality, related_name="plan_profiles")
    year = models.PositiveSmallIntegerField(_("年"))
    population = models.PositiveIntegerField(_("人口"), validators=[MinValueValidator(1)])
    households = models.PositiveIntegerField(
        _("世帯数"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    aged_share = models.DecimalField(
        _("高齢化率"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    fiscal_index = models.DecimalField(
        _("財政力指数"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    source = models.CharField(_("出典"), max_length=200)
    fictional = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality"], name="municipal_profile_one"),
            models.CheckConstraint(
                name="municipal_profile_above_nought",
                condition=Q(population__gt=0) & (Q(households=None) | Q(households__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.year}"

    @property
    def size(self) -> Size | None:
        """For scaling; None where the households are not known."""
        return Size(self.population, self.households) if self.households else None
