"""Bars as SVG, drawn by Vega-Lite without a browser. Colours and fonts follow ui/static/ui/tokens.css."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import noto_cjk_sans_jp_regular  # type: ignore[import-untyped]  # a font and its path
import vl_convert

FONTS: Final = (
    "'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', 'BIZ UDPGothic', 'Yu Gothic', Meiryo, sans-serif"
)
"""The viewer's machine draws the letters; widths are measured with Noto Sans CJK JP out of its package."""

MOST_BARS: Final = 60
_INK: Final = "#1a1a1c"
_LINE: Final = "#d8d8db"
_BAR: Final = "#0b5a6b"


@cache
def _register_font() -> None:
    vl_convert.register_font_directory(str(noto_cjk_sans_jp_regular.FONT_PATH.parent))


def bars(cells: Sequence[Mapping[str, Any]], name_key: str, axis: str, marks: Mapping[str, str]) -> str:
    """One horizontal bar per cell, in the order given; a cell without value gets the words of its mark.

    name_key: key of the label ("name", "romaji"). axis: what is measured, with its unit. Returns SVG.
    """
    _register_font()
    values = [_datum(cell, name_key, marks) for cell in cells]
    return str(vl_convert.vegalite_to_svg(json.dumps(_specification(values, axis), ensure_ascii=False)))


def _datum(cell: Mapping[str, Any], name_key: str, marks: Mapping[str, str]) -> dict[str, Any]:
    value = None if cell["value"] is None else float(cell["value"])
    label = marks.get(cell["mark"], "") if value is None else f"{value:,.10g}"
    return {"name": cell[name_key], "value": value or 0, "label": label}


def _specification(values: list[dict[str, Any]], axis: str) -> dict[str, Any]:
    names = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {"labelAngle": 0, "ticks": False, "domain": False, "labelLimit": 220},
    }
    amounts = {
        "field": "value",
        "type": "quantitative",
        "title": axis,
        "axis": {"labelAngle": 0, "tickCount": 5},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 560,
        "height": {"step": 26},
        "data": {"values": values},
        "encoding": {"y": names, "x": amounts},
        "layer": [
            {"mark": {"type": "bar", "color": _BAR, "height": 16}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "color": _INK, "fontSize": 13},
                "encoding": {"text": {"field": "label"}},
            },
        ],
        "config": {
            "font": FONTS,
            "view": {"stroke": None},
            "background": "#ffffff",
            "axis": {
                "labelFontSize": 13,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
                "labelColor": _INK,
                "titleColor": _INK,
                "gridColor": _LINE,
            },
        },
    }
