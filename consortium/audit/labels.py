"""Actions as sentences. A product registers its own in `<product>/portal.py`."""

from collections.abc import Mapping

from django_stubs_ext import StrPromise

_labels: dict[str, StrPromise] = {}


def register(labels: Mapping[str, StrPromise]) -> None:
    """labels: action → sentence with `%(actor)s`, e.g. _("%(actor)sが計画を公表しました")."""
    _labels.update(labels)


def known() -> Mapping[str, StrPromise]:
    return _labels


def sentence(action: str, actor: str) -> str:
    """An action without a label is shown by its name: nothing in a log is hidden."""
    label = _labels.get(action)
    text = str(label) % {"actor": actor} if label else f"{actor} {action}"
    return text.removesuffix("。").removesuffix(".")  # a line of a list


def choices() -> list[tuple[str, str]]:
    """For a filter: the sentence, whoever did it."""
    pairs = ((action, sentence(action, "…")) for action in _labels)
    return sorted(pairs, key=lambda pair: pair[1])
