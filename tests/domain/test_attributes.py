from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.attributes import (
    DIRECT_IDENTIFIERS,
    Attribute,
    Facts,
    Source,
    age_on,
    derive,
    is_at_least,
    reached_on,
    source,
)
from services.domain.sectors import SECTORS, TRANSPORT

births = st.dates(date(1900, 1, 1), date(2026, 12, 31))
ages = st.integers(0, 120)


@pytest.mark.parametrize(
    ("birth", "age", "day"),
    [
        (date(1961, 4, 1), 65, date(2026, 3, 31)),
        (date(1961, 4, 2), 65, date(2026, 4, 1)),
        (date(2008, 1, 1), 18, date(2025, 12, 31)),
        (date(2008, 2, 29), 18, date(2026, 2, 28)),  # no 29 February: the month's last day
        (date(2008, 2, 29), 20, date(2028, 2, 28)),  # a leap year: the day before
        (date(2007, 3, 1), 18, date(2025, 2, 28)),
        (date(2006, 3, 1), 18, date(2024, 2, 29)),
    ],
)
def test_an_age_is_reached_on_the_day_before_the_birthday(birth: date, age: int, day: date) -> None:
    assert reached_on(birth, age) == day
    assert age_on(birth, day) == age
    assert age_on(birth, day - timedelta(days=1)) == age - 1


@given(births, ages)
def test_age_and_threshold_agree(birth: date, age: int) -> None:
    day = reached_on(birth, age + 1)
    assert age_on(birth, day) == age + 1
    assert is_at_least(birth, age + 1, day)
    assert not is_at_least(birth, age + 1, day - timedelta(days=1))


@given(births, st.integers(0, 40_000))
def test_age_never_falls(birth: date, days: int) -> None:
    day = birth + timedelta(days=days)
    assert 0 <= age_on(birth, day) <= age_on(birth, day + timedelta(days=1)) <= age_on(birth, day) + 1


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="2026"):
        age_on(date(2026, 1, 2), date(2026, 1, 1))


def test_derivation() -> None:
    facts = Facts(birth_date=date(1961, 4, 1), municipality_code="102016")
    assert derive(Attribute.AGE_OVER_65, facts, date(2026, 3, 30)) is False
    assert derive(Attribute.AGE_OVER_65, facts, date(2026, 3, 31)) is True
    assert derive(Attribute.UNDER_18, facts, date(1979, 3, 30)) is True
    assert derive(Attribute.UNDER_18, facts, date(1979, 3, 31)) is False
    assert derive(Attribute.RESIDENT_OF, facts, date(2026, 1, 1)) == "102016"


@pytest.mark.parametrize("attribute", [item for item in Attribute if source(item) is not Source.DERIVED])
def test_only_derived_attributes_are_derived(attribute: Attribute) -> None:
    with pytest.raises(ValueError, match=attribute):
        derive(attribute, Facts(date(2000, 1, 1), None), date(2026, 1, 1))


def test_sectors_name_attributes_of_the_catalogue() -> None:
    asked = {attribute for sector in SECTORS.values() for attribute in sector.attributes}
    assert asked == {str(attribute) for attribute in Attribute}


def test_transport_learns_no_direct_identifier() -> None:
    assert not TRANSPORT.attributes & DIRECT_IDENTIFIERS
