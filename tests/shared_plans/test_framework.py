"""The national frame: two editions, mapped onto each other; loading again changes nothing."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.models import FrameworkEdition, NationalItem
from shared_plans.queries.framework import framework_editions, items_of

pytestmark = pytest.mark.django_db


def test_editions_items_and_mapping(maebashi: Municipality) -> None:
    with context.tenant(maebashi.pk):
        current, first = framework_editions()
        assert (first.key, current.key) == ("2020", "current")
        assert [len(items_of(edition)) for edition in (first, current)] == [6, 7]
        earlier = {item.key for item in items_of(first)}
        continued = [key for item in items_of(current) for key in item.continues]
        assert sorted(continued) == sorted(earlier), "every earlier item lives on in exactly one"


def test_loading_again_changes_nothing(maebashi: Municipality) -> None:
    with context.tenant(maebashi.pk):
        before = list(NationalItem.objects.order_by("id").values())
    call_command("load_framework", verbosity=0)
    with context.tenant(maebashi.pk):
        assert list(NationalItem.objects.order_by("id").values()) == before
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            FrameworkEdition.objects.update(source="x")
