"""The fixtures do what their names say."""

import pytest
from django.test import Client

from consortium.membership.models import StaffPost, User
from consortium.tenancy import context
from consortium.tenancy.models import Municipality


def test_staff_acts_in_the_own_municipality_only(maebashi, takasaki, staff, acting):
    editor = staff(maebashi, "editor")
    with acting(editor, maebashi) as actor:
        assert actor.can("shared_plans.write")
    with acting(editor, takasaki) as actor:
        assert not actor.permissions


def test_secretary_acts_for_the_body(secretary, acting):
    with acting(secretary) as actor:
        assert actor.can("membership.admit")


@pytest.mark.django_db(transaction=True)
def test_registry_survives_transactional_tests():
    assert Municipality.objects.count() >= 1741


@pytest.mark.django_db(transaction=True)
def test_people_do_not_survive_transactional_tests(maebashi, staff):
    staff(maebashi, "editor")
    assert User.objects.count() == 1
    with context.tenant(maebashi.pk):
        assert StaffPost.objects.count() == 1
    assert isinstance(Client(), Client)
