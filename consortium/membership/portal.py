"""What membership shows in the navigation and in 対応が必要."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.tenancy.actor import Actor, ActorKind
from consortium.ui.registry import NavEntry, Task, TaskSource, navigation, tasks

from . import (
    audit_labels,  # noqa: F401  # registers them
    queries,
)
from .models import ApplicationStatus
from .permissions import MembershipPermission, PortalPermission


def applications_to_decide(actor: Actor) -> list[Task]:
    if actor.kind is not ActorKind.SECRETARIAT or not actor.can(MembershipPermission.ADMIT):
        return []
    return [
        Task(
            label=_("%(municipality)sの参画申請を審査する") % {"municipality": application.municipality},
            url=reverse("membership:application", args=[application.pk]),
            kind=_("参画申請"),
        )
        for application in queries.applications(ApplicationStatus.RECEIVED)[:20]
    ]


tasks.register(TaskSource(applications_to_decide))
navigation.register(
    NavEntry(gettext_lazy("会員一覧"), "membership:members", PortalPermission.VIEW, "tenant", 80)
)
navigation.register(
    NavEntry(gettext_lazy("職員"), "membership:staff", MembershipPermission.MANAGE_STAFF, "tenant", 85)
)
navigation.register(
    NavEntry(gettext_lazy("不在時の代理"), "membership:deputies", PortalPermission.VIEW, "tenant", 86)
)
navigation.register(
    NavEntry(
        gettext_lazy("画面の色と表示名"),
        "membership:branding",
        MembershipPermission.MANAGE_BRANDING,
        "tenant",
        95,
    )
)
navigation.register(
    NavEntry(
        gettext_lazy("APIトークン"), "membership:tokens", MembershipPermission.MANAGE_TOKENS, "tenant", 890
    )
)
navigation.register(
    NavEntry(
        gettext_lazy("参画申請"), "membership:applications", MembershipPermission.ADMIT, "secretariat", 10
    )
)
navigation.register(
    NavEntry(
        gettext_lazy("会員一覧"), "membership:secretariat_members", PortalPermission.VIEW, "secretariat", 20
    )
)
