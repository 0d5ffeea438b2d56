"""What the working roles must not be able to write or read, should one of them be misled."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from consortium.audit.models import Event
from consortium.membership.models import SecretariatInvitation
from consortium.tenancy import context
from consortium.tenancy.models import Municipality

pytestmark = pytest.mark.django_db


def write(municipality: Municipality, seal_number: int | None = None, **given: Any) -> None:
    values = {"stream": f"municipality:{municipality.pk}", "actor_kind": "staff"} | given
    with transaction.atomic(), context.tenant(municipality.pk):
        Event(
            municipality_id=municipality.pk,
            actor_id="x",
            action="test.done",
            seal_number=seal_number,
            **values,
        ).save(force_insert=True)


def test_no_event_is_born_sealed(maebashi: Municipality) -> None:
    write(maebashi, None)
    with pytest.raises(DatabaseError):
        write(maebashi, 1)


@pytest.mark.parametrize("stream", ["municipality:1", "accounts", "consortium", "citizen:x", ""])
def test_no_event_in_the_stream_of_another(maebashi: Municipality, stream: str) -> None:
    with pytest.raises(DatabaseError):
        write(maebashi, stream=stream)


def test_no_event_in_the_name_of_the_secretariat(maebashi: Municipality) -> None:
    with pytest.raises(DatabaseError):
        write(maebashi, actor_kind="secretariat")


def test_municipality_cannot_reach_the_secretariats_invitations(maebashi: Municipality) -> None:
    with context.secretariat():
        assert not SecretariatInvitation.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic(), context.tenant(maebashi.pk):
        SecretariatInvitation.objects.exists()
