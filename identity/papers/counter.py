"""What a resident takes home from the counter: the notice of her registration, and the slip with her code."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from consortium.dates import calendar_time, formal_date
from consortium.documents.paper import Paper
from consortium.documents.typesetting import render
from consortium.domain.calendar import FiscalYear
from consortium.language import in_language
from consortium.tenancy.models import Municipality
from identity.domain.enrolment_code import grouped
from identity.qr import qr_file
from identity.queries.counter import Case

TEMPLATE: Final = Path(__file__).with_name("counter.typ")


def enrolment_paper(municipality: Municipality, name: str, case: Case, code: str, url: str) -> bytes:
    """PDF of two sheets, in the language of the thread. name: the one personal thing on it. code: canonical,
    known at this moment alone. url: where it is typed in."""
    today = timezone.localdate()
    office = in_language(municipality.name, municipality.romaji)
    paper = Paper(
        title=_("デジタルIDの登録について(通知)"),
        issuer=pgettext("letter", "%(municipality)s長") % {"municipality": office},
        issued_on=today,
        number=_("%(year)s デジタルID %(number)s")
        % {"year": FiscalYear.of(today).wareki, "number": case.number},
        addressee=_("%(name)s 様") % {"name": name},
        contact=_("%(municipality)s デジタルID窓口") % {"municipality": office},
        facts=_facts(case, url),
        fictional=municipality.fictional,
    )
    body = [
        _(
            "窓口で申出のありましたデジタルIDの登録について、本人確認を終えましたので、下記のとおり通知します。"
        )
    ]
    data = paper.data(body=body, after=_after(), slip=_slip(office, case, code, url))
    return render(TEMPLATE, data, made_at=datetime.combine(today, time(), UTC))


def _facts(case: Case, url: str) -> list[tuple[str, str]]:
    return [
        (_("受付番号"), case.number),
        (_("本人確認の日"), formal_date(case.confirmed_at) if case.confirmed_at else ""),
        (_("登録の方法"), _("別紙の登録票の登録コードを %(url)s に入力する") % {"url": url}),
        (_("登録の期限"), formal_date(case.code_expires_at) if case.code_expires_at else ""),
    ]


def _after() -> list[str]:
    return [
        _(
            "スマートフォンやパソコンをお持ちでないときは、この通知書と登録票を持って窓口にお越しください。登録をお手伝いします。"
        ),
        _("お心当たりのないときは、登録コードを使用せず、担当までお知らせください。"),
    ]


def _slip(office: str, case: Case, code: str, url: str) -> dict[str, Any]:
    return {
        "title": _("デジタルID登録票"),
        "lead": _("通知書とは別に保管し、登録を終えたら裁断して捨ててください。"),
        "office": _("%(municipality)s 受付番号 %(number)s") % {"municipality": office, "number": case.number},
        "code-label": _("登録コード"),
        "code": grouped(code),
        "until": _("%(time)sまで、1回だけ使用できます。") % {"time": calendar_time(case.code_expires_at)},
        "url": url,
        "qr": qr_file(url),
        "qr-label": _("登録ページのQRコード"),
        "steps": [
            _("本人のスマートフォンまたはパソコンで、枠の中のアドレスを開きます。"),
            _("登録コードを入力します。"),
            _("画面に従い、パスキー（指紋、顔または暗証番号）を登録します。"),
        ],
        "after": [_("登録コードを他人に教えないでください。なくしたときは、窓口で再交付を受けてください。")],
    }
