"""The scheduled pass over members, in the worker's own context."""

from consortium.staffing.models import PlannedChange, State
from consortium.staffing.tasks import turn_over
from consortium.tenancy import context
from consortium.tenancy.tasks import HOUSEKEEPING
from tests import factories

from .test_changes import administrator, day, leaver, on, planned, successor  # noqa: F401  # fixtures


def test_goes_over_every_member(planned, maebashi, takasaki, day, monkeypatch):  # noqa: F811
    for municipality in (maebashi, takasaki):
        factories.make_member(municipality)
    on(monkeypatch, day)
    turn_over.apply(headers=HOUSEKEEPING).get()
    with context.tenant(maebashi.pk):
        assert PlannedChange.objects.get().state == State.DONE
