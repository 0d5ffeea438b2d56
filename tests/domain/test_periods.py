from datetime import date

import pytest

from consortium.domain.periods import first_gap

MAY = date(2026, 5, 1)


def may(day):
    return date(2026, 5, day)


@pytest.mark.parametrize(
    ("periods", "gap"),
    [
        ([], MAY),
        ([(date(2025, 4, 1), None)], None),
        ([(may(2), None)], MAY),
        ([(date(2025, 4, 1), may(9))], may(9)),
        ([(may(9), None), (date(2025, 4, 1), may(9))], None),
        ([(date(2025, 4, 1), may(9)), (may(10), None)], may(9)),
        ([(date(2025, 4, 1), may(9)), (date(2025, 4, 1), may(20)), (may(12), None)], None),
        ([(date(2020, 4, 1), date(2021, 4, 1)), (date(2025, 4, 1), may(9))], may(9)),
        ([(may(5), MAY), (date(2025, 4, 1), may(9))], may(9)),
    ],
)
def test_first_gap(periods, gap):
    assert first_gap(periods, MAY) == gap
