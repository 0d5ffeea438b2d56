"""Which discounts apply, from three attributes and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

FULL_FARE: Final = 220


@dataclass(frozen=True)
class Fares:
    """resident_of: municipality code, empty when it was not received. subsidised: her municipality attests
    that it pays for most of the fare."""

    senior: bool
    resident_of: str
    subsidised: bool = False

    @property
    def price(self) -> int:
        percent = 30 if self.subsidised else 50 if self.senior else 80 if self.resident_of else 100
        return FULL_FARE * percent // 100


def fares_for(claims: Mapping[str, Any]) -> Fares:
    return Fares(
        senior=claims.get("age_over_65") is True,
        resident_of=str(claims.get("resident_of") or ""),
        subsidised=claims.get("subsidised_fare") is True,
    )
