"""What a resident's own role may write: nothing that the platform would not write for her."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from consortium.tenancy import context
from identity.models import Citizen, Delegation, Inquiry, Passkey, SignatureRequest

from .residents import Resident
from .test_delegations import give, taro

__all__ = ["taro"]


def is_refused(change: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            return not change()
    except DatabaseError:
        return True


def test_a_resident_puts_no_clerk_behind_a_suspension(hanako: Resident) -> None:
    with context.citizen(hanako.citizen_id):
        for forged in (["a-clerk"], [str(hanako.citizen_id), "a-clerk"]):
            assert is_refused(lambda to=forged: Citizen.objects.update(status="suspended", suspended_by=to))
        own = [str(hanako.citizen_id)]
        assert Citizen.objects.update(status="suspended", suspended_by=own) == 1
        assert Citizen.objects.update(status="active", suspended_by=[]) == 1


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Passkey, {"public_key": b"x", "backup_eligible": False, "citizen_id": None, "credential_id": b"x"}),
        (Inquiry, {"municipality_id": 1, "recipient": "x", "may_forward": True, "received_at": None}),
        (SignatureRequest, {"digest": "x", "recipient": "x", "document": "x", "expires_at": None}),
    ],
)
def test_a_resident_rewrites_no_key_inquiry_or_request(
    hanako: Resident, model: Any, columns: dict[str, Any]
) -> None:
    with context.citizen(hanako.citizen_id):
        for name, value in columns.items():
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                model.objects.update(**{name: value})
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_nobody_accepts_a_delegation_in_the_delegate_s_place(hanako: Resident, taro: Resident) -> None:
    given = give(hanako, taro, accept=False)
    with context.citizen(hanako.citizen_id):
        mine = Delegation.objects.filter(pk=given.pk)
        assert is_refused(lambda: mine.update(effective_at=timezone.now()))
        assert mine.update(ended_at=timezone.now(), ending="withdrawn") == 1


def test_an_ended_delegation_stays_ended(hanako: Resident, taro: Resident) -> None:
    given = give(hanako, taro)
    with context.citizen(hanako.citizen_id):
        ended = Delegation.objects.filter(pk=given.pk)
        assert ended.update(ended_at=timezone.now(), ending="withdrawn") == 1
    for one in (hanako, taro):
        with context.citizen(one.citizen_id):
            assert is_refused(lambda: ended.update(ended_at=None, ending=""))
