"""公開範囲: who may read a plan, and which of its sections stay in the own house."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.membership.queries import belonging
from consortium.notifications.announce import notify
from consortium.notifications.audience import watchers
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from shared_plans.domain.kinds import Kind
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.parts import WITHHOLDABLE
from shared_plans.domain.reach import Reach, narrowed
from shared_plans.models import Plan, PlanRevision, Visibility
from shared_plans.notices import SOURCE_REVISED, topic_of
from shared_plans.permissions import PlansPermission

from .attaching import show_files
from .steps import add_author, locked, take, unchanged_since


@dataclass(frozen=True, slots=True)
class Sharing:
    """reader_ids: municipalities, where `visibility` is NAMED. private_kinds: sections withheld from all."""

    visibility: Visibility = Visibility.CONSORTIUM
    reader_ids: tuple[int, ...] = ()
    private_kinds: tuple[Kind, ...] = ()

    @classmethod
    def of(cls, plan: Plan) -> "Sharing":
        """As the draft's authors propose it."""
        kinds = (Kind(each) for each in plan.private_kinds)
        return cls(Visibility(plan.visibility), tuple(plan.reader_ids), tuple(kinds))

    @property
    def readers(self) -> list[int]:
        return sorted(set(self.reader_ids)) if self.visibility == Visibility.NAMED else []

    def put_on(self, plan: Plan) -> None:
        plan.visibility, plan.reader_ids = self.visibility, self.readers
        plan.private_kinds = [kind.value for kind in Kind if kind in self.private_kinds]


def check_sharing(sharing: Sharing, by: Actor) -> None:
    """Raises ValidationError, at `readers` or `private_kinds`."""
    if sharing.visibility == Visibility.NAMED:
        if not sharing.readers:
            message = _("公開する自治体を一つ以上選んでください。")
            raise ValidationError({"readers": ValidationError(message, code="required")})
        if set(sharing.readers) - set(belonging()) or by.municipality_id in sharing.readers:
            message = _("選べるのは、現在参画しているほかの自治体だけです。選び直してください。")
            raise ValidationError({"readers": ValidationError(message, code="not_a_member")})
    if set(sharing.private_kinds) - set(WITHHOLDABLE):
        message = _("この項目は非公開にできません。")
        raise ValidationError({"private_kinds": ValidationError(message, code="not_withholdable")})


@action(PlansPermission.WRITE)
def propose_sharing(*, by: Actor, plan: Plan, lock_version: int, sharing: Sharing) -> Plan:
    """How the draft at hand is to be published; the approver sees it and may decide otherwise.

    Raises ValidationError: `conflict`, `wrong_status`, and by field.
    """
    current = locked(plan)
    unchanged_since(current, lock_version)
    take(Step.EDIT, current, by=by)
    check_sharing(sharing, by)
    sharing.put_on(current)
    add_author(current, by)
    current.save()
    record(by=by, action="plan.sharing_proposed", target=current, detail=_detail(sharing))
    return current


@action(PlansPermission.APPROVE)
def share_plan(*, by: Actor, plan: Plan, visibility: Visibility, reader_ids: Iterable[int] = ()) -> Plan:
    """Show the latest revision to these readers. Earlier ones never show to more than it does, nor to more
    than before. Which sections are private was settled when it was published, and stays.

    Raises ValidationError, at `readers`.
    """
    current = locked(plan)
    sharing = Sharing(visibility, tuple(reader_ids), Sharing.of(current).private_kinds)
    check_sharing(sharing, by)
    if changed := _apply(current, sharing):
        sharing.put_on(current)
        current.save(update_fields=["visibility", "reader_ids", "updated_at"])
        show_files(current)
        event = "plan.unshared" if visibility == Visibility.PRIVATE else "plan.shared"
        record(by=by, action=event, target=current, detail={"revisions": changed, **_detail(sharing)})
        tell_adopters(PlanRevision.objects.get(plan=current, is_latest=True))
    return current


def tell_adopters(revision: PlanRevision) -> None:
    """Whoever watches and may read it; the link is to what the reader's own municipality sees of it."""
    if revision.visibility == Visibility.PRIVATE:
        return
    values = {
        "title": revision.title,
        "number": revision.number,
        "source": revision.municipality.name,
    }
    named: list[int | None] = [*revision.reader_ids]
    for reader_id in named or [None]:
        topic = topic_of(revision.plan_id, reader_id)
        notify(SOURCE_REVISED, to=watchers(topic), values=values, target={"revision": revision.pk})


def _apply(plan: Plan, sharing: Sharing) -> int:
    """How many revisions show to others than before."""
    wanted = Reach(sharing.visibility.value, frozenset(sharing.readers))
    changed = 0
    for one in PlanRevision.objects.filter(plan=plan).only("id", "visibility", "reader_ids", "is_latest"):
        present = Reach(one.visibility, frozenset(one.reader_ids))
        target = wanted if one.is_latest else narrowed(present, wanted)
        if target != present:
            values = {"visibility": target.visibility, "reader_ids": sorted(target.readers)}
            changed += PlanRevision.objects.filter(pk=one.pk).update(**values)
    return changed


def _detail(sharing: Sharing) -> dict[str, object]:
    kinds = [kind.value for kind in sharing.private_kinds]
    return {"visibility": sharing.visibility.value, "readers": sharing.readers, "private": kinds}
