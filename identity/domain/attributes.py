"""The catalogue of what can be told about a resident, and the derivation of what is never stored.

Age follows 年齢計算ニ関スル法律 (Act No. 50 of 1902) with Civil Code art. 143: the day of birth counts as the
first day, so a year of age is complete at the end of the day *before* the birthday, and that day is the one
on which the age is reached (達した日): who is born on 1 April is 65 on 31 March. Someone born on 29 February
reaches an age on 28 February: in a leap year as the day before the birthday, in others because a month
without the corresponding day ends the period with its last day (art. 143(2)).
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Attribute(StrEnum):
    NAME = "name"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    RESIDENT_OF = "resident_of"
    AGE_OVER_65 = "age_over_65"
    UNDER_18 = "under_18"
    SUBSIDISED_FARE = "subsidised_fare"
    DELEGATIONS = "delegations"


class Source(StrEnum):
    """Where an attribute's value comes from."""

    RECORD = "record"
    DERIVED = "derived"
    ATTESTED = "attested"


DIRECT_IDENTIFIERS = frozenset({Attribute.NAME, Attribute.ADDRESS, Attribute.BIRTH_DATE})
DERIVED = frozenset({Attribute.RESIDENT_OF, Attribute.AGE_OVER_65, Attribute.UNDER_18})
ATTESTED = frozenset({Attribute.SUBSIDISED_FARE, Attribute.DELEGATIONS})


@dataclass(frozen=True, slots=True)
class Facts:
    """What derivations need: `municipality_code` is that of the open residence, None if there is none."""

    birth_date: date
    municipality_code: str | None


def source(attribute: Attribute) -> Source:
    if attribute in DERIVED:
        return Source.DERIVED
    return Source.ATTESTED if attribute in ATTESTED else Source.RECORD


def reached_on(birth_date: date, age: int) -> date:
    """Return the day on which the age is reached (達した日), the day before the birthday."""
    year = birth_date.year + age
    if (birth_date.month, birth_date.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return birth_date.replace(year=year) - timedelta(days=1)


def age_on(birth_date: date, today: date) -> int:
    """Return the age on a day; ValueError for a birth in the future."""
    if today < birth_date:
        raise ValueError(birth_date)
    years = today.year - birth_date.year
    # Only a birth on 1 January reaches an age in the year before the birthday's.
    return max(
        age for age in (years - 1, years, years + 1) if age <= 0 or reached_on(birth_date, age) <= today
    )


def is_at_least(birth_date: date, age: int, today: date) -> bool:
    return today >= reached_on(birth_date, age)


def derive(attribute: Attribute, facts: Facts, today: date) -> bool | str | None:
    """Return a derived attribute's value on a day; ValueError for one that is not derived."""
    match attribute:
        case Attribute.RESIDENT_OF:
            return facts.municipality_code
        case Attribute.AGE_OVER_65:
            return is_at_least(facts.birth_date, 65, today)
        case Attribute.UNDER_18:
            return not is_at_least(facts.birth_date, 18, today)
        case _:
            raise ValueError(attribute)
