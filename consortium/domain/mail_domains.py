"""What the domain of a municipality's mail says of itself."""

import re
from typing import Final

_PLACE: Final = re.compile(r"(?:.+\.)?(?:city|town|vill)\.([a-z-]+)\.(?:[a-z]+\.)?jp")


def is_lg(domain: str) -> bool:
    """Whether it lies under lg.jp, which is given to local governments alone."""
    return domain.endswith(".lg.jp")


def place_of(domain: str) -> str:
    """ "maebashi" of city.maebashi.lg.jp and www.city.maebashi.gunma.jp; empty where no place is named so."""
    found = _PLACE.fullmatch(domain)
    return found[1] if found else ""
