"""Words for what a report's table holds as codes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .table import UNKNOWN_BAND, Mark

_MARKS = {
    Mark.SUPPRESSED: gettext_lazy("秘匿"),
    Mark.NOT_SURVEYED: gettext_lazy("調査対象外"),
    Mark.MISSING: gettext_lazy("未報告"),
}
_BANDS = {
    "0": gettext_lazy("1万人未満"),
    "10k": gettext_lazy("1万人以上5万人未満"),
    "50k": gettext_lazy("5万人以上10万人未満"),
    "100k": gettext_lazy("10万人以上30万人未満"),
    "300k": gettext_lazy("30万人以上"),
    UNKNOWN_BAND: gettext_lazy("人口の報告なし"),
}
_STEPS = {
    "aggregating": gettext_lazy("各団体の数値を集計しています。"),
    "controlling": gettext_lazy("小さい数値を秘匿しています。"),
    "drawing": gettext_lazy("グラフを作成しています。"),
    "printing": gettext_lazy("報告書(PDF)を作成しています。"),
    "storing": gettext_lazy("結果を保存しています。"),
}
_ERRORS = {
    "attempts_exhausted": gettext_lazy("何度か試みましたが、集計を終えられませんでした。"),
    "never_started": gettext_lazy("集計を始められませんでした。"),
}


def marks() -> dict[str, str]:
    return {mark.value: str(words) for mark, words in _MARKS.items()}


def band(code: str) -> str:
    return str(_BANDS.get(code, code))


def step(message: str) -> str:
    return str(_STEPS.get(message, ""))


def error(code: str) -> str:
    return str(_ERRORS.get(code) or _("処理中に問題が起きました。"))
