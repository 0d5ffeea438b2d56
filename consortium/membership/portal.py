"""What membership shows in the navigation and in 対応が必要."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from consortium.audit import targets
from consortium.language import place_name
from consortium.tenancy.actor import Actor, ActorKind
from consortium.ui.registry import NavEntry, Summary, Task, TaskSource, navigation, tasks
from consortium.ui.stored import phrase

from . import (
    account_queries,
    audit_labels,  # noqa: F401  # registers them
    queries,
)
from .actions import confirmable
from .models import ApplicationStatus
from .permissions import MembershipPermission, PortalPermission


def applications_to_decide(actor: Actor) -> list[Task]:
    if actor.kind is not ActorKind.SECRETARIAT or not actor.can(MembershipPermission.ADMIT):
        return []
    return [
        Task(
            label=phrase(
                _("%(municipality)sの参画申請を審査する"), municipality=place_name(application.municipality)
            ),
            url=reverse("membership:application", args=[application.pk]),
            kind=_("参画申請"),
        )
        for application in queries.applications(ApplicationStatus.RECEIVED)[:20]
    ]


def recoveries_to_confirm(actor: Actor) -> list[Task]:
    """Those for which this actor can be the second person."""
    if not actor.can(MembershipPermission.RECOVER_ACCOUNTS):
        return []
    code = actor.municipality_code
    by = actor.exercising(MembershipPermission.RECOVER_ACCOUNTS)
    waiting = [one for one in account_queries.recoveries(in_municipality=bool(code)) if one.waits]
    return [
        Task(
            label=phrase(_("%(name)sさんのアカウントの回復を確認する"), name=one.user.name),
            url=reverse("membership:recovery", args=[code, one.pk])
            if code
            else reverse("membership:secretariat_recovery", args=[one.pk]),
            kind=_("アカウントの回復"),
        )
        for one in confirmable(by, waiting)
    ]


tasks.register(TaskSource(applications_to_decide))
tasks.register(TaskSource(recoveries_to_confirm))
navigation.register(
    NavEntry(
        gettext_lazy("アカウントの回復"),
        "membership:recoveries",
        MembershipPermission.RECOVER_ACCOUNTS,
        "tenant",
        87,
    )
)
navigation.register(
    NavEntry(
        gettext_lazy("アカウントの回復"),
        "membership:secretariat_recoveries",
        MembershipPermission.RECOVER_ACCOUNTS,
        "secretariat",
        25,
    )
)


MEMBERS = Summary(
    ngettext_lazy("%(count)s団体", "%(count)s団体", "count"), lambda: {"count": queries.members()}
)
STAFF = Summary(
    gettext_lazy("在任 %(staff)s人・回答待ち %(invited)s人"),
    lambda: {"staff": queries.staff_posts(), "invited": queries.open_staff_invitations()},
)
APPLICATIONS = Summary(
    gettext_lazy("審査待ち %(count)s件"), lambda: {"count": queries.applications(ApplicationStatus.RECEIVED)}
)


targets.register("membership.user", gettext_lazy("アカウント"), lambda user: user.name)
targets.register("membership.staffpost", gettext_lazy("職員"), lambda post: post.user.name, related=("user",))
targets.register("membership.staffinvitation", gettext_lazy("招待"), lambda one: one.name)
targets.register(
    "membership.membership",
    gettext_lazy("会員"),
    lambda one: place_name(one.municipality),
    related=("municipality",),
)
targets.register(
    "membership.membershipapplication",
    gettext_lazy("参画申請"),
    lambda one: place_name(one.municipality),
    related=("municipality",),
)
targets.register("membership.closingday", gettext_lazy("休庁日"), lambda one: one.reason)
targets.register("membership.branding", gettext_lazy("画面の色と表示名"), str)
navigation.register(
    NavEntry(
        gettext_lazy("会員一覧"),
        "membership:members",
        PortalPermission.VIEW,
        "tenant",
        80,
        MEMBERS,
    )
)
navigation.register(
    NavEntry(
        gettext_lazy("職員"),
        "membership:staff",
        MembershipPermission.MANAGE_STAFF,
        "tenant",
        85,
        STAFF,
    )
)
navigation.register(
    NavEntry(gettext_lazy("不在時の代理"), "membership:deputies", PortalPermission.VIEW, "tenant", 86)
)
navigation.register(
    NavEntry(
        gettext_lazy("休庁日"), "membership:closing_days", MembershipPermission.MANAGE_CALENDAR, "tenant", 94
    )
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
        gettext_lazy("参画申請"),
        "membership:applications",
        MembershipPermission.ADMIT,
        "secretariat",
        10,
        APPLICATIONS,
    )
)
navigation.register(
    NavEntry(
        gettext_lazy("会員一覧"),
        "membership:secretariat_members",
        PortalPermission.VIEW,
        "secretariat",
        20,
        MEMBERS,
    )
)
