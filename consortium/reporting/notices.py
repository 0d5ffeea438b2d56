"""What people are told about reports."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from consortium.language import fiscal_year, in_language
from consortium.notifications.kinds import Category, Channel, Kind, Values, register

REPORTS: Final = Category(
    "reports", _("横断集計"), _("頼んだ集計の完了など。"), default=Channel.INBOX, may_be_off=True, order=50
)


def _in_language(values: Values) -> dict[str, Any]:
    return {
        "indicator": in_language(values["label_ja"], values["label_en"]),
        "year": fiscal_year(values["fiscal_year"]),
    }


FINISHED: Final = Kind(
    key="report.finished",
    category=REPORTS,
    label=_("横断集計の完了"),
    sentence=_("「%(indicator)s」(%(year)s)の横断集計が完了しました。"),
    url="reporting:run",
    words=_in_language,
)
register([FINISHED])
