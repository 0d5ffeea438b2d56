"""Which days one municipality is closed, for whoever reckons with its 開庁日."""

from datetime import date

from django.db.models import QuerySet

from consortium.domain.calendar import FiscalYear

from .models import ClosingDay, today


def closing_days() -> frozenset[date]:
    """Of the open municipality, besides those of the law; for consortium.domain.calendar."""
    return frozenset(ClosingDay.objects.values_list("day", flat=True))


def listed() -> QuerySet[ClosingDay]:
    """From this fiscal year on."""
    found: QuerySet[ClosingDay] = ClosingDay.objects.filter(day__gte=FiscalYear.of(today()).first_day)
    return found
