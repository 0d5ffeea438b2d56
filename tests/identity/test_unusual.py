"""What stands out among uses: the rules of identity.domain.unusual at their edges."""

from datetime import datetime

import pytest

from identity.domain.unusual import at_night, far_more_often, many_attributes, outside_hours


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(21, 59, False), (22, 0, True), (0, 0, True), (5, 59, True), (6, 0, False)],
)
def test_night(hour, minute, expected):
    assert at_night(datetime(2026, 11, 24, hour, minute)) is expected


@pytest.mark.parametrize(
    ("count", "usual", "expected"), [(2, 1, False), (3, 1, True), (3, 2, False), (4, 2, True), (9, 0, False)]
)
def test_many_attributes(count, usual, expected):
    assert many_attributes(count, usual) is expected


@pytest.mark.parametrize(
    ("count", "before", "expected"),
    [(9, [1, 1, 1], False), (10, [0, 0, 0], False), (10, [3, 3, 3], True), (10, [4, 4, 4], False)],
)
def test_far_more_often(count, before, expected):
    assert far_more_often(count, before) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 24, 9), False),
        (datetime(2026, 11, 24, 7, 59), True),
        (datetime(2026, 11, 24, 19), True),
        (datetime(2026, 11, 23, 9), True),  # 勤労感謝の日
        (datetime(2026, 11, 28, 9), True),  # Saturday
    ],
)
def test_outside_hours(moment, expected):
    assert outside_hours(moment) is expected
