"""The blind index of names, for residents who were recorded before there was one.

Walks the table in short transactions. Done again it finds nothing to do.
"""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity.models import Citizen, CitizenStatus
from identity.models.person_index import name_index
from identity.queries.personal import person_of

CHUNK: Final = 500


def unindexed() -> QuerySet[Citizen]:
    """Who has closed her ID shall not be found by name."""
    found: QuerySet[Citizen] = Citizen.objects.filter(name_index="").exclude(status=CitizenStatus.CLOSED)
    return found


@action(kinds=(ActorKind.SYSTEM,))
def index_names(*, by: Actor, after: UUID | None) -> UUID | None:
    """Of the next residents; where to go on, None at the end. As the owner: no other role may read all names.

    Locked, so that a change of name at the same time is not written over.
    """
    rows = unindexed().order_by("pk").select_for_update()
    chunk = list(rows.filter(pk__gt=after)[:CHUNK] if after else rows[:CHUNK])
    for citizen in chunk:
        own = person_of(citizen)
        Citizen.objects.filter(pk=citizen.pk).update(name_index=name_index(own.name, own.birth_date))
    if chunk:
        record(by=by, action="names.indexed", detail={"rows": len(chunk)})
    return chunk[-1].pk if len(chunk) == CHUNK else None
