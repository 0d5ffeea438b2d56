"""横展開: an own draft out of what another member published. Copied, never referenced."""

from typing import cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.announce import watch
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.document import to_json
from shared_plans.models import Plan, PlanAdoption, PlanRevision
from shared_plans.notices import topic_of
from shared_plans.permissions import PlansPermission
from shared_plans.queries.library import own_copy
from shared_plans.queries.readable import adoptable_document, is_genuine, readable_revision

from .drafting import check_head
from .steps import account_id, authors

MAX_ATTRIBUTION = 300


@action(PlansPermission.ADOPT)
def adopt_plan(
    *, by: Actor, revision_id: UUID, title: str = "", years: tuple[int, int] | None = None
) -> Plan:
    """The own draft made of a published revision; the one there already is when it was adopted before.

    title, years (the first and the last fiscal year): the source's if not given.
    Raises ValidationError: `withdrawn` when it is not (or no longer) shared, `own`, `damaged`; by field.
    """
    source = _source(revision_id, by)
    if earlier := own_copy(source):
        return cast(Plan, earlier.plan)
    try:
        with transaction.atomic():
            return _copy(source, by, title.strip() or source.title, years)
    except IntegrityError:
        winner = own_copy(source)
        if winner is None:
            raise
        return cast(Plan, winner.plan)


def _source(revision_id: UUID, by: Actor) -> PlanRevision:
    source = readable_revision(revision_id)
    if source is None:
        message = _("この計画は現在公開されていません。公開元が取り下げた可能性があります。")
        raise ValidationError(message, code="withdrawn")
    if source.municipality_id == by.municipality_id:
        raise ValidationError(_("自らの計画は採用できません。"), code="own")
    if not is_genuine(source):
        raise ValidationError(_("公開元の内容と照合できませんでした。採用を中止しました。"), code="damaged")
    return source


def _copy(source: PlanRevision, by: Actor, title: str, years: tuple[int, int] | None) -> Plan:
    content = to_json(adoptable_document(source))
    year_from, year_to = years or (source.year_from, source.year_to)
    plan = Plan(
        title=title,
        edition_id=source.edition_id,
        year_from=year_from,
        year_to=year_to,
        draft=content,
        authors=authors(by),
        drafted_by_id=account_id(by),
        drafted_by_name=by.label,
    )
    check_head(plan)
    plan.save(force_insert=True)
    _provenance(plan, source, by).save(force_insert=True)
    detail = {"source": source.municipality.code, "number": source.number, "hash": source.hash}
    record(by=by, action="plan.adopted", target=plan, detail=detail)
    for reader_id in (None, by.municipality_id):
        watch(topic_of(source.plan_id, reader_id), permission=PlansPermission.ADOPT)
    return plan


def _provenance(plan: Plan, source: PlanRevision, by: Actor) -> PlanAdoption:
    return PlanAdoption(
        plan=plan,
        source_municipality_id=source.municipality_id,
        source_name=source.municipality.name,
        source_code=source.municipality.code,
        source_plan_id=source.plan_id,
        source_title=source.title,
        source_number=source.number,
        source_revision_hash=source.hash,
        attribution=_attribution(source),
        base=plan.draft,
        adopted_by_id=account_id(by),
        adopted_by_name=by.label,
    )


def _attribution(source: PlanRevision) -> str:
    """Names the source and, after it, whom the source itself names: credit survives a chain of adoptions."""
    own = f"{source.municipality.name}「{source.title}」第{source.number}版"
    whole = f"{own}({source.attribution})" if source.attribution else own
    return whole if len(whole) <= MAX_ATTRIBUTION else own
