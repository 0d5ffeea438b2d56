"""Actions as sentences, without a full stop. A product registers its own in `<product>/portal.py`."""

import re
from collections.abc import Mapping
from typing import Final

from django_stubs_ext import StrPromise

_ACTOR: Final = re.compile(r"^(?:[\w ]+\(%\(actor\)s\)(?!$)|%\(actor\)s)[がの]?\s*|\s*\(%\(actor\)s\)$")

_labels: dict[str, StrPromise] = {}


def register(labels: Mapping[str, StrPromise]) -> None:
    """labels: action → sentence with `%(actor)s`, e.g. _("%(actor)sが計画を公表しました")."""
    _labels.update(labels)


def known() -> Mapping[str, StrPromise]:
    return _labels


def sentence(action: str, actor: str) -> str:
    """An action without a label is shown by its name: nothing in a log is hidden."""
    label = _labels.get(action)
    return str(label) % {"actor": actor} if label else f"{actor} {action}"


def choices() -> list[tuple[str, str]]:
    """For a filter: what was done, whoever did it."""
    pairs = ((action, _ACTOR.sub("", str(label))) for action, label in _labels.items())
    return sorted(((action, text[:1].upper() + text[1:]) for action, text in pairs), key=lambda pair: pair[1])
