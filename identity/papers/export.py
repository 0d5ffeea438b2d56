"""The resident's own data on paper: the same export, in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.dates import calendar_date, calendar_time
from consortium.documents.paper import Paper
from consortium.documents.typesetting import render
from identity.labels import listed
from identity.models import CitizenStatus, ConsentKind, ProofingMethod, Sex
from identity.queries.uses import OTHER_DEED, PURPOSES, STAFF_DEEDS

TEMPLATE: Final = Path(__file__).with_name("export.typ")
Row = Mapping[str, Any]
Section = dict[str, Any]


def export_paper(export: Mapping[str, Any]) -> bytes:
    """PDF/UA of what `actions.my_data.export_data` gives, in the language of the thread."""
    tables: Mapping[str, Sequence[Row]] = export["tables"]
    now = timezone.now()
    paper = Paper(
        title=_("私の情報"),
        issuer=settings.SITE_NAME,
        issued_on=timezone.localdate(now),
    )
    body = [
        _(
            "デジタルIDについて記録しているあなたの情報です。"
            "すべての項目は、JSON形式のファイルで受け取ることができます。"
        )
    ]
    sections = [
        _person(tables),
        _proofings(tables["identity.proofing"]),
        _consents(tables["identity.consentevent"]),
        _disclosures(tables["identity.disclosure"]),
        _staff(tables["audit.event"]),
        _rest(tables),
    ]
    return render(
        TEMPLATE, paper.data(body=body, sections=sections, none=_("記録はありません。")), made_at=now
    )


def _section(
    title: str,
    *,
    facts: Sequence[tuple[str, str]] = (),
    columns: Sequence[str] = (),
    widths: Sequence[int] = (),
    rows: Sequence[Sequence[str]] = (),
) -> Section:
    labelled = [{"label": label, "value": value} for label, value in facts]
    return {"title": title, "facts": labelled, "columns": columns, "widths": widths, "rows": rows}


def _person(tables: Mapping[str, Sequence[Row]]) -> Section:
    (row,) = tables["identity.citizen"]
    facts = [
        (_("氏名"), f"{row['family_name']} {row['given_name']}"),
        (_("ふりがな"), row["kana"]),
        (_("生年月日"), calendar_date(datetime.fromisoformat(row["birth_date"]).date())),
        (_("性別"), str(Sex(row["sex"]).label)),
        (_("住所"), row["address"]),
        (_("状態"), _label(CitizenStatus, row["status"])),
    ]
    return _section(_("登録情報"), facts=facts)


def _proofings(rows: Sequence[Row]) -> Section:
    columns = [_("日時"), _("方法"), _("本人確認の期限")]
    lines = [
        [_time(row["examined_at"]), _label(ProofingMethod, row["method"]), row["expires_on"] or "—"]
        for row in rows
    ]
    return _section(_("本人確認"), columns=columns, widths=[3, 3, 3], rows=lines)


def _consents(rows: Sequence[Row]) -> Section:
    columns = [_("日時"), _("提供先"), _("内容"), _("提供する情報"), _("利用目的")]
    lines = [
        [
            _time(row["occurred_at"]),
            row["recipient"],
            _label(ConsentKind, row["event"]),
            listed(row["attributes"]),
            row["purpose"],
        ]
        for row in rows
    ]
    return _section(_("同意"), columns=columns, widths=[3, 3, 2, 3, 4], rows=lines)


def _disclosures(rows: Sequence[Row]) -> Section:
    """By month and recipient: a decade of single ones would be a book."""
    counts = Counter(
        (row["occurred_at"][:7], row["recipient"], listed(row["attributes"]), row["purpose"]) for row in rows
    )
    columns = [_("月"), _("提供先"), _("提供した情報"), _("利用目的"), _("回数")]
    lines = [[*key, str(count)] for key, count in sorted(counts.items(), reverse=True)]
    return _section(_("利用の記録"), columns=columns, widths=[2, 3, 4, 4, 1], rows=lines)


def _staff(rows: Sequence[Row]) -> Section:
    columns = [_("日時"), _("内容"), _("目的")]
    lines = [
        [
            _time(row["occurred_at"]),
            str(STAFF_DEEDS.get(row["action"], OTHER_DEED)),
            str(PURPOSES.get(row["detail"].get("purpose", ""), "")),
        ]
        for row in rows
        if row["actor_kind"] in {"staff", "secretariat"}
    ]
    return _section(_("自治体の職員による取扱い"), columns=columns, widths=[3, 4, 4], rows=lines)


def _rest(tables: Mapping[str, Sequence[Row]]) -> Section:
    """How much of everything there is in the file, so that paper and file can be compared."""
    lines = [[name, str(len(rows))] for name, rows in tables.items()]
    return _section(
        _("JSON形式のファイルに含まれる記録の件数"),
        columns=[_("記録"), _("件数")],
        widths=[4, 1],
        rows=lines,
    )


def _time(text: str) -> str:
    return calendar_time(datetime.fromisoformat(text))


def _label(choices: type[TextChoices], value: str) -> str:
    return str(choices(value).label)
