"""Markup that recurs in cells of tables and values of facts."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_stubs_ext import StrOrPromise

from consortium.dates import calendar_date, calendar_time, local
from consortium.ui.parts import Tone
from consortium.ui.stored import stored
from consortium.ui.templatetags.ui import icon as icon_svg


def link(text: object, url: str, *, more: object = "") -> SafeString:
    """`more` is read out only: it tells apart links of equal text."""
    if not more:
        return format_html('<a href="{}">{}</a>', url, stored(text))
    return format_html(
        '<a href="{}">{}<span class="visually-hidden"> {}</span></a>', url, stored(text), stored(more)
    )


def tag(label: StrOrPromise, tone: Tone = "", *, icon: str = "") -> SafeString:
    mark = icon_svg(icon) if icon else ""
    return format_html(
        '<span class="tag{}">{}{}</span>', format_html(" is-{}", tone) if tone else "", mark, label
    )


def named(name: object, reading: object) -> SafeString:
    """A name with its reading beside it."""
    return format_html('{} <span class="soft small">{}</span>', stored(name), stored(reading))


def stacked(name: object, more: object) -> SafeString:
    """A name with what belongs to it on a line of its own."""
    return format_html('{}<br><span class="soft small">{}</span>', stored(name), stored(more))


def day(value: date | None) -> SafeString | str:
    if value is None:
        return ""
    return _time(local(value).strftime("%Y-%m-%d"), calendar_date(value))


def moment(value: datetime | None) -> SafeString | str:
    """A point in time to the minute, in local time."""
    if value is None:
        return ""
    return _time(local(value).isoformat(), calendar_time(value))


def _time(machine: str, text: str) -> SafeString:
    """Where it must be broken, it is before the era in brackets."""
    day, bracket, era = text.partition("(")
    later = format_html("<wbr>{}{}", bracket, era) if bracket else ""
    return format_html('<time datetime="{}">{}{}</time>', machine, day, later)


def number(value: Decimal | int | float | None, unit: StrOrPromise = "") -> str:
    """With separators of thousands."""
    if value is None:
        return ""
    text = number_format(value, use_l10n=True, force_grouping=True)
    return f"{text} {unit}" if unit else text
