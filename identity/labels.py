"""What attributes and services' deeds are called on pages."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from identity.domain.attestation import RowProblem
from identity.domain.attributes import Attribute
from identity.domain.delegation import Beyond
from identity.domain.unusual import Unusual
from identity.models import Disclosure, LegalBasis

ATTRIBUTES: Mapping[str, Promise] = {
    Attribute.NAME: _("氏名"),
    Attribute.ADDRESS: _("住所"),
    Attribute.BIRTH_DATE: _("生年月日"),
    Attribute.SEX: _("性別"),
    Attribute.RESIDENT_OF: _("住んでいる市区町村"),
    Attribute.AGE_OVER_65: _("65歳以上かどうか"),
    Attribute.UNDER_18: _("18歳未満かどうか"),
    Attribute.SUBSIDISED_FARE: _("運賃助成の対象かどうか"),
    Attribute.DELEGATIONS: _("代理人としての資格"),
}
ROW_PROBLEMS: Mapping[RowProblem, Promise] = {
    RowProblem.UNMATCHED: _("証明の対象になりません。"),
    RowProblem.AMBIGUOUS: _("同じふりがなと生年月日の登録者が2人以上います。受付番号で指定してください。"),
    RowProblem.REPEATED: _("同じ人の行が2つ以上あります。1つだけ残してください。"),
    RowProblem.KEY: _("受付番号か、ふりがなと生年月日の両方を入力してください。"),
    RowProblem.FORMAT: _("読み取れない値です。様式の例のとおりに入力してください。"),
    RowProblem.ENDS_BEFORE_START: _("終了日が開始日より前です。"),
    RowProblem.OVER: _("終了日が過ぎています。今日以降の日を入力してください。"),
    RowProblem.TOO_LONG: _("期間が長すぎます。5年以内にしてください。"),
}
BEYOND: Mapping[Beyond, Promise] = {
    Beyond.NOT_IN_FORCE: _("この代理は、今は有効ではありません。"),
    Beyond.SEE_ONLY: _("この代理では、見ることだけができます。同意や撤回はできません。"),
    Beyond.OTHER_SECTOR: _("この代理の範囲に、このサービスの分野は含まれていません。"),
    Beyond.OTHER_SERVICE: _("この代理の範囲に、このサービスは含まれていません。"),
}
NOTHING = _("サインインした事実のみ")
UNUSUAL: Mapping[str, Promise] = {
    Unusual.FIRST_TIME: _("はじめての利用"),
    Unusual.AT_NIGHT: _("夜間（22時から6時まで）の利用"),
    Unusual.MANY_ATTRIBUTES: _("これまでより多くの項目を提供"),
    Unusual.FAR_MORE_OFTEN: _("これまでより大幅に多い回数"),
    Unusual.OUTSIDE_HOURS: _("職員の勤務時間外の取扱い"),
}
"""Why a use stands out, said so that she can judge it herself."""


def labels(attributes: Iterable[str]) -> list[Promise | str]:
    """In the order of the catalogue, so that all pages name them alike.

    A key that is no longer in the catalogue stands for itself, at the end.
    """
    asked = list(attributes)
    known = [label for key, label in ATTRIBUTES.items() if key in asked]
    return [*known, *(key for key in asked if key not in ATTRIBUTES)]


def listed(attributes: Iterable[str]) -> str:
    """In one line."""
    names = [str(label) for label in labels(attributes)]
    return gettext("、").join(names) if names else str(NOTHING)


def row_problem(problem: str) -> Promise:
    """problem: a RowProblem."""
    return ROW_PROBLEMS[RowProblem(problem)]


def times(count: int) -> str:
    return ngettext("%(count)d回", "%(count)d回", count) % {"count": count}


def basis(row: Disclosure) -> str:
    """Why it was allowed; for what the law orders, also why she reads of it late or in part."""
    words = str(LegalBasis(row.legal_basis).label)
    if not row.reason_code:
        return words
    return gettext("%(basis)s（%(reason)s）") % {"basis": words, "reason": row.get_reason_code_display()}
