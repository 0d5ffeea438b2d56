"""Speaking for a resident whose municipality is not known yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind

from .models import CitizenStatus
from .queries.standing import Standing, standing


@dataclass(frozen=True)
class ResidentActor(Actor):
    """test: a test resident, whom services under test meet and nobody else."""

    test: bool = False


class NotActive(Exception):
    """There is no such resident, or her identity is suspended or closed."""


def standing_of(citizen_id: UUID) -> Standing | None:
    """Looked up in a transaction of its own: no other context may be open."""
    with context.citizen(citizen_id):
        return standing(citizen_id)


@contextmanager
def resident(citizen_id: UUID, *, by_code: bool = False) -> Iterator[ResidentActor]:
    """Open the context of an active resident, her municipality included, and yield her as actor.

    For endpoints that find her by a token or a key. by_code: of an enrolment code, which a proofing has led
    to and which therefore opens a suspended ID, too. Raises NotActive.
    """
    found = standing_of(citizen_id)
    if found is None or not _admitted(found, by_code):
        raise NotActive(str(citizen_id))
    with context.citizen(citizen_id, municipality_id=found.municipality_id):
        yield actor_of(citizen_id, found)


@contextmanager
def resident_within(citizen_id: UUID, *, by_code: bool = False) -> Iterator[ResidentActor]:
    """As `resident`, but within the transaction of `context.person(None)`: for endpoints that hold a lock on
    the token which told whose it is. Raises NotActive."""
    with context.speaking_for(citizen_id):
        found = standing(citizen_id)
        if found is None or not _admitted(found, by_code):
            raise NotActive(str(citizen_id))
        if found.municipality_id is not None:
            context.settle(found.municipality_id)
        yield actor_of(citizen_id, found)


def _admitted(found: Standing, by_code: bool) -> bool:
    return found.is_active or (by_code and found.status == CitizenStatus.SUSPENDED)


def actor_of(citizen_id: UUID, here: Standing | None) -> ResidentActor:
    """Without a name: audit rows hold no personal data. here: None where it makes no difference."""
    return ResidentActor(
        ActorKind.RESIDENT,
        id=str(citizen_id),
        citizen_id=citizen_id,
        municipality_id=here.municipality_id if here else None,
        test=bool(here and here.test),
    )
