"""The scheduled pass over members, in the worker's own context."""

from allauth.usersessions.models import UserSession

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


def test_sessions_end_with_the_post(planned, client_for, leaver, successor, maebashi, day, monkeypatch):  # noqa: F811
    """Nobody is there at midnight: the next request of any of them ends them all."""
    desk, phone, other = client_for(leaver), client_for(leaver), client_for(successor)
    for client in (desk, phone, other):
        assert client.get("/m/102016/").status_code == 200
    on(monkeypatch, day)
    assert desk.get("/m/102016/", follow=True).redirect_chain == [("/accounts/login/", 302)]
    assert phone.get("/accounts/").url.startswith("/accounts/login/")
    assert not UserSession.objects.filter(user=leaver).exists()
    assert other.get("/m/102016/").status_code == 200


def test_who_serves_elsewhere_stays_signed_in(
    planned,  # noqa: F811
    client_for,
    leaver,  # noqa: F811
    staff,
    takasaki,
    day,  # noqa: F811
    monkeypatch,
):
    staff(takasaki, "editor", user=leaver)
    client = client_for(leaver)
    assert client.get("/accounts/").status_code == 200
    on(monkeypatch, day)
    assert client.get("/accounts/").status_code == 200
    assert client.get("/m/102016/").status_code == 404
