"""The measure of likeness. Real cities: population by 令和2年国勢調査, fiscal index by 主要財政指標一覧."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_plans.domain.similarity import (
    UNKNOWN,
    WEIGHTS,
    Aspect,
    Profile,
    fiscal_band,
    likeness,
    population_band,
    ranked,
    region_of,
)

MAEBASHI = Profile("10", "city", 332_149, fiscal_index=Decimal("0.80"))
TAKASAKI = Profile("10", "city", 372_973, fiscal_index=Decimal("0.83"))
AIZU = Profile("07", "city", 117_376, fiscal_index=Decimal("0.62"))
AMA = Profile("32", "town", 2_267, fiscal_index=Decimal("0.10"))
profiles = st.builds(
    Profile,
    st.sampled_from(["01", "10", "13", "32", "99"]),
    st.sampled_from(["city", "town", "village"]),
    st.none() | st.integers(1, 4_000_000),
    st.none() | st.integers(1, 2_000_000),
    st.none() | st.decimals(0, 100, places=1),
    st.none() | st.decimals(0, 3, places=2),
)


def test_weights_make_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100
    whole = Profile("10", "city", 10_000, 4_000, Decimal(30), Decimal("0.5"))
    assert likeness(whole, whole).score == 100


@given(profiles, profiles)
def test_it_is_the_same_both_ways_and_within_bounds(one: Profile, other: Profile) -> None:
    found = likeness(one, other)
    assert found == likeness(other, one)
    assert 0 <= found.score <= likeness(one, one).score <= 100


def test_the_neighbour_of_equal_size_comes_first() -> None:
    assert ranked(MAEBASHI, {1: AMA, 2: AIZU, 3: TAKASAKI}) == [3, 2, 1]


def test_reasons_name_what_is_much_alike() -> None:
    assert likeness(MAEBASHI, TAKASAKI).reasons == (
        Aspect.POPULATION,
        Aspect.FISCAL_INDEX,
        Aspect.KIND,
        Aspect.REGION,
    )
    assert likeness(MAEBASHI, AMA).reasons == ()


def test_unknown_figures_count_as_unlike() -> None:
    bare = Profile("10", "city")
    found = likeness(MAEBASHI, bare)
    assert Aspect.POPULATION not in found.by_aspect
    assert found.score == WEIGHTS[Aspect.KIND] + WEIGHTS[Aspect.REGION]
    assert ranked(MAEBASHI, {1: bare, 2: TAKASAKI}) == [2, 1]


@pytest.mark.parametrize(("times", "part"), [(1, 1.0), (2, 2 / 3), (4, 1 / 3), (8, 0.0), (100, 0.0)])
def test_population_counts_by_its_factor(times: int, part: float) -> None:
    found = likeness(Profile("01", "city", 10_000), Profile("47", "city", 10_000 * times))
    assert found.by_aspect[Aspect.POPULATION] == pytest.approx(part)


@pytest.mark.parametrize(
    ("one", "other", "part"),
    [("10", "10", 1.0), ("10", "13", 0.5), ("10", "32", 0.0), ("99", "98", 0.0), ("99", "99", 1.0)],
)
def test_regions(one: str, other: str, part: float) -> None:
    assert likeness(Profile(one, "city"), Profile(other, "city")).by_aspect[Aspect.REGION] == part


def test_every_prefecture_has_a_region() -> None:
    assert {region_of(f"{number:02}") for number in range(1, 48)} == set(range(8))


def test_bands() -> None:
    assert [population_band(number) for number in (None, 0, 9_999, 10_000, 332_149)] == [
        UNKNOWN,
        "0",
        "0",
        "10k",
        "300k",
    ]
    assert [fiscal_band(number) for number in (None, Decimal("0.1"), Decimal("0.80"), Decimal("1.3"))] == [
        UNKNOWN,
        "0",
        "0.8",
        "1.0",
    ]
