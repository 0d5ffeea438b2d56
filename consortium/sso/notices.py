"""What people are told about the domains of providers."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from consortium.language import in_language
from consortium.membership.notices import MEMBERSHIP
from consortium.notifications.kinds import Kind, Values, register


def _in_language(given: Values) -> dict[str, str]:
    return {**given, "municipality": in_language(given["municipality"], given.get("romaji", ""))}


DOMAIN_ASKED: Final = Kind(
    key="sso_domain.asked",
    category=MEMBERSHIP,
    label=_("シングルサインオンのドメインの確認を求められています"),
    sentence=_(
        "%(municipality)sが、職員のメールアドレスのドメイン「%(domain)s」を登録しました。自治体のものであることを"
        "確かめてください。"
    ),
    url="sso:domain",
    words=_in_language,
)
DOMAIN_CONFIRMED: Final = Kind(
    key="sso_domain.confirmed",
    category=MEMBERSHIP,
    label=_("シングルサインオンのドメインが確認されました"),
    sentence=_("ドメイン「%(domain)s」を事務局が確認しました。方針を決めると、サインインを始められます。"),
    url="sso:settings",
)
DOMAIN_REFUSED: Final = Kind(
    key="sso_domain.refused",
    category=MEMBERSHIP,
    label=_("シングルサインオンのドメインが認められませんでした"),
    sentence=_("ドメイン「%(domain)s」は認められませんでした。理由: %(reason)s"),
    url="sso:settings",
)
DOMAIN_WITHDRAWN: Final = Kind(
    key="sso_domain.withdrawn",
    category=MEMBERSHIP,
    label=_("シングルサインオンのドメインの確認が取り消されました"),
    sentence=_(
        "事務局がドメイン「%(domain)s」の確認を取り消しました。理由: %(reason)s "
        "ほかに確認済みのドメインがなければ、方針は「使わない」になり、パスワードやパスキーでサインインします。"
    ),
    url="sso:settings",
)
register([DOMAIN_ASKED, DOMAIN_CONFIRMED, DOMAIN_REFUSED, DOMAIN_WITHDRAWN])
