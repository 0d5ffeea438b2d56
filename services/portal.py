"""What this product shows on the portal."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.api.guide import PRODUCT_GUIDES, Guide
from consortium.audit import labels, targets
from consortium.membership.permissions import PortalPermission
from consortium.tenancy.actor import Actor, ActorKind
from consortium.ui.registry import NavEntry, Summary, Task, TaskSource, navigation, tasks
from consortium.ui.stored import phrase

from . import queries
from .models import Component, RelyingParty, RelyingPartyStatus
from .permissions import ServicesPermission

COMPONENTS = Summary(
    _("導入済 %(used)s件・全 %(all)s件"),
    lambda: {"used": queries.own_adoptions().filter(queries.in_force()), "all": Component.objects.all()},
)
CATALOGUE = Summary(_("%(count)s件"), lambda: {"count": Component.objects.all()})
PARTIES = Summary(
    _("承認済 %(approved)s件・承認待ち %(draft)s件"),
    lambda: {
        "approved": RelyingParty.objects.filter(status=RelyingPartyStatus.APPROVED),
        "draft": RelyingParty.objects.filter(status=RelyingPartyStatus.DRAFT),
    },
)
SHOWN = 20


def to_approve(actor: Actor) -> list[Task]:
    """Registrations and changes of colleagues that wait for a second pair of eyes."""
    if actor.kind is not ActorKind.SECRETARIAT or not actor.can(ServicesPermission.MANAGE_CATALOGUE):
        return []
    persons = actor.exercising(ServicesPermission.MANAGE_CATALOGUE).persons
    new = [one for one in queries.drafts()[:SHOWN] if not persons & set(one.registered_by)]
    changed = [one for one in queries.open_changes()[:SHOWN] if not persons & set(one.proposed_by)]
    lines = [(one, gettext("連携サービス「%(name)s」の登録を承認する")) for one in new]
    lines += [(one.relying_party, gettext("連携サービス「%(name)s」の変更を承認する")) for one in changed]
    return [
        Task(
            label=phrase(text, name=party.name),
            url=reverse("services:relying_party", args=[party.client_id]),
            kind=gettext("連携サービス"),
        )
        for party, text in lines
    ]


PRODUCT_GUIDES.append(
    (
        "services:guide",
        "sign-in",
        Guide("services", _("連携サービスの開発"), _("住民のサインインをOpenID Connectで任せるまで。")),
    )
)
tasks.register(TaskSource(to_approve))
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
        "relying_party.resumed": _("%(actor)sが連携サービスを再開しました"),
        "relying_party.changed": _("%(actor)sが連携サービスの登録内容を変更しました"),
        "relying_party.change_proposed": _("%(actor)sが連携サービスの変更を申請しました"),
        "relying_party.change_approved": _("%(actor)sが連携サービスの変更を承認しました"),
        "relying_party.change_declined": _("%(actor)sが連携サービスの変更を却下しました"),
        "relying_party.secret_issued": _("%(actor)sが連携サービスの共有鍵を発行しました"),
        "relying_party.keys_replaced": _("%(actor)sが連携サービスの公開鍵を登録し直しました"),
    }
)
