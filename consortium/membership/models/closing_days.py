"""休庁日: days on which one municipality is closed besides those of the law."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consortium.tenancy.models import TenantModel
from consortium.tenancy.policies import READ, Rule, setting
from consortium.tenancy.roles import WORKER

from .posts import today


class ClosingDay(TenantModel):
    """reason: what the day is called, e.g. 市制施行記念日.

    A worker that speaks for no municipality reckons with those of all.
    """

    rules = (Rule(WORKER, READ, f"{setting('municipality', 'integer')} IS NULL"),)

    day = models.DateField(_("日付"))
    reason = models.CharField(_("理由"), max_length=60)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "day"], name="closing_day_once")]

    @property
    def is_coming(self) -> bool:
        return self.day >= today()

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"
