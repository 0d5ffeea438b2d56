"""What people are told about the domains of providers."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from consortium.membership.notices import MEMBERSHIP
from consortium.notifications.kinds import Kind, register

DOMAIN_ASKED: Final = Kind(
    key="sso_domain.asked",
    category=MEMBERSHIP,
    label=_("シングルサインオンのドメインの確認を求められています"),
    sentence=_(
        "%(municipality)sが、職員のメールアドレスのドメイン「%(domain)s」を登録しました。自治体のものであることを"
        "確かめてください。"
    ),
    url="sso:domain",
)
DOMAIN_CONFIRMED: Final = Kind(
    key="sso_domain.confirmed",
    category=MEMBERSHIP,
    label=_("シングルサインオンのドメインが確認されました"),
    sentence=_("ドメイン「%(domain)s」を事務局が確認しました。このドメインの職員がサインインできます。"),
    url="sso:settings",
)
DOMAIN_REFUSED: Final = Kind(
    key="sso_domain.refused",
    category=MEMBERSHIP,
    label=_("シングルサインオンのドメインが認められませんでした"),
    sentence=_("ドメイン「%(domain)s」は認められませんでした。理由: %(reason)s"),
    url="sso:settings",
)
register([DOMAIN_ASKED, DOMAIN_CONFIRMED, DOMAIN_REFUSED])
