"""What people are told about reports."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from consortium.language import fiscal_year, in_language
from consortium.notifications.kinds import Category, Channel, Kind, Values, register

from .models import Indicator

REPORTS: Final = Category(
    "reports", _("横断集計"), _("頼んだ集計の完了や失敗。"), default=Channel.INBOX, may_be_off=True, order=50
)


def values(indicator: Indicator, year: int) -> dict[str, str | int]:
    """What the sentences name; fiscal_year is a number."""
    return {"label_ja": indicator.label_ja, "label_en": indicator.label_en, "fiscal_year": year}


def _in_language(given: Values) -> dict[str, Any]:
    return {
        "indicator": in_language(given["label_ja"], given["label_en"]),
        "year": fiscal_year(given["fiscal_year"]),
    }


FINISHED: Final = Kind(
    key="report.finished",
    category=REPORTS,
    label=_("横断集計の完了"),
    sentence=_("「%(indicator)s」(%(year)s)の横断集計が完了しました。"),
    url="reporting:run",
    words=_in_language,
)
FAILED: Final = Kind(
    key="report.failed",
    category=REPORTS,
    label=_("横断集計の失敗"),
    sentence=_(
        "「%(indicator)s」(%(year)s)の横断集計を終えられませんでした。理由を確かめ、もう一度開始してください。"
    ),
    url="reporting:run",
    words=_in_language,
)
register([FINISHED, FAILED])
