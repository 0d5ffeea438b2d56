"""Staff and transfers from a file, one row each."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from consortium.domain.text import search_key
from consortium.membership.models import StaffInvitation, User, today
from consortium.membership.permissions import MembershipPermission
from consortium.membership.queries import open_staff_invitations
from consortium.membership.roles import MUNICIPAL_ROLES, ROLES, names_of
from consortium.tabular import parsers
from consortium.tabular.columns import Column, Problem, Row
from consortium.tabular.importer import Effect, Importer, repeated
from consortium.ui.parts import Crumb

from . import queries
from .actions import MOST, Change, Invited, invite_many, plan_changes
from .actions.changes import check_change

_SEPARATORS = re.compile(r"[、,;/・\n]")
_EMAIL = forms.EmailField(error_messages={"invalid": gettext_lazy("メールアドレスの形が正しくありません。")})


def address(text: str) -> str:
    return str(_EMAIL.clean(text.translate(_HALF_WIDTH))).lower()


_HALF_WIDTH = {ord("＠"): "@", ord("．"): "."}


def role(text: str) -> str:
    """The key of a role by its key or its name in either language."""
    found = _role_names().get(search_key(text))
    if found is None:
        names = _("、").join(str(one.name) for one in MUNICIPAL_ROLES.values())
        message = _("「%(role)s」という役割はありません。%(names)sのいずれかを入力してください。")
        raise ValidationError(message % {"role": text, "names": names}, code="unknown_role")
    return found


def roles(text: str) -> list[str]:
    return list(dict.fromkeys(role(part) for part in _SEPARATORS.split(text) if part.strip()))


def _role_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            names |= {search_key(str(one.name)): one.key for one in MUNICIPAL_ROLES.values()}
    return names | {key: key for key in MUNICIPAL_ROLES}


def shown_roles(keys: Sequence[str]) -> str:
    return _("、").join(str(ROLES[key].name) for key in keys)


class _OfStaff(Importer):
    permission = MembershipPermission.MANAGE_STAFF
    dangerous = True

    def crumbs(self, **path: Any) -> list[Crumb]:
        return [Crumb(_("職員"), reverse("membership:staff", kwargs=path))]


class StaffImporter(_OfStaff):
    kind = "staffing.staff"
    title = gettext_lazy("職員の一括招待")
    lead = gettext_lazy(
        "職員ごとに1行で、まとめて招待します。取り込むと、それぞれの宛先に招待のメールを送ります。"
    )
    columns = (
        Column(
            "email",
            gettext_lazy("メールアドレス"),
            address,
            aliases=("アドレス", "mail", "e-mail"),
            example="yamada@city.example.lg.jp",
        ),
        Column("name", gettext_lazy("氏名"), parsers.plain_text(60), example="山田 花子"),
        Column(
            "kana",
            gettext_lazy("氏名のふりがな"),
            parsers.plain_text(60),
            required=False,
            aliases=("ふりがな", "フリガナ", "カナ", "氏名カナ"),
            example="やまだ はなこ",
            fallback="",
        ),
        Column(
            "department",
            gettext_lazy("課"),
            parsers.plain_text(60),
            required=False,
            aliases=("所属", "部署", "課名"),
            example="情報政策課",
            fallback="",
        ),
        Column(
            "roles",
            gettext_lazy("役割"),
            roles,
            help=format_lazy(
                gettext_lazy("{roles}。2つ以上は「、」で区切る"), roles=lazy(names_of, str)(MUNICIPAL_ROLES)
            ),
            example="起案者",
            show=shown_roles,
        ),
        Column(
            "starts_on",
            gettext_lazy("開始日"),
            parsers.day,
            required=False,
            aliases=("着任日", "発令日", "適用日"),
            help=gettext_lazy("空欄のときは、招待に応じた日"),
            example="",
        ),
    )

    def check(self, rows: Sequence[Row]) -> Iterator[Problem]:
        yield from repeated(rows, lambda row: row.values["email"], self.column("email"))
        for row in rows[MOST:]:
            message = _("一度に招待できるのは%(most)s人までです。ファイルを分けてください。")
            yield row.problem(None, message % {"most": MOST})
        for row in rows:
            held = self._held.get(row.values["email"])
            if held is not None:
                message = _(
                    "既に職員です(%(roles)s)。役割は「職員」のページで変更し、この行を削除してください。"
                )
                yield row.problem(self.column("email"), message % {"roles": shown_roles(held)})

    def effect(self, row: Row) -> Effect:
        earlier = self._invited.get(row.values["email"])
        if earlier is None:
            return Effect.NEW
        return Effect.SAME if _as_row(earlier) == row.values else Effect.CHANGED

    def apply(self, rows: Sequence[Row]) -> None:
        new = [row for row in rows if self.effect(row) is not Effect.SAME]
        invite_many(by=self.by, people=[Invited(**row.values) for row in new])

    @cached_property
    def _held(self) -> dict[str, list[str]]:
        posts = queries.not_over(today()).values_list("user__email", "role")
        return queries.by_user(posts)

    @cached_property
    def _invited(self) -> dict[str, StaffInvitation]:
        """The latest counts."""
        return {one.email: one for one in open_staff_invitations().order_by("created_at")}


def _as_row(invitation: StaffInvitation) -> dict[str, Any]:
    names = ("email", "name", "kana", "department", "roles", "starts_on")
    return {name: getattr(invitation, name) for name in names}


class ChangeImporter(_OfStaff):
    kind = "staffing.changes"
    title = gettext_lazy("人事異動の取込")
    lead = gettext_lazy("異動ごとに1行で、前任者から後任者へ役割を引き継ぐ予定をまとめて登録します。")
    columns = (
        Column(
            "effective_on",
            gettext_lazy("発令日"),
            parsers.day,
            aliases=("異動日", "適用日"),
            help=gettext_lazy("明日から2年以内の日"),
            example="令和9年4月1日",
        ),
        Column("role", gettext_lazy("役割"), role, example="決裁者", show=lambda key: ROLES[key].name),
        Column(
            "department",
            gettext_lazy("課"),
            parsers.plain_text(60),
            required=False,
            aliases=("所属", "部署"),
            example="情報政策課",
            fallback="",
        ),
        Column(
            "leaver",
            gettext_lazy("前任者のメールアドレス"),
            address,
            required=False,
            aliases=("前任者", "前任"),
            help=gettext_lazy("新しく任じるときは空欄"),
            example="suzuki@city.example.lg.jp",
        ),
        Column(
            "successor",
            gettext_lazy("後任者のメールアドレス"),
            address,
            required=False,
            aliases=("後任者", "後任"),
            help=gettext_lazy("後任がいないときは空欄"),
            example="yamada@city.example.lg.jp",
        ),
        Column(
            "note", gettext_lazy("備考"), parsers.plain_text(200), required=False, example="", fallback=""
        ),
    )

    def check(self, rows: Sequence[Row]) -> Iterator[Problem]:
        for row in rows:
            yield from self._check(row)
        for name in ("leaver", "successor"):
            named = [row for row in rows if row.values[name]]
            yield from repeated(named, lambda row: (row.values[name], row.values["role"]), self.column(name))  # noqa: B023

    def _check(self, row: Row) -> Iterator[Problem]:
        unknown = [
            name
            for name in ("leaver", "successor")
            if row.values[name] and row.values[name] not in self._people
        ]
        for name in unknown:
            message = _("このアドレスの職員はいません。先に招待し、招待に応じてもらってください。")
            yield row.problem(self.column(name), message)
        if unknown:
            return
        try:
            check_change(self._change(row))
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                yield from (row.problem(self.column(name), text) for text in texts)

    def apply(self, rows: Sequence[Row]) -> None:
        plan_changes(by=self.by, changes=[self._change(row) for row in rows])

    def crumbs(self, **path: Any) -> list[Crumb]:
        return [*super().crumbs(**path), Crumb(_("人事異動"), reverse("staffing:changes", kwargs=path))]

    def _change(self, row: Row) -> Change:
        values = row.values
        kept = {name: values[name] for name in ("role", "effective_on", "department", "note")}
        leaver, successor = (self._people.get(values[name] or "") for name in ("leaver", "successor"))
        return Change(**kept, leaver=leaver, successor=successor)

    @cached_property
    def _people(self) -> dict[str, User]:
        return by_email(queries.serving())


def by_email(people: Iterable[User]) -> dict[str, User]:
    return {str(person.email): person for person in people}
