"""Which discounts apply, from the two attributes and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

FULL_FARE: Final = 220


@dataclass(frozen=True)
class Fares:
    """resident_of: municipality code, empty when it was not received."""

    senior: bool
    resident_of: str

    @property
    def price(self) -> int:
        percent = 50 if self.senior else 80 if self.resident_of else 100
        return FULL_FARE * percent // 100


def fares_for(claims: Mapping[str, Any]) -> Fares:
    return Fares(senior=claims.get("age_over_65") is True, resident_of=str(claims.get("resident_of") or ""))
