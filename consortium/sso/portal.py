"""What single sign-on shows in the navigation, and its audit events as sentences."""

from django.utils.translation import gettext_lazy as _

from consortium.audit import labels
from consortium.membership.permissions import MembershipPermission
from consortium.ui.registry import NavEntry, navigation

navigation.register(
    NavEntry(_("シングルサインオン"), "sso:settings", MembershipPermission.MANAGE_STAFF, "tenant", 88)
)
labels.register(
    {
        "sso.configured": _("%(actor)sがシングルサインオンの接続を設定しました"),
        "sso.tested": _("%(actor)sがシングルサインオンの接続を試しました"),
        "sso.policy_set": _("%(actor)sがサインインの方針を変更しました"),
        "sso.exception_named": _("%(actor)sが非常用の管理者を指定しました"),
        "sso.exception_cleared": _("%(actor)sが非常用の管理者の指定を外しました"),
        "sso.linked": _("%(actor)sが自治体のアカウントと連携しました"),
        "sso.unlinked": _("%(actor)sが自治体のアカウントとの連携を解除しました"),
        "sso.account_made": _("%(actor)sが初めてのサインインでアカウントを作成しました"),
        "sso.refused": _("%(actor)sがサインインを断りました"),
    }
)
