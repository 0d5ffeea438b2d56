"""Which days one municipality is closed, for whoever reckons with its 開庁日."""

from collections import defaultdict
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils import timezone

from consortium.domain.calendar import NO_DAYS, FiscalYear, add_open_days, deadline
from consortium.tenancy import context

from .models import ClosingDay, today


def closing_days() -> frozenset[date]:
    """Of the open municipality, besides those of the law; none in the secretariat."""
    if context.require().municipality_id is None:
        return NO_DAYS
    return frozenset(ClosingDay.objects.values_list("day", flat=True))


def closings(first: date, last: date) -> dict[int, frozenset[date]]:
    """Of every municipality that is closed in these days; for the worker."""
    found: defaultdict[int, set[date]] = defaultdict(set)
    for place, day in ClosingDay.visible.filter(day__range=(first, last)).values_list(
        "municipality_id", "day"
    ):
        found[place].add(day)
    return {place: frozenset(days) for place, days in found.items()}


def expiry(days: int) -> datetime:
    """When a period of days is over that begins today: at this time of the day, on a day that is open."""
    moment = timezone.localtime()
    return moment + (deadline(moment.date(), days, closing_days()) - moment.date())


def end_of_open_day(count: int) -> datetime:
    """The end of the count-th open day after today."""
    return timezone.make_aware(datetime.combine(add_open_days(today(), count, closing_days()), time.max))


def listed() -> QuerySet[ClosingDay]:
    """From this fiscal year on."""
    found: QuerySet[ClosingDay] = ClosingDay.objects.filter(day__gte=FiscalYear.of(today()).first_day)
    return found
