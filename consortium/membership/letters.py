"""Notices of the secretariat about membership."""

from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consortium.dates import formal_date
from consortium.documents.letters import letter
from consortium.documents.paper import Paper
from consortium.language import in_language

from .models import Membership


def admission_notice(membership: Membership, decided_on: date) -> bytes:
    """参画承認通知書, in the language of the thread."""
    municipality = membership.municipality
    prefecture = municipality.prefecture
    name = in_language(municipality.name, municipality.romaji)
    paper = Paper(
        title=_("参画の承認について(通知)"),
        issuer=pgettext("letter", "%(site)s 事務局") % {"site": settings.SITE_NAME},
        issued_on=decided_on,
        number=membership.resolution,
        addressee=_("%(municipality)s長 様") % {"municipality": name},
        contact=_("事務局"),
        facts=[
            (_("団体"), f"{in_language(prefecture.name, prefecture.romaji)} {name}"),
            (_("団体コード"), municipality.code),
            (_("議決番号"), membership.resolution),
            (_("参画の開始日"), formal_date(membership.starts_on)),
        ],
        fictional=municipality.fictional,
    )
    text = _("申請のありました参画について、下記のとおり承認しましたので通知します。")
    after = _("最初の管理者となる担当者には、別に招待のメールを送っています。")
    return letter(paper, body=[text], after=[after])
