"""The words of the self-check."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from .domain.maturity import Axis

AXES: Final[dict[Axis, StrPromise]] = {
    Axis.ORGANISATION: _("推進体制"),
    Axis.PEOPLE: _("人材"),
    Axis.PROCEDURES: _("手順"),
    Axis.DATA: _("データ"),
}
LEVELS: Final[dict[int, StrPromise]] = {
    0: _("未着手"),
    1: _("検討・準備中"),
    2: _("一部で実施"),
    3: _("全庁で実施"),
}
QUESTIONS: Final[dict[str, StrPromise]] = {
    "commitment": _("首長がDXの推進を約束し、庁内外に示していますか"),
    "headquarters": _("首長を本部長とする推進本部や、DXを主に担当する部署がありますか"),
    "budget": _("DXの推進に充てる予算を確保していますか"),
    "decisions": _("DXに関する判断を何日以内に行うかを決め、守っていますか"),
    "staff": _("DXの推進を主に担当する職員を置いていますか"),
    "roles": _("リサーチ、戦略、プロジェクト管理、交渉、実行、リスク管理の六つの役割を担う人がいますか"),
    "outside": _("出向者、外部人材、都道府県の人材プールを活用していますか"),
    "training": _("全職員を対象にDXの研修を行っていますか"),
    "policy": _("DX推進の全体方針または計画を決め、公表していますか"),
    "redesign": _("手続や業務の流れを見直してから、システムを入れていますか"),
    "online": _("行政手続をオンラインで受け付けていますか"),
    "revision": _("計画を実行しながら見直し、改訂していますか"),
    "evidence": _("内部環境分析の三つの問いに、指標などの根拠を添えて答えていますか"),
    "targets": _("施策ごとに指標(KPI)と年度ごとの目標を定めていますか"),
    "standard": _("基幹業務システムの標準化・共通化に合わせて、データを点検していますか"),
    "open_data": _("データをほかの部署や自治体と共有し、オープンデータとして公開していますか"),
}
ADVICE: Final[dict[int, StrPromise]] = {
    0: _("首長の約束を計画に書き、DXの目的を全職員と共有します。"),
    1: _("内部環境分析の三つの問いに答え、重点分野に順位を付けて全体方針を決めます。"),
    2: _("六つの役割に必要な人を数え、判断までの日数と推進の体制を決めます。"),
    3: _("国の重点取組事項に沿って施策を選び、節目と指標を決めて実行します。"),
}
