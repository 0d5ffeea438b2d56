"""Invented data behind the gallery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from consortium.ui import cells
from consortium.ui.forms import EVERY, Form
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table

STATES: dict[str, tuple[StrOrPromise, Tone]] = {
    "published": (_("公開"), "success"),
    "review": (_("確認中"), "warning"),
    "draft": (_("下書き"), ""),
}


@dataclass(frozen=True, slots=True)
class City:
    name: StrOrPromise
    kana: str
    code: str
    population: int
    rate: float | None
    state: str


CITIES = (
    City(_("前橋市"), "まえばしし", "102016", 330_358, 41.2, "published"),
    City(_("高崎市"), "たかさきし", "102024", 368_487, 38.9, "review"),
    City(_("上野村"), "うえのむら", "103667", 1_058, None, "draft"),
    City(_("渋川市"), "しぶかわし", "102083", 73_127, 22.4, "published"),
    City(_("富岡市"), "とみおかし", "102105", 46_371, 30.1, "draft"),
)


class CityFilter(Form):
    q = forms.CharField(label=_("名称または読み"), required=False, max_length=40)
    state = forms.ChoiceField(
        label=_("状態"), required=False, choices=[EVERY, *((key, one[0]) for key, one in STATES.items())]
    )


class CityTable(Table[City]):
    id = "sample-table"
    caption = _("団体別のオンライン申請率")
    hide_caption = False
    note = _("出典: 架空のデモデータ。10人未満は秘匿。")
    order = "name"
    per_page = 3
    filter_class = CityFilter

    def columns(self) -> Iterable[Column[City]]:
        return (
            Column("name", _("団体"), lambda one: cells.link(one.name, "#table"), sort=("kana",), head=True),
            Column("code", _("団体コード"), lambda one: one.code, sort=("code",)),
            Column(
                "population",
                _("人口"),
                lambda one: cells.number(one.population),
                sort=("population",),
                number=True,
                total=lambda rows: cells.number(sum(one.population for one in rows)),
            ),
            Column("rate", _("申請率(%)"), lambda one: cells.number(one.rate), sort=("rate",), number=True),
            Column("state", _("状態"), lambda one: cells.tag(*STATES[one.state])),
        )

    def filtered(self, rows: Sequence[City], chosen: dict[str, Any]) -> Sequence[City]:
        q, state = chosen.get("q", ""), chosen.get("state")
        return [
            one for one in rows if (q in str(one.name) or q in one.kana) and (not state or one.state == state)
        ]


def clauses_before() -> dict[str, tuple[str, str]]:
    bus = gettext("路線バスを再編し、1日に8便を運行する。予算は1,000千円とする。")
    return {
        "bus": (gettext("路線バスの維持"), bus),
        "taxi": (gettext("タクシーの助成"), gettext("高齢者のタクシー運賃を助成する。")),
    }


def clauses_after() -> dict[str, tuple[str, str]]:
    bus = gettext("路線バスを再編し、1日に12便を運行する。予算は1,500千円とし、毎年度見直す。")
    demand = gettext("予約に応じて走る乗合交通を近隣の自治体と共同で運行する。")
    return {"bus": (gettext("路線バスの維持"), bus), "demand": (gettext("デマンド交通"), demand)}
