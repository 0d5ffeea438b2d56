"""横展開: what another member published becomes an own draft, or part of one. Copied, never referenced."""

from collections.abc import Collection
from typing import cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.announce import watch
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from consortium.tenancy.models import uuid7
from shared_plans.domain.adopting import NoSuchInitiative, chosen, joined, met
from shared_plans.domain.document import Document, from_json, to_json
from shared_plans.domain.lifecycle import Step
from shared_plans.models import AdoptionFact, Plan, PlanAdoption, PlanRevision, Visibility
from shared_plans.notices import topic_of
from shared_plans.permissions import PlansPermission
from shared_plans.queries.library import own_copy
from shared_plans.queries.readable import adoptable_document, is_genuine, readable_revision

from .drafting import check_head
from .steps import account_id, add_author, authors, check_new, locked, take

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
            return _new_plan(source, (), by, title, years)
    except IntegrityError:
        winner = own_copy(source)
        if winner is None:
            raise
        return cast(Plan, winner.plan)


@action(PlansPermission.ADOPT)
def adopt_initiatives(
    *,
    by: Actor,
    revision_id: UUID,
    initiatives: Collection[str],
    into: Plan | None = None,
    title: str = "",
    years: tuple[int, int] | None = None,
) -> Plan:
    """Some initiatives with what belongs to them, into an own draft or (into None) as a new one.

    Raises ValidationError: as adopt_plan, and `nothing`, `unknown`, `there` when the draft has them already,
    `wrong_status`.
    """
    source = _source(revision_id, by)
    if not initiatives:
        raise ValidationError({"initiatives": ValidationError(_("施策を選択してください。"), code="nothing")})
    if into is None:
        return _new_plan(source, initiatives, by, title, years)
    plan = locked(into)
    take(Step.EDIT, plan, by=by)
    before, base = from_json(plan.draft), _taken(source, initiatives)
    if met(before, base):
        message = _("選んだ施策は、既にこの計画にあります。更新は「採用元の更新の取り込み」で行えます。")
        raise ValidationError({"initiatives": ValidationError(message, code="there")})
    after = joined(before, base)
    check_new(before, after, plan)
    plan.draft = to_json(after)
    add_author(plan, by)
    plan.save()
    _note(plan, source, base, initiatives, by)
    return plan


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


def _taken(source: PlanRevision, initiatives: Collection[str]) -> Document:
    try:
        return chosen(adoptable_document(source), initiatives)
    except NoSuchInitiative as error:
        message = _("選んだ施策は、この版にありません。選び直してください。")
        raise ValidationError({"initiatives": ValidationError(message, code="unknown")}) from error


def _new_plan(
    source: PlanRevision,
    initiatives: Collection[str],
    by: Actor,
    title: str,
    years: tuple[int, int] | None,
) -> Plan:
    year_from, year_to = years or (source.year_from, source.year_to)
    base = _taken(source, initiatives)
    plan = Plan(
        title=title.strip() or source.title,
        edition_id=source.edition_id,
        year_from=year_from,
        year_to=year_to,
        draft=to_json(base),
        authors=authors(by),
        drafted_by_id=account_id(by),
        drafted_by_name=by.label,
    )
    check_head(plan)
    plan.save(force_insert=True)
    _note(plan, source, base, initiatives, by)
    return plan


def _note(plan: Plan, source: PlanRevision, base: Document, initiatives: Collection[str], by: Actor) -> None:
    """Keep where it came from, tell it, and ask to be told what the source does next."""
    line = uuid7()
    first = taken_over(source, base, by)
    first.pk, first.line, first.plan = line, line, plan
    first.whole, first.initiatives = not initiatives, sorted(initiatives)
    first.save(force_insert=True)
    publish_fact(first, source)
    detail = {
        "source": source.municipality.code,
        "number": source.number,
        "hash": source.hash,
        "initiatives": len(initiatives),
    }
    record(by=by, action="plan.adopted", target=plan, detail=detail)
    for reader_id in (None, by.municipality_id):
        watch(topic_of(source.plan_id, reader_id), permission=PlansPermission.ADOPT)


def taken_over(source: PlanRevision, base: Document, by: Actor) -> PlanAdoption:
    """The facts of a revision that is taken over or taken in; of no plan and line yet."""
    return PlanAdoption(
        source_municipality_id=source.municipality_id,
        source_name=source.municipality.name,
        source_code=source.municipality.code,
        source_plan_id=source.plan_id,
        source_title=source.title,
        source_number=source.number,
        source_revision_hash=source.hash,
        attribution=_attribution(source),
        base=to_json(base),
        adopted_by_id=account_id(by),
        adopted_by_name=by.label,
    )


def publish_fact(adoption: PlanAdoption, source: PlanRevision) -> None:
    AdoptionFact(
        plan_id=adoption.plan_id,
        how=adoption.how,
        source_municipality_id=adoption.source_municipality_id,
        source_plan_id=adoption.source_plan_id,
        source_number=adoption.source_number,
        source_revision_hash=adoption.source_revision_hash,
        whole=adoption.whole,
        shared=source.visibility in {Visibility.CONSORTIUM, Visibility.PUBLIC},
    ).save(force_insert=True)


def _attribution(source: PlanRevision) -> str:
    """Names the source and, after it, whom the source itself names: credit survives a chain of adoptions."""
    own = f"{source.municipality.name}「{source.title}」第{source.number}版"
    whole = f"{own}({source.attribution})" if source.attribution else own
    return whole if len(whole) <= MAX_ATTRIBUTION else own
