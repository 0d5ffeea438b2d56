"""Lists about single sign-on."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consortium.language import place_name
from consortium.ui import cells
from consortium.ui.tables import Column, Table

from .models import SsoDomain


class DomainTable(Table[SsoDomain]):
    id = "domains"
    caption = _("シングルサインオンのドメインの一覧")

    def columns(self) -> Iterable[Column[SsoDomain]]:
        return (
            Column("domain", _("ドメイン"), _link, sort=("domain",), head=True),
            Column("municipality", _("自治体"), lambda one: place_name(one.municipality)),
            Column("by", _("登録した人"), lambda one: one.asked_by),
            Column(
                "asked",
                _("登録日時"),
                lambda one: cells.moment(one.asked_at),
                sort=("asked_at",),
                nowrap=True,
            ),
        )


def _link(one: SsoDomain) -> object:
    return cells.link(one.domain, reverse("sso:domain", args=[one.pk]))
