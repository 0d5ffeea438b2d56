from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """cure: what to do, for everything but what is good. It names neither secrets nor persons."""

    about: str
    grade: Grade
    told: str
    cure: str = ""


Examination = Callable[[], Iterable[Finding]]


def good(about: str, told: str) -> Finding:
    return Finding(about, Grade.GOOD, told)


def warning(about: str, told: str, cure: str) -> Finding:
    return Finding(about, Grade.WARNING, told, cure)


def wrong(about: str, told: str, cure: str) -> Finding:
    return Finding(about, Grade.WRONG, told, cure)


def examine(examinations: Iterable[Examination]) -> Iterator[Finding]:
    """One that breaks is itself a finding: the others are of all the more interest then."""
    for examination in examinations:
        try:
            yield from examination()
        except Exception as error:
            name = examination.__name__.replace("_", " ")
            told = f"could not be examined: {type(error).__name__}"
            yield wrong(name, told, "see what else is wrong, and the logs of the server in question")
