"""What the domain of a municipality's mail says of itself."""

import re
from dataclasses import dataclass
from typing import Final

LG: Final = "lg"
_PLACE: Final = re.compile(r"(?:.+\.)?(city|town|vill)\.([a-z-]+)\.([a-z]+)\.jp")


@dataclass(frozen=True, slots=True)
class Named:
    """kind: city, town or vill. prefecture: its name in Latin letters, empty under lg.jp, which has none."""

    kind: str
    place: str
    prefecture: str


def is_lg(domain: str) -> bool:
    """Whether it lies under lg.jp, which is given to local governments alone."""
    return domain.endswith(f".{LG}.jp")


def named(domain: str) -> Named | None:
    """City, maebashi of city.maebashi.lg.jp; with gunma of www.city.maebashi.gunma.jp; None without a place.

    That the prefecture is one, and not anybody's domain, is for the reader to see.
    """
    found = _PLACE.fullmatch(domain)
    return Named(found[1], found[2], "" if found[3] == LG else found[3]) if found else None
