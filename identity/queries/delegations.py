"""Who acts for whom, as each of them sees it."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from consortium.audit.models import Event
from identity.domain.delegation import Scope
from identity.models import Basis, DelegateAct, Delegation


def scope_of(delegation: Delegation) -> Scope:
    return Scope(
        sectors=frozenset(delegation.sectors),
        client_ids=frozenset(delegation.client_ids),
        may_consent=delegation.may_consent,
        starts_on=delegation.starts_on,
        until=delegation.until,
    )


def given(citizen_id: UUID) -> list[Delegation]:
    """In her name, newest first."""
    return list(Delegation.objects.filter(citizen=citizen_id))


def received(citizen_id: UUID) -> list[Delegation]:
    return list(Delegation.objects.filter(delegate_id=citizen_id))


def acts(citizen_id: UUID, limit: int = 50) -> list[DelegateAct]:
    """What others did in her name."""
    return list(DelegateAct.objects.filter(citizen=citizen_id)[:limit])


def guardians(citizen_id: UUID) -> list[Delegation]:
    """Of a resident who lives here, for the counter: those by law alone."""
    return list(Delegation.objects.filter(citizen=citizen_id).exclude(basis=Basis.VOLUNTARY))


def over() -> list[tuple[UUID, UUID, UUID, str]]:
    """(id, principal, delegate, ending) of those past their term, or of which one has closed her ID."""
    rows = list(
        Delegation.objects.filter(ended_at=None)
        .order_by("id")
        .values_list("id", "citizen_id", "delegate_id", "until")
    )
    people = {one for _id, principal, delegate, _until in rows for one in (principal, delegate)}
    closed = set(
        Event.objects.filter(Q(action="citizen.closed"), citizen_id__in=people).values_list(
            "citizen_id", flat=True
        )
    )
    today = timezone.localdate()
    return [
        (pk, principal, delegate, "closed" if {principal, delegate} & closed else "term")
        for pk, principal, delegate, until in rows
        if until < today or {principal, delegate} & closed
    ]
