"""What staff are told about inquiries of residents. Nobody is named."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from consortium.notifications.kinds import Category, Kind, register

INQUIRIES: Final = Category(
    "inquiries",
    _("住民からの問い合わせ"),
    _("情報の利用についての住民からの問い合わせの期限など。"),
    order=60,
)
DUE: Final = Kind(
    key="inquiry.due",
    category=INQUIRIES,
    label=_("問い合わせの回答期限"),
    sentence=_("住民からの問い合わせの回答期限は%(due)sです。回答してください。"),
    url="inquiries:inquiry",
)
OVERDUE: Final = Kind(
    key="inquiry.overdue",
    category=INQUIRIES,
    label=_("問い合わせの回答の遅れ"),
    sentence=_("%(municipality)sで、住民からの問い合わせの回答が期限（%(due)s）を過ぎました。"),
    url="inquiries:overdue",
)
register([DUE, OVERDUE])
