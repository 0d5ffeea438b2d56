"""The lists of staff, applications and members."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from consortium.language import place_name
from consortium.search import by_reading, match, search
from consortium.tenancy.models import Prefecture
from consortium.ui import cells
from consortium.ui.tables import Column, Table

from .forms import MemberFilter, StaffFilter
from .models import (
    ApiToken,
    ClosingDay,
    Deputy,
    Membership,
    MembershipApplication,
    StaffInvitation,
    StaffPost,
    today,
)
from .requests import tenant_of
from .roles import ROLES, names_of


class StaffTable(Table[StaffPost]):
    id = "staff"
    caption = _("在任中の職員")
    hide_caption = False
    filter_class = StaffFilter

    def columns(self) -> Iterable[Column[StaffPost]]:
        return (
            Column("name", _("氏名"), lambda post: post.user.name, head=True),
            Column("email", _("メールアドレス"), lambda post: post.user.email, sort=("user__email",)),
            Column("role", _("役割"), lambda post: ROLES[post.role].name, sort=("role", "user__name")),
            Column(
                "since",
                _("開始日"),
                lambda post: cells.day(post.starts_on),
                export=lambda post: post.starts_on,
                sort=("starts_on",),
                nowrap=True,
            ),
            Column("change", _("操作"), template="membership/parts/staff_change.html"),
        )

    def filtered(self, rows: QuerySet[StaffPost], chosen: dict[str, Any]) -> QuerySet[StaffPost]:
        if q := chosen.get("q"):
            rows = match(rows, q, "user__name", "user__email")
        return rows.filter(role=chosen["role"]) if "role" in chosen else rows


class ClosingDayTable(Table[ClosingDay]):
    id, caption, order = "closing-days", _("登録した休庁日"), "day"

    def columns(self) -> Iterable[Column[ClosingDay]]:
        return (
            Column("day", _("日付"), lambda one: cells.day(one.day), sort=("day",), head=True, nowrap=True),
            Column("reason", _("理由"), lambda one: one.reason),
            Column("change", _("操作"), template="membership/parts/remove_closing_day.html"),
        )


class ComingTable(Table[StaffPost]):
    """Who has accepted, or is to take over, but has not begun."""

    id = "coming"
    caption = _("着任予定の職員")
    hide_caption = False

    def columns(self) -> Iterable[Column[StaffPost]]:
        return (
            Column("name", _("氏名"), lambda post: post.user.name, head=True),
            Column("email", _("メールアドレス"), lambda post: post.user.email),
            Column("department", _("課"), lambda post: post.department),
            Column("role", _("役割"), lambda post: ROLES[post.role].name),
            Column("since", _("開始日"), lambda post: cells.day(post.starts_on), nowrap=True),
        )


class InvitationTable(Table[StaffInvitation]):
    id = "invitations"
    caption = _("回答待ちの招待")

    def columns(self) -> Iterable[Column[StaffInvitation]]:
        return (
            Column("name", _("氏名"), lambda one: one.name, head=True),
            Column("email", _("メールアドレス"), lambda one: one.email),
            Column("role", _("役割"), lambda one: names_of(one.roles)),
            Column(
                "since",
                _("開始日"),
                lambda one: cells.day(one.starts_on) if one.starts_on else _("回答した日"),
                nowrap=True,
            ),
            Column("until", _("有効期限"), lambda one: cells.moment(one.expires_at), nowrap=True),
            Column("revoke", _("操作"), template="membership/parts/invitation_revoke.html"),
        )


class DeputyTable(Table[Deputy]):
    id = "deputies"
    caption = _("定めている代理")
    hide_caption = False

    def columns(self) -> Iterable[Column[Deputy]]:
        return (
            Column("principal", _("不在の職員"), lambda one: one.principal.name, head=True),
            Column("deputy", _("代理者"), lambda one: one.user.name),
            Column("role", _("役割"), lambda one: ROLES[one.role].name),
            Column("period", _("期間"), _period, sort=("starts_on", "ends_on")),
            Column("reason", _("理由"), lambda one: one.reason),
            Column("withdraw", _("操作"), template="membership/parts/withdraw_deputy.html"),
        )


def _period(deputy: Deputy) -> object:
    runs = deputy.starts_on <= today()
    state = cells.tag(_("代理中"), "success") if runs else cells.tag(_("予定"), "info")
    return format_html("{} – {} {}", cells.day(deputy.starts_on), cells.day(deputy.ends_on), state)


class TokenTable(Table[ApiToken]):
    """Those that hold."""

    id = "tokens"
    caption: ClassVar[StrOrPromise] = _("有効なトークン")
    hide_caption = False

    def columns(self) -> Iterable[Column[ApiToken]]:
        return (
            Column("name", _("使うシステムの名前"), self._link, head=True),
            Column("ending", _("末尾の4文字"), lambda one: format_html("<code>{}</code>", one.ending)),
            Column("until", _("有効期限"), lambda one: cells.day(one.expires_at), sort=("expires_at",)),
            Column("used", _("最後の利用"), _used, sort=("last_used_at",)),
        )

    def _link(self, token: ApiToken) -> object:
        code = tenant_of(self.request).code  # type: ignore[arg-type]  # of the portal
        return cells.link(token.name, reverse("membership:api_token", args=[code, token.pk]))


class EndedTokenTable(TokenTable):
    id, prefix = "ended", "ended-"
    caption = _("期限切れ・失効したトークン")

    def columns(self) -> Iterable[Column[ApiToken]]:
        name, ending, *_dates = super().columns()
        state = Column[ApiToken](
            "state", _("状態"), lambda one: _("失効") if one.revoked_at else _("期限切れ")
        )
        return (name, ending, state)


def _used(token: ApiToken) -> object:
    return cells.moment(token.last_used_at) if token.last_used_at else _("まだ使われていません")


class ApplicationTable(Table[MembershipApplication]):
    id = "applications"
    caption = _("参画申請の一覧")
    order = "received"

    def columns(self) -> Iterable[Column[MembershipApplication]]:
        return (
            Column("name", _("自治体"), _application_link, sort=by_reading("municipality__kana"), head=True),
            Column("code", _("団体コード"), lambda one: one.municipality.code, sort=("municipality__code",)),
            Column("prefecture", _("都道府県"), lambda one: place_name(one.municipality.prefecture)),
            Column("contact", _("担当者氏名"), lambda one: one.contact_name),
            Column(
                "received",
                _("受付日時"),
                lambda one: cells.moment(one.received_at),
                export=lambda one: one.received_at,
                sort=("received_at",),
                nowrap=True,
            ),
        )


def _application_link(application: MembershipApplication) -> object:
    url = reverse("membership:application", args=[application.pk])
    return cells.link(place_name(application.municipality), url)


class MemberTable(Table[Membership]):
    id = "members"
    caption = _("参画している自治体")
    order = "prefecture"
    filter_class = MemberFilter

    def columns(self) -> Iterable[Column[Membership]]:
        reading = by_reading("municipality__kana")
        return (
            Column(
                "name",
                _("自治体"),
                _member_name,
                export=lambda one: place_name(one.municipality),
                sort=reading,
                head=True,
            ),
            Column("code", _("団体コード"), lambda one: one.municipality.code, sort=("municipality__code",)),
            Column(
                "prefecture",
                _("都道府県"),
                lambda one: place_name(one.municipality.prefecture),
                sort=("municipality__prefecture_id", *reading),
            ),
            Column(
                "standing", _("資格"), lambda one: one.get_standing_display(), sort=("standing", *reading)
            ),
            Column(
                "since",
                _("参画開始日"),
                lambda one: cells.day(one.starts_on),
                export=lambda one: one.starts_on,
                sort=("starts_on",),
                nowrap=True,
            ),
        )

    def make_form(self, data: Any) -> MemberFilter:
        held = Prefecture.objects.filter(code__in=self.all_rows.values("municipality__prefecture"))
        return MemberFilter(data, prefectures=[(one.code, place_name(one)) for one in held.order_by("code")])

    def filtered(self, rows: QuerySet[Membership], chosen: dict[str, Any]) -> QuerySet[Membership]:
        if q := chosen.get("q"):
            rows = search(rows, q, of="municipality__")
        if prefecture := chosen.get("prefecture"):
            rows = rows.filter(municipality__prefecture=prefecture)
        return rows.filter(standing=chosen["standing"]) if "standing" in chosen else rows


def _member_name(member: Membership) -> object:
    municipality = member.municipality
    return cells.named(place_name(municipality), municipality.kana)
