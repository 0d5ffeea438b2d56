"""Residents are counted for the indicator; the worker that counts reads nothing personal."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from consortium.audit.models import Event
from consortium.reporting.models import Observation
from consortium.tenancy import context
from consortium.tenancy.tasks import HOUSEKEEPING
from identity.models import Citizen, Passkey, Proofing
from identity.tasks import count_residents
from tests.factories import make_member

from .residents import TARO, Counter


@pytest.fixture
def members(counter: Counter, next_door: Counter) -> None:
    make_member(counter.municipality)
    make_member(next_door.municipality)
    with context.secretariat():
        call_command("load_indicators", verbosity=0)


def count() -> None:
    count_residents.apply(headers=HOUSEKEEPING, throw=True)


def figures(counter: Counter) -> list[Decimal]:
    with context.tenant(counter.municipality.pk):
        return list(Observation.objects.values_list("value", flat=True))


def test_counts_who_is_proofed_and_lives_here(members: None, counter: Counter, next_door: Counter) -> None:
    counter.proofed()
    counter.record(TARO)  # not confirmed yet
    count()
    assert (figures(counter), figures(next_door)) == ([Decimal(1)], [Decimal(0)])
    count()
    with context.tenant(counter.municipality.pk):
        assert Event.objects.filter(action="observation.recorded").count() == 1, "no news, no row"


@pytest.mark.parametrize("read", [Citizen, Proofing, Passkey])
def test_the_worker_reads_no_personal_field(counter: Counter, read: Any) -> None:
    counter.proofed()
    with (
        context.worker(counter.municipality.pk),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        list(read.objects.all())
