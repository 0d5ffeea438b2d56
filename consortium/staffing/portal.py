"""What staffing shows in the navigation and in 対応が必要, and its audit events as sentences."""

from datetime import timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from consortium.audit import labels
from consortium.membership.models import today
from consortium.membership.permissions import MembershipPermission
from consortium.tenancy.actor import Actor, ActorKind
from consortium.ui.registry import NavEntry, Task, TaskSource, navigation, tasks

from . import queries

SOON: Final = timedelta(days=30)
"""How long before it is due a review is shown as a task."""


def review_tasks(actor: Actor) -> list[Task]:
    if actor.kind is not ActorKind.STAFF or not actor.can(MembershipPermission.MANAGE_STAFF):
        return []
    assert actor.municipality_id is not None  # noqa: S101  # MANAGE_STAFF is held in a municipality only
    code = actor.municipality_code
    kind = _("アクセス権の棚卸し")
    review = queries.last_review()
    if review and review.finished_at is None:
        count = review.undecided
        label = ngettext(
            "職員%(count)s人のアクセス権を確認する", "職員%(count)s人のアクセス権を確認する", count
        )
        url = reverse("staffing:review", args=[code, review.pk])
        return [Task(label % {"count": count}, url, deadline=review.due_on, kind=kind)]
    due = queries.review_due_on(actor.municipality_id, review)
    if due is None or due > today() + SOON:
        return []
    return [
        Task(
            _("アクセス権の棚卸しを始める"), reverse("staffing:reviews", args=[code]), deadline=due, kind=kind
        )
    ]


tasks.register(TaskSource(review_tasks))
navigation.register(
    NavEntry(gettext_lazy("人事異動"), "staffing:changes", MembershipPermission.MANAGE_STAFF, "tenant", 86)
)
navigation.register(
    NavEntry(gettext_lazy("棚卸し"), "staffing:reviews", MembershipPermission.MANAGE_STAFF, "tenant", 87)
)
labels.register(
    {
        "planned_change.planned": gettext_lazy("%(actor)sが人事異動を予定しました"),
        "planned_change.cancelled": gettext_lazy("%(actor)sが人事異動の予定を取り消しました"),
        "planned_change.took_effect": gettext_lazy("人事異動が発令日を迎えました(%(actor)s)"),
        "access_review.interval_set": gettext_lazy("%(actor)sが棚卸しの間隔を変更しました"),
        "access_review.opened": gettext_lazy("%(actor)sがアクセス権の棚卸しを始めました"),
        "access_review.decided": gettext_lazy("%(actor)sがアクセス権を確認しました"),
        "access_review.finished": gettext_lazy("%(actor)sがアクセス権の棚卸しを完了しました"),
    }
)
