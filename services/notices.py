"""What people are told about shared components and the services built on them."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from consortium.language import in_language
from consortium.notifications.kinds import Category, Kind, Values, register

from .models import Component, RelyingParty

COMPONENTS: Final = Category(
    "components",
    _("共通部品と連携サービス"),
    _("導入した部品の新しい版、連携サービスの承認や停止など。"),
    order=40,
)


def names(named: Component | RelyingParty) -> dict[str, str]:
    """In both languages: the reader's is not known yet."""
    return {"name_ja": named.name_ja, "name_en": named.name_en}


def _in_language(values: Values) -> dict[str, Any]:
    return {**values, "name": in_language(values["name_ja"], values["name_en"])}


REGISTERED: Final = Kind(
    key="relying_party.registered",
    category=COMPONENTS,
    label=_("連携サービスの登録"),
    sentence=_("連携サービス「%(name)s」が登録されました。内容を確認し、承認してください。"),
    url="services:relying_party",
    words=_in_language,
)
APPROVED: Final = Kind(
    key="relying_party.approved",
    category=COMPONENTS,
    label=_("連携サービスの承認"),
    sentence=_("導入した共通部品を使う連携サービス「%(name)s」が承認され、住民が利用できます。"),
    url="services:component",
    words=_in_language,
)
SUSPENDED: Final = Kind(
    key="relying_party.suspended",
    category=COMPONENTS,
    label=_("連携サービスの停止"),
    sentence=_("導入した共通部品を使う連携サービス「%(name)s」が停止され、住民は利用できません。"),
    url="services:component",
    words=_in_language,
)
RESUMED: Final = Kind(
    key="relying_party.resumed",
    category=COMPONENTS,
    label=_("連携サービスの再開"),
    sentence=_("導入した共通部品を使う連携サービス「%(name)s」が再開され、住民が利用できます。"),
    url="services:component",
    words=_in_language,
)
CHANGE_PROPOSED: Final = Kind(
    key="relying_party.change_proposed",
    category=COMPONENTS,
    label=_("連携サービスの変更の承認依頼"),
    sentence=_("連携サービス「%(name)s」の登録内容の変更が申請されました。確認し、承認してください。"),
    url="services:relying_party",
    words=_in_language,
)
CREDENTIALS_RENEWED: Final = Kind(
    key="relying_party.credentials_renewed",
    category=COMPONENTS,
    label=_("連携サービスの鍵の更新"),
    sentence=_(
        "連携サービス「%(name)s」の鍵が更新されました。心当たりがなければ、サービスを停止してください。"
    ),
    url="services:relying_party",
    words=_in_language,
)
RELEASED: Final = Kind(
    key="release.published",
    category=COMPONENTS,
    label=_("共通部品の新しい版"),
    sentence=_("導入した共通部品「%(name)s」の版%(version)sが公開されました。"),
    url="services:component",
    words=_in_language,
)
register([REGISTERED, APPROVED, SUSPENDED, RESUMED, CHANGE_PROPOSED, CREDENTIALS_RENEWED, RELEASED])


def topic_of(component: Component) -> str:
    """What municipalities watch that have adopted a component."""
    return f"services.component:{component.pk}"
