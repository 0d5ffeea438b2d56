"""What the working roles must not be able to write or read, should one of them be misled."""

import pytest
from django.db import DatabaseError, transaction

from consortium.audit.models import Event
from consortium.membership.models import SecretariatInvitation
from consortium.tenancy import context
from consortium.tenancy.models import Municipality

pytestmark = pytest.mark.django_db


def write(municipality: Municipality, seal_number: int | None) -> None:
    with transaction.atomic(), context.tenant(municipality.pk):
        Event(
            stream=f"municipality:{municipality.pk}",
            municipality_id=municipality.pk,
            actor_kind="staff",
            actor_id="x",
            action="test.done",
            seal_number=seal_number,
        ).save(force_insert=True)


def test_no_event_is_born_sealed(maebashi: Municipality) -> None:
    write(maebashi, None)
    with pytest.raises(DatabaseError):
        write(maebashi, 1)


def test_municipality_cannot_reach_the_secretariats_invitations(maebashi: Municipality) -> None:
    with context.secretariat():
        assert not SecretariatInvitation.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic(), context.tenant(maebashi.pk):
        SecretariatInvitation.objects.exists()
