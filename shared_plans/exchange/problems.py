"""What importing a file would give: the plan, and all that stands against it, place by place."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from consortium.tabular.limits import MAX_BYTES, UnreadableFile
from shared_plans.actions.steps import problem_text
from shared_plans.domain.figures import remarks
from shared_plans.domain.kinds import field_of
from shared_plans.domain.paths import Place
from shared_plans.domain.plan_file import NotAPlanFile, PlanFile, from_text
from shared_plans.domain.validation import Period, Rules, problems
from shared_plans.labels import KINDS, OVERSIGHTS, label
from shared_plans.models import FrameworkEdition, NationalItem
from shared_plans.showing import Words

from .reading import Fault, Read, read

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class DryRun:
    """faults: none if it can be imported. notes: what is allowed and most likely an oversight."""

    plan: PlanFile | None
    edition: FrameworkEdition | None
    faults: list[Fault]
    notes: list[str] = field(default_factory=list)


def dry_run(data: bytes, editions: Collection[FrameworkEdition], items: Collection[NationalItem]) -> DryRun:
    """Writes nothing. items: of every edition. Raises UnreadableFile."""
    if len(data) > MAX_BYTES:
        message = _("ファイルが大きすぎます。%(limit)s MB以下に分けてください。")
        raise UnreadableFile(message % {"limit": MAX_BYTES // 1_000_000})
    found = _from_workbook(data, items) if data.startswith(_ZIP) else _from_json(data)
    if found.plan is None:
        return DryRun(None, None, found.faults)
    edition = next((one for one in editions if one.key == found.plan.edition), None)
    if edition is None:
        known = _("、").join(one.key for one in editions)
        message = _("国の計画の版「%(key)s」はありません。%(known)sのどれかを入力してください。")
        message %= {"key": found.plan.edition[:40], "known": known}
        return DryRun(found.plan, None, [*found.faults, Fault("", 0, _("国の計画の版"), message)])
    return _judged(found, found.plan, edition, [one for one in items if one.edition_id == edition.pk])


def _judged(found: Read, plan: PlanFile, edition: FrameworkEdition, items: list[NationalItem]) -> DryRun:
    period = Period(plan.year_from, plan.year_to)
    rules = Rules([item.key for item in items], period, complete=False)
    words = Words(plan.content, items)
    faults = [
        found.fault_at(one.place, _where(one.place, words), problem_text(one))
        for one in problems(plan.content, rules)
    ]
    notes = [
        f"{where}: {text}" if (where := _where(one.place, words)) else text
        for one in remarks(plan.content, period)
        for text in [str(OVERSIGHTS[one.warning])]
    ]
    return DryRun(plan, edition, [*found.faults, *faults], notes)


def _where(place: Place | None, words: Words) -> str:
    """「施策 書かない窓口の導入 開始日」."""
    clause = words.clauses.get(place.clause) if place else None
    if place is None or clause is None:
        return ""
    parts = [str(KINDS[clause.kind]), words.title(clause)]
    if one := field_of(clause.kind, place.field):
        parts.append(str(label(clause.kind, one)))
    return " ".join(parts)


def _from_workbook(data: bytes, items: Collection[NationalItem]) -> Read:
    names: dict[str, set[str]] = {}
    for item in items:
        names.setdefault(item.key, set()).update((item.title_ja, item.title_en))
    return read(data, names)


def _from_json(data: bytes) -> Read:
    try:
        return Read(plan=from_text(data.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise UnreadableFile(_("UTF-8のJSONか、Excelファイル(.xlsx)を選んでください。")) from None
    except NotAPlanFile as error:
        if not str(error):
            message = _("計画のファイルとして読めません。この画面から出力したExcelかJSONを選んでください。")
            raise UnreadableFile(message) from None
        place = str(error)[:200]
        message = _("この項目がないか、形が正しくありません。")
        return Read(faults=[Fault("JSON", 0, place, message)])
