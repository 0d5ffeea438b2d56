"""A code alone never lets a clerk into an identity that is already somebody's."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from identity.models import Citizen

from .residents import HANAKO, Counter, make_resident


def test_no_new_code_after_the_first_was_used(identity_surface: Any, counter: Counter) -> None:
    resident = make_resident(counter, HANAKO)
    with pytest.raises(ValidationError) as refused:
        counter.issue(Citizen(pk=resident.citizen_id))
    assert refused.value.code == "enrolled"


def test_a_code_that_was_not_used_is_replaced(identity_surface: Any, counter: Counter) -> None:
    citizen = counter.proofed()
    assert counter.issue(citizen) != counter.issue(citizen)
