"""What this product shows on the portal."""

from django.utils.translation import gettext_lazy as _

from consortium.audit import labels, targets
from consortium.membership.permissions import PortalPermission
from consortium.ui.registry import NavEntry, Summary, navigation

from . import queries
from .models import Component, RelyingParty, RelyingPartyStatus
from .permissions import ServicesPermission

COMPONENTS = Summary(
    _("導入済 %(used)s件・全 %(all)s件"),
    lambda: {"used": queries.own_adoptions().filter(queries.in_force()), "all": Component.objects.all()},
)
CATALOGUE = Summary(_("%(count)s件"), lambda: {"count": Component.objects.all()})
PARTIES = Summary(
    _("承認済 %(approved)s件・登録中 %(draft)s件"),
    lambda: {
        "approved": RelyingParty.objects.filter(status=RelyingPartyStatus.APPROVED),
        "draft": RelyingParty.objects.filter(status=RelyingPartyStatus.DRAFT),
    },
)


targets.register("services.component", _("共通部品"), lambda one: one.name)
targets.register(
    "services.release",
    _("版"),
    lambda one: f"{one.component.name} {one.version}",
    related=("component",),
)
targets.register("services.adoption", _("導入"), lambda one: one.component.name, related=("component",))
targets.register("services.relyingparty", _("連携サービス"), lambda one: one.name)
navigation.register(
    NavEntry(
        _("共通部品"),
        "services:components",
        PortalPermission.VIEW,
        order=40,
        summary=COMPONENTS,
    )
)
navigation.register(
    NavEntry(
        _("共通部品"),
        "services:catalogue",
        ServicesPermission.MANAGE_CATALOGUE,
        "secretariat",
        40,
        CATALOGUE,
    )
)
navigation.register(
    NavEntry(
        _("連携サービス"),
        "services:relying_parties",
        ServicesPermission.MANAGE_CATALOGUE,
        "secretariat",
        45,
        PARTIES,
    )
)
labels.register(
    {
        "component.registered": _("%(actor)sが共通部品を登録しました"),
        "release.published": _("%(actor)sが共通部品の新しい版を公開しました"),
        "component.adopted": _("%(actor)sが共通部品を導入しました"),
        "adoption.ended": _("%(actor)sが共通部品の利用を終了しました"),
        "relying_party.registered": _("%(actor)sが連携サービスを登録しました"),
        "relying_party.approved": _("%(actor)sが連携サービスを承認しました"),
        "relying_party.suspended": _("%(actor)sが連携サービスを停止しました"),
    }
)
