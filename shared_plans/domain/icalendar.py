"""Whole-day events as an iCalendar object (RFC 5545): all that a list of due days needs of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LONGEST = 75  # octets of a line, without its break (section 3.1)


@dataclass(frozen=True, slots=True)
class AllDay:
    """uid: the same for the same event at each download, so that a calendar takes it for the same."""

    uid: str
    day: date
    summary: str
    url: str = ""


def calendar(name: str, events: Iterable[AllDay], *, made_at: datetime) -> bytes:
    """name: shown by the calendar program. made_at: aware."""
    stamp = f"{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Smart City Consortium//Shared plans//JA",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        *(line for event in events for line in _event(event, stamp)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _event(event: AllDay, stamp: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"  # exclusive (section 3.6.1)
    yield f"SUMMARY:{_text(event.summary)}"
    if event.url:
        yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """Section 3.3.11; other control characters have no place in a text."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    escaped = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(char for char in escaped if char >= " " and char != "\x7f")


def _folded(line: str) -> str:
    """Broken between characters, never inside one."""
    parts, length = [""], 0
    for char in line:
        size = len(char.encode())
        if length + size > _LONGEST:
            parts.append("")
            length = 1  # the space that begins the next line
        parts[-1] += char
        length += size
    return "\r\n ".join(parts)
