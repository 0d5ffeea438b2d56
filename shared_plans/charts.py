"""Where the marks of the charts on the board stand. A table has the same figures."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from consortium.ui import cells

from .domain.board import Kpi, Spending
from .showing import year_text

HEIGHT, YEAR_WIDTH = 240, 80
LEFT, RIGHT, TOP, BOTTOM = 72, 24, 24, 36
TICKS = 4
ROW, BAR = 48, 14
LABEL = 30
LONGEST = 99
"""Per cent: the outline of the longest bar stays inside."""


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    label: str = ""
    is_below: bool = False
    """Whether the label stands below, because there is a mark close above."""


@dataclass(frozen=True)
class KpiChart:
    """Lines over fiscal years. ticks: on the axis of values; years: below."""

    targets: list[Mark]
    actuals: list[Mark]
    ticks: list[Mark]
    years: list[Mark]
    width: int
    height: int = HEIGHT
    left: int = LEFT

    @property
    def right(self) -> int:
        return self.width - RIGHT

    @property
    def target_line(self) -> str:
        return _points(self.targets)

    @property
    def actual_line(self) -> str:
        return _points(self.actuals)


@dataclass(frozen=True)
class Bar:
    """budget, spent: widths in per cent of the whole."""

    y: int
    label: str
    budget: float
    spent: float
    is_over: bool

    @property
    def text_y(self) -> int:
        return self.y - 8


@dataclass(frozen=True)
class SpendingChart:
    bars: list[Bar]
    height: int
    bar: int = BAR


def kpi_chart(kpi: Kpi) -> KpiChart | None:
    """None where there is not one value."""
    values = [value for one in kpi.years for value in (one.target, one.actual) if value is not None]
    if not values:
        return None
    scale = _steps(values)
    places = {one.year: LEFT + YEAR_WIDTH * (place + 0.5) for place, one in enumerate(kpi.years)}

    def mark(year: int, value: Decimal, above: Decimal | None = None) -> Mark:
        y = _y(float(value), scale)
        is_below = above is not None and 0 < y - _y(float(above), scale) < LABEL
        return Mark(places[year], y, cells.number(value.normalize() + 0), is_below)

    return KpiChart(
        [mark(one.year, one.target) for one in kpi.years if one.target is not None],
        [mark(one.year, one.actual, one.target) for one in kpi.years if one.actual is not None],
        [Mark(LEFT - 8, _y(tick, scale), f"{tick:,.10g}") for tick in scale],
        [Mark(places[one.year], HEIGHT - 10, str(one.year)) for one in kpi.years],
        LEFT + YEAR_WIDTH * len(kpi.years) + RIGHT,
    )


def spending_chart(spending: Spending) -> SpendingChart | None:
    """A pair of bars for each fiscal year; None without a budget."""
    sums = {year: one for year, one in spending.by_year.items() if year is not None}
    most = max((max(one.budget, one.spent) for one in sums.values()), default=0)
    if not most:
        return None
    bars = [
        Bar(
            place * ROW + 26,
            year_text(year),
            round(one.budget / most * LONGEST, 1),
            round(one.spent / most * LONGEST, 1),
            one.is_over,
        )
        for place, (year, one) in enumerate(sums.items())
    ]
    return SpendingChart(bars, len(bars) * ROW)


def _steps(values: Iterable[Decimal]) -> list[float]:
    """Round figures from the lowest to the highest value or beyond, 0 included."""
    numbers = [0.0, *map(float, values)]
    span = (max(numbers) - min(numbers)) or 1.0
    rough = span / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first, last = math.floor(min(numbers) / step), math.ceil(max(numbers) / step)
    return [round(step * place, 6) for place in range(first, last + 1)]


def _y(value: float, scale: list[float]) -> float:
    room = HEIGHT - TOP - BOTTOM
    return round(HEIGHT - BOTTOM - room * (value - scale[0]) / (scale[-1] - scale[0]), 1)


def _points(marks: Iterable[Mark]) -> str:
    return " ".join(f"{one.x},{one.y}" for one in marks)
