"""What single sign-on shows in the navigation, and its audit events as sentences."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.audit import labels, targets
from consortium.language import place_name
from consortium.membership.permissions import MembershipPermission
from consortium.tenancy.actor import Actor, ActorKind
from consortium.ui.registry import NavEntry, Task, TaskSource, navigation, tasks

from . import queries
from .models import DomainState

MOST_TASKS: Final = 20

navigation.register(
    NavEntry(_("シングルサインオン"), "sso:settings", MembershipPermission.MANAGE_STAFF, "tenant", 88)
)
navigation.register(
    NavEntry(_("シングルサインオンのドメイン"), "sso:domains", MembershipPermission.ADMIT, "secretariat", 27)
)


def domains_to_confirm(actor: Actor) -> list[Task]:
    if actor.kind is not ActorKind.SECRETARIAT or not actor.can(MembershipPermission.ADMIT):
        return []
    return [
        Task(
            label=gettext("%(municipality)sのドメイン「%(domain)s」を確認する")
            % {"municipality": place_name(one.municipality), "domain": one.domain},
            url=reverse("sso:domain", args=[one.pk]),
            kind=gettext("シングルサインオン"),
        )
        for one in queries.asked_domains(DomainState.WAITING)[:MOST_TASKS]
    ]


tasks.register(TaskSource(domains_to_confirm))
targets.register("sso.ssodomain", _("ドメイン"), str)
labels.register(
    {
        "sso.domain_confirmed": _("%(actor)sがシングルサインオンのドメインを確認しました"),
        "sso.domain_refused": _("%(actor)sがシングルサインオンのドメインを認めませんでした"),
        "sso.domain_withdrawn": _("%(actor)sがシングルサインオンのドメインの確認を取り消しました"),
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
