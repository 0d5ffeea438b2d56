"""Data that list-like components take. Views build them; the templates only lay them out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Tone = Literal["", "info", "success", "warning", "danger"]


@dataclass(frozen=True, slots=True)
class Crumb:
    label: str
    url: str = ""
    """Empty for the page itself."""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    state: Literal["todo", "current", "done"] = "todo"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One point of a timeline."""

    what: str
    when: datetime | date | None = None
    who: str = ""
    note: str = ""
    tone: Tone = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a description list; `url` leads to where it is changed."""

    label: str
    value: object
    url: str = ""
    action: str = ""


def steps(labels: Sequence[str], current: int) -> list[Step]:
    """Steps of a wizard, `current` counted from 0."""
    return [
        Step(label, "done" if index < current else "current" if index == current else "todo")
        for index, label in enumerate(labels)
    ]
