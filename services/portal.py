"""What this product shows on the portal."""

from django.utils.translation import gettext_lazy as _

from consortium.audit import labels
from consortium.membership.permissions import PortalPermission
from consortium.ui.registry import NavEntry, navigation

from .permissions import ServicesPermission

navigation.register(NavEntry(_("共通部品"), "services:components", PortalPermission.VIEW, order=40))
navigation.register(
    NavEntry(_("共通部品"), "services:catalogue", ServicesPermission.MANAGE_CATALOGUE, "secretariat", 40)
)
navigation.register(
    NavEntry(
        _("連携サービス"), "services:relying_parties", ServicesPermission.MANAGE_CATALOGUE, "secretariat", 45
    )
)
labels.register(
    {
        "component.registered": _("%(actor)sが共通部品を登録しました。"),
        "release.published": _("%(actor)sが共通部品の新しい版を公開しました。"),
        "component.adopted": _("%(actor)sが共通部品を導入しました。"),
        "adoption.ended": _("%(actor)sが共通部品の利用を終了しました。"),
        "relying_party.registered": _("%(actor)sが連携サービスを登録しました。"),
        "relying_party.approved": _("%(actor)sが連携サービスを承認しました。"),
        "relying_party.suspended": _("%(actor)sが連携サービスを停止しました。"),
    }
)
