"""Many invitations at once, all or none; their mails leave by the outbox after the commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone

from consortium.membership.actions import invite_staff
from consortium.membership.models import StaffInvitation
from consortium.membership.permissions import MembershipPermission
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor

MOST: Final = 500
"""In one file: each is a mail, written in the request's transaction."""


@dataclass(frozen=True, slots=True)
class Invited:
    email: str
    name: str
    roles: Sequence[str]
    kana: str = ""
    department: str = ""
    starts_on: date | None = None


@action(MembershipPermission.MANAGE_STAFF)
def invite_many(*, by: Actor, people: Sequence[Invited]) -> None:
    """One invitation a person, with all roles; open ones of the same address are replaced.

    ValidationError for an unknown role.
    """
    earlier = StaffInvitation.objects.filter(email__in=[one.email for one in people])
    earlier.filter(accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())
    for one in people:
        role, *also = one.roles
        invite_staff(
            by=by,
            email=one.email,
            name=one.name,
            role=role,
            also=also,
            kana=one.kana,
            department=one.department,
            starts_on=one.starts_on,
        )
