"""The indicators that the platform brings along. `manage.py load_indicators` enters them."""

from dataclasses import asdict, dataclass
from typing import Final

from .models import Indicator, Unit

POPULATION: Final = "population"
"""Gives the population bands of a report; the only indicator that code knows by name."""


@dataclass(frozen=True)
class Definition:
    key: str
    label_ja: str
    label_en: str
    unit: Unit
    definition_ja: str
    definition_en: str
    source: str
    threshold: int = 10
    min_members: int = 1


DEFINITIONS: Final = (
    Definition(
        POPULATION,
        "人口",
        "Population",
        Unit.PERSONS,
        "国勢調査による10月1日現在の人口です。",
        "Population on 1 October by the population census.",
        "国勢調査(総務省統計局)",
    ),
    Definition(
        "identity.residents",
        "デジタルID登録者数",
        "Residents with a digital identity",
        Unit.PERSONS,
        "年度末に本人確認を終え、デジタルIDを利用できる住民の数です。",
        "Residents whose identity was proofed and who can use the digital identity at the end of the year.",
        "共同プラットフォームの集計",
    ),
    Definition(
        "online_applications",
        "オンライン申請の受付件数",
        "Applications received online",
        Unit.COUNT,
        "年度内にオンラインで受け付けた申請・届出の件数です。",
        "Applications and notifications received online within the fiscal year.",
        "各団体の報告",
    ),
    Definition(
        "online_application_rate",
        "オンライン申請率",
        "Share of applications received online",
        Unit.PERCENT,
        "年度内に受け付けた申請・届出のうち、オンラインで受け付けたものの割合です。",
        "Share of all applications and notifications of the fiscal year that were received online.",
        "各団体の報告",
    ),
    Definition(
        "dx_staff",
        "DX推進を担当する職員数",
        "Staff in charge of digital transformation",
        Unit.PERSONS,
        "年度初日にDXの推進を主に担当する職員の数です。団体別の値は示しません。",
        "Staff mainly in charge of digital transformation on the first day of the fiscal year. "
        "Figures of single municipalities are not shown.",
        "各団体の報告",
        min_members=3,
    ),
    Definition(
        "dx_budget",
        "DX関連の予算額",
        "Budget for digital transformation",
        Unit.YEN,
        "当初予算のうち、DXの推進に充てた額です。",
        "Part of the initial budget spent on digital transformation.",
        "各団体の当初予算",
    ),
)


def load() -> int:
    """Enter or bring up to date, as the owner; returns how many."""
    rows = [Indicator(**asdict(definition)) for definition in DEFINITIONS]
    fields = [name for name in asdict(DEFINITIONS[0]) if name != "key"]
    Indicator._base_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=fields
    )
    return len(rows)
