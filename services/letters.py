"""Notices of the secretariat to those who run third-party services."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consortium.dates import formal_date
from consortium.documents.letters import letter
from consortium.documents.paper import Paper
from consortium.domain.calendar import FiscalYear
from services.models import RelyingParty


def approval_notice(party: RelyingParty, attributes: list[str]) -> bytes:
    """連携承認通知書, in the language of the thread. attributes: names of what the service may ask for."""
    decided_on = timezone.localdate(party.decided_at)
    paper = Paper(
        title=_("連携サービスの承認について(通知)"),
        issuer=pgettext("letter", "%(site)s 事務局") % {"site": settings.SITE_NAME},
        issued_on=decided_on,
        number=_("%(year)s 連携 %(number)s")
        % {"year": FiscalYear.of(decided_on).wareki, "number": party.client_id[:8]},
        addressee=_("%(name)s 御中") % {"name": party.component.provider},
        contact=_("事務局"),
        facts=[
            (_("連携サービス"), party.name),
            (_("分野"), str(party.get_sector_display())),
            (_("クライアントID"), party.client_id),
            (_("利用目的"), party.purpose),
            (_("求める属性"), _("、").join(attributes) or _("なし")),
            (_("承認日"), formal_date(decided_on)),
        ],
    )
    text = _("登録のありました連携サービスについて、下記のとおり承認しましたので通知します。")
    after = _("利用目的や求める属性を変えるときは、あらかじめ事務局に連絡してください。")
    return letter(paper, body=[text], after=[after])
