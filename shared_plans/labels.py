"""Words for the parts of a plan: kinds of clauses, their fields and the choices in them."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .domain.figures import Oversight
from .domain.kinds import Area, Cost, Field, Funding, Kind, Question, Role, Staffing
from .domain.similarity import Aspect

KINDS: Final[dict[Kind, Promise]] = {
    Kind.COMMITMENT: _("首長の約束"),
    Kind.ANALYSIS: _("内部環境分析"),
    Kind.PRIORITY: _("重点分野"),
    Kind.INITIATIVE: _("施策"),
    Kind.KPI: _("指標(KPI)"),
    Kind.BUDGET: _("予算"),
    Kind.PEOPLE: _("人材"),
    Kind.RISK: _("リスク"),
}
LEADS: Final[dict[Kind, Promise]] = {
    Kind.COMMITMENT: _("首長が何を約束し、判断を何日以内にするかを書きます。"),
    Kind.ANALYSIS: _("三つの問いに、根拠となる指標や資料を添えて答えます。問いは追加できます。"),
    Kind.PRIORITY: _("力を入れる分野に順位を付け、人と予算の配分と理由を書きます。"),
    Kind.INITIATIVE: _("重点取組事項ごとに、何を、どの課が、いつまでに行うかを書きます。"),
    Kind.KPI: _("成果を何で測るかを書きます。現状と、年度ごとの目標を入れます。"),
    Kind.BUDGET: _("年度、費用区分、財源ごとに金額を書きます。"),
    Kind.PEOPLE: _("六つの役割ごとに、必要な人数と、その人をどこから得るかを書きます。"),
    Kind.RISK: _("起こりうることと、その対応を書きます。"),
}
_TITLES: Final[dict[Kind, Promise]] = {
    Kind.ANALYSIS: _("独自の問い"),
    Kind.PRIORITY: _("分野の名称"),
    Kind.INITIATIVE: _("施策の名称"),
    Kind.KPI: _("指標の名称"),
    Kind.BUDGET: _("件名"),
    Kind.RISK: _("リスクの内容"),
}
_FIELDS: Final[dict[str, Promise]] = {
    "statement": _("約束の内容"),
    "given_by": _("約束した人の職名"),
    "decision_days": _("判断までの日数"),
    "question": _("問い"),
    "answer": _("答え"),
    "evidence": _("根拠"),
    "indicator": _("ダッシュボードの指標"),
    "value": _("値"),
    "source": _("出典"),
    "rank": _("順位"),
    "share": _("配分(%)"),
    "why": _("理由"),
    "items": _("重点取組事項"),
    "area": _("分野"),
    "priority": _("重点分野"),
    "body": _("内容"),
    "unit": _("担当課"),
    "step": _("全体手順書のステップ"),
    "starts_on": _("開始日"),
    "ends_on": _("終了日"),
    "components": _("使う共通部品"),
    "milestones": _("節目"),
    "due": _("期日"),
    "initiative": _("施策"),
    "measure": _("単位"),
    "direction": _("望ましい方向"),
    "baseline_year": _("現状の年度"),
    "baseline": _("現状値"),
    "targets": _("年度ごとの目標"),
    "year": _("年度"),
    "cost": _("費用区分"),
    "funding": _("財源"),
    "scheme": _("交付金などの名称"),
    "amount": _("金額(円)"),
    "role": _("役割"),
    "needed": _("必要な人数(常勤換算)"),
    "staffed": _("確保する人"),
    "fte": _("人数(常勤換算)"),
    "note": _("備考"),
    "likelihood": _("起こりやすさ(1~3)"),
    "impact": _("影響の大きさ(1~3)"),
    "response": _("対応"),
}
_IN_ROWS: Final[dict[tuple[str, str], Promise]] = {
    ("milestones", "title"): _("節目の名称"),
    ("targets", "value"): _("目標値"),
    ("staffed", "source"): _("得る方法"),
}
CHOICES: Final[dict[str, Promise]] = {
    Question.DIGITALISED: _("すでにデジタル化が進んでいる領域は何ですか"),
    Question.STRENGTHS: _("自治体の強みは何ですか"),
    Question.INSTITUTIONS: _("地域を代表する企業・大学・病院はどこですか"),
    Question.OWN: _("独自の問い"),
    Area.CONTACT: _("窓口・手続"),
    Area.WELFARE: _("福祉・健康・医療"),
    Area.CHILDREN: _("子育て・教育"),
    Area.SAFETY: _("防災・防犯"),
    Area.TRANSPORT: _("交通・まちづくり"),
    Area.ECONOMY: _("産業・観光"),
    Area.ENVIRONMENT: _("環境"),
    Area.INTERNAL: _("内部事務"),
    Area.PLATFORM: _("情報基盤・データ"),
    Area.CAPACITY: _("人材・体制"),
    "up": _("増やす"),
    "down": _("減らす"),
    Cost.OPERATION: _("運用"),
    Cost.DATA_PREPARATION: _("データ整備"),
    Cost.DATA_LINKAGE: _("データ連携"),
    Cost.EXTERNAL_SERVICES: _("外部サービス連携"),
    Cost.DEVELOPMENT: _("構築"),
    Cost.OTHER: _("その他"),
    Funding.OWN_FUNDS: _("一般財源"),
    Funding.DIGITAL_GARDEN_GRANT: _("デジタル田園都市国家構想交付金"),
    Funding.NEW_REGIONAL_GRANT: _("新しい地方経済・生活環境創生交付金"),
    Funding.REGIONAL_FUTURE_GRANT: _("地域未来交付金"),
    Funding.OTHER_GRANT: _("その他の補助金"),
    Funding.PFI: _("PFI"),
    Funding.SHARED_DUES: _("負担金(共同)"),
    Funding.PREFECTURE: _("都道府県の負担"),
    Role.RESEARCH_ANALYSIS: _("リサーチ・環境分析"),
    Role.STRATEGY_XTECH_DESIGN: _("戦略策定・xTechデザイン"),
    Role.PROJECT_AGILE_MANAGEMENT: _("プロジェクト計画・アジャイルマネジメント"),
    Role.NEGOTIATION: _("交渉デザイン及び交渉"),
    Role.EXECUTION_DRIVE: _("強力な実行推進"),
    Role.RISK_PROBLEM_SOLVING: _("スピーディなリスク管理・問題解決"),
    Staffing.OWN: _("自治体の職員"),
    Staffing.SECONDEE: _("出向・派遣"),
    Staffing.CONTRACTOR: _("委託"),
    Staffing.PREFECTURE_POOL: _("都道府県の人材プール"),
}
STEPS: Final[dict[int, Promise]] = {
    0: _("0 DXの認識共有・機運醸成"),
    1: _("1 全体方針の決定"),
    2: _("2 推進体制の整備"),
    3: _("3 DXの取組の実行"),
}
ASPECTS: Final[dict[Aspect, Promise]] = {
    Aspect.POPULATION: _("人口"),
    Aspect.FISCAL_INDEX: _("財政力指数"),
    Aspect.AGED_SHARE: _("高齢化率"),
    Aspect.HOUSEHOLD_SIZE: _("世帯人員"),
    Aspect.KIND: _("団体の種類"),
    Aspect.REGION: _("地域"),
}
OVERSIGHTS: Final[dict[Oversight, Promise]] = {
    Oversight.NO_ANALYSIS: _("内部環境分析の三つの問いに、まだ答えていないものがあります。"),
    Oversight.NO_PRIORITY: _("重点分野がありません。"),
    Oversight.NO_COMMITMENT: _("首長の約束がありません。"),
    Oversight.SHARES_NOT_WHOLE: _("重点分野の配分の合計が100%ではありません。"),
    Oversight.SAME_RANK: _("同じ順位の重点分野があります。"),
    Oversight.NO_MILESTONE: _("節目がありません。"),
    Oversight.NO_KPI: _("この施策の指標がありません。"),
    Oversight.NO_BUDGET: _("この施策の予算がありません。"),
    Oversight.NO_PEOPLE: _("この施策に必要な人材が書かれていません。"),
    Oversight.NO_TARGET: _("目標がありません。"),
    Oversight.NO_BASELINE: _("現状値がありません。"),
    Oversight.TARGET_AGAINST_DIRECTION: _("最後の目標が、望ましい方向と逆です。"),
    Oversight.UNSTAFFED: _("必要な人数に足りていません。"),
    Oversight.NO_EVIDENCE: _("根拠がありません。"),
    Oversight.NO_RESPONSE: _("対応がありません。"),
    Oversight.YEAR_WITHOUT_BUDGET: _("予算のない年度があります。"),
}


def label(kind: Kind, field: Field) -> Promise:
    return _TITLES.get(kind, _FIELDS["note"]) if field.key == "title" else _FIELDS[field.key]


def row_label(rows: Field, field: Field) -> Promise:
    return _IN_ROWS.get((rows.key, field.key)) or _FIELDS[field.key]
