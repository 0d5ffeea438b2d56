from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consortium.domain.disclosure_control import Rules
from consortium.reporting.table import Mark, Measure, Member, build

PERSONS = Measure(counts_people=True, is_share=False, rules=Rules(threshold=10, min_members=1))
GROUPS_ONLY = Measure(counts_people=True, is_share=False, rules=Rules(threshold=10, min_members=3))
SHARE = Measure(counts_people=False, is_share=True, rules=Rules(min_members=1))


def member(
    number: int, value: int | None, prefecture: str = "10", population: int = 20_000, status: str = "reported"
):
    return Member(
        code=f"{prefecture}{number:04d}",
        name=f"町{number}",
        romaji=f"Town {number}",
        prefecture_code=prefecture,
        prefecture=f"県{prefecture}",
        prefecture_romaji=f"P{prefecture}",
        population=Decimal(population),
        value=None if value is None else Decimal(value),
        status=status,
    )


def values(cells: list[dict[str, Any]]) -> list[str | None]:
    return [cell["value"] or cell["mark"] for cell in cells]


def test_sums_by_group_and_in_total() -> None:
    table = build([member(1, 100), member(2, 200), member(3, 300, "13", 400_000)], PERSONS)
    assert values(table["rows"]) == ["100", "200", "300"]
    assert [(g["name"], g["value"], g["members"]) for g in table["groups"]["prefecture"]] == [
        ("県10", "300", 2),
        ("県13", "300", 1),
    ]
    assert [(g["group"], g["value"]) for g in table["groups"]["band"]] == [("10k", "300"), ("300k", "300")]
    assert table["total"] == {"value": "600", "mark": ""}


def test_a_small_figure_takes_another_with_it() -> None:
    table = build([member(1, 3), member(2, 50), member(3, 500)], PERSONS)
    assert values(table["rows"]) == [Mark.SUPPRESSED, Mark.SUPPRESSED, "500"]
    assert table["total"]["value"] == "553"


def test_the_only_member_of_a_prefecture_hides_it_too() -> None:
    table = build([member(1, 3, "10"), member(2, 50, "13"), member(3, 500, "13")], PERSONS)
    assert table["rows"][0]["mark"] == Mark.SUPPRESSED
    assert table["groups"]["prefecture"][0]["mark"] == Mark.SUPPRESSED


def test_small_groups_are_not_shown_nor_single_members() -> None:
    members = [member(n, 100, "10") for n in range(4)] + [member(n, 100, "13") for n in range(4, 6)]
    table = build(members, GROUPS_ONLY)
    assert set(values(table["rows"])) == {Mark.SUPPRESSED}
    assert table["groups"]["prefecture"][1]["mark"] == Mark.SUPPRESSED


def test_unanswered_is_told_from_zero() -> None:
    table = build([member(1, 0), member(2, None, status="not_surveyed"), member(3, None, status="")], PERSONS)
    assert values(table["rows"]) == ["0", Mark.NOT_SURVEYED, Mark.MISSING]
    assert table["coverage"] == {"members": 3, "reported": 1, "not_surveyed": 1, "missing": 1}


def test_shares_are_averaged() -> None:
    assert build([member(1, 10), member(2, 20)], SHARE)["total"]["value"] == "15.00"


def test_nobody_reported() -> None:
    table = build([member(1, None, status="")], PERSONS)
    assert table["total"] == {"value": None, "mark": Mark.MISSING}
    assert build([], PERSONS)["rows"] == []


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_no_small_figure_is_shown_or_follows_from_a_total(figures: list[int]) -> None:
    table = build([member(number, value) for number, value in enumerate(figures)], PERSONS)
    shown = [int(cell["value"]) for cell in table["rows"] if cell["value"] is not None]
    assert not [value for value in shown if 0 < value < 10]
    if table["total"]["value"] is not None and len(shown) < len(figures):
        assert len(figures) - len(shown) >= 2
