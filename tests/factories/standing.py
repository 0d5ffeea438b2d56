from datetime import date

from consortium.membership.models import Membership
from consortium.tenancy import context
from consortium.tenancy.models import Municipality


def municipality(code: str) -> Municipality:
    return Municipality.objects.select_related("prefecture").get(code=code)


def make_member(municipality: Municipality, since: date = date(2025, 4, 1)) -> Membership:
    """A current membership; tests of admission itself go through the actions."""
    with context.secretariat():
        membership: Membership = Membership.objects.create(
            municipality=municipality, starts_on=since, resolution="令和7年度第1号"
        )
    return membership
