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
RELEASED: Final = Kind(
    key="release.published",
    category=COMPONENTS,
    label=_("共通部品の新しい版"),
    sentence=_("導入した共通部品「%(name)s」の版%(version)sが公開されました。"),
    url="services:component",
    words=_in_language,
)
register([REGISTERED, APPROVED, SUSPENDED, RELEASED])


def topic_of(component: Component) -> str:
    """What municipalities watch that have adopted a component."""
    return f"services.component:{component.pk}"
