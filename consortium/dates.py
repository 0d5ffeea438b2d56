"""Days and times in the reader's words: in Japanese with 和暦, elsewhere as usual there."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language

from consortium.domain.calendar import wareki_date, wareki_year


def calendar_date(day: date | None) -> str:
    """2026年6月30日(令和8年), June 30, 2026; nothing for none."""
    if day is None:
        return ""
    plain = date_format(local(day), "DATE_FORMAT")
    if not _is_japanese():
        return plain
    try:
        return f"{plain}({wareki_year(_day(day))})"
    except ValueError:  # before 明治6年
        return plain


def calendar_time(moment: datetime | None) -> str:
    """2026年6月30日(令和8年) 9:30; nothing for none."""
    if moment is None:
        return ""
    here = local(moment)
    if not _is_japanese():
        return date_format(here, "DATETIME_FORMAT")
    return f"{calendar_date(moment)} {date_format(here, 'G:i')}"


def formal_date(day: date) -> str:
    """令和8年6月30日, as letters and orders are dated."""
    return wareki_date(_day(day)) if _is_japanese() else date_format(local(day), "DATE_FORMAT")


def local(day: date) -> date:
    """In local time, if it is a point in time."""
    return localtime(day) if isinstance(day, datetime) and is_aware(day) else day


def _day(day: date) -> date:
    here = local(day)
    return date(here.year, here.month, here.day)


def _is_japanese() -> bool:
    return (get_language() or "ja").startswith("ja")
