"""The lists of transfers and reviews."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.membership.models import User
from consortium.membership.requests import tenant_of
from consortium.membership.roles import ROLES
from consortium.ui import cells
from consortium.ui.parts import Tone
from consortium.ui.tables import Column, Table

from .models import AccessReview, AccessReviewItem, Decision, PlannedChange, State

STATE_TONES: dict[str, Tone] = {State.PLANNED: "info", State.DONE: "success", State.CANCELLED: ""}
DECISION_TONES: dict[str, Tone] = {
    Decision.OPEN: "warning",
    Decision.KEEP: "success",
    Decision.CHANGE: "info",
    Decision.END: "danger",
}
FACTORS = {"webauthn": gettext_lazy("パスキー"), "totp": gettext_lazy("認証アプリ")}


def person(user: User | None) -> str:
    return str(user) if user else "—"


def role_name(key: str) -> str:
    return str(ROLES[key].name) if key in ROLES else key


def role_names(keys: Iterable[str]) -> str:
    return _("、").join(role_name(key) for key in keys)


def factor_names(item: AccessReviewItem) -> str:
    named = [str(FACTORS.get(one, one)) for one in item.factors]
    return _("、").join(named) or _("なし")


def means(item: AccessReviewItem) -> str:
    """Second factors, and the municipality's provider."""
    linked = [_("自治体のアカウント")] if item.sso else []
    return _("、").join([*(str(FACTORS.get(one, one)) for one in item.factors), *linked]) or _(
        "パスワードのみ"
    )


def state_of(change: PlannedChange) -> object:
    if change.state == State.PLANNED and not change.is_seamless:
        return cells.tag(_("空白または重複あり"), "warning")
    return cells.tag(change.get_state_display(), STATE_TONES[change.state])


class ChangeTable(Table[PlannedChange]):
    id = "changes"
    caption = gettext_lazy("これからの異動")
    order = "on"

    def columns(self) -> Iterable[Column[PlannedChange]]:
        return (
            Column(
                "on",
                _("発令日"),
                self._link,
                sort=("effective_on", "role"),
                head=True,
                nowrap=True,
                export=lambda one: one.effective_on,
            ),
            Column("role", _("役割"), lambda one: role_name(one.role), sort=("role", "effective_on")),
            Column("department", _("課"), lambda one: one.department, sort=("department", "effective_on")),
            Column("leaver", _("前任者"), lambda one: person(one.leaver)),
            Column("successor", _("後任者"), lambda one: person(one.successor)),
            Column("note", _("備考"), lambda one: one.note),
            Column("state", _("状態"), state_of, export=lambda one: one.get_state_display()),
        )

    def _link(self, change: PlannedChange) -> object:
        code = tenant_of(self.request).code  # type: ignore[arg-type]  # the portal's request
        return cells.link(cells.day(change.effective_on), reverse("staffing:change", args=[code, change.pk]))


class ReviewTable(Table[AccessReview]):
    id = "reviews"
    caption = gettext_lazy("これまでの棚卸し")
    order = "-opened"

    def columns(self) -> Iterable[Column[AccessReview]]:
        return (
            Column(
                "opened",
                _("開始日"),
                self._link,
                sort=("opened_at",),
                head=True,
                nowrap=True,
                export=lambda one: one.opened_at,
            ),
            Column("by", _("開始した人"), lambda one: one.opened_by),
            Column("due", _("期限"), lambda one: cells.day(one.due_on), nowrap=True),
            Column("people", _("対象"), lambda one: cells.number(one.people), number=True),
            Column("undecided", _("未確認"), lambda one: cells.number(one.undecided), number=True),
            Column(
                "finished",
                _("完了日時"),
                lambda one: cells.moment(one.finished_at) if one.finished_at else "—",
            ),
        )

    def _link(self, review: AccessReview) -> object:
        code = tenant_of(self.request).code  # type: ignore[arg-type]  # the portal's request
        return cells.link(cells.day(review.opened_at), reverse("staffing:review", args=[code, review.pk]))


class ItemTable(Table[AccessReviewItem]):
    id = "items"
    caption = gettext_lazy("職員とアクセス権")
    dense = True

    def columns(self) -> Iterable[Column[AccessReviewItem]]:
        return (
            Column(
                "name",
                _("氏名"),
                lambda one: cells.stacked(one.name, one.email),
                export=lambda one: f"{one.name} <{one.email}>",
                sort=("name",),
                head=True,
                nowrap=True,
            ),
            Column("department", _("課"), lambda one: one.department, sort=("department", "name")),
            Column("roles", _("役割"), lambda one: role_names(one.roles), nowrap=True),
            Column(
                "last",
                _("最終サインイン"),
                lambda one: cells.day(one.last_sign_in) if one.last_sign_in else _("なし"),
                sort=("last_sign_in", "name"),
            ),
            Column("means", _("サインインの方法"), means),
            Column("deputies", _("代理"), lambda one: _("、").join(one.deputies) or "—"),
            Column(
                "decision",
                _("判断"),
                lambda one: cells.tag(
                    one.get_decision_display() or _("未確認"), DECISION_TONES[one.decision]
                ),
                sort=("decision", "name"),
            ),
            Column("decide", _("操作"), template="staffing/_decide.html"),
        )
