"""Every list that can be taken along, in every format, by those who may see it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.models import User
from consortium.membership.roles import MUNICIPAL_ROLES
from consortium.tabular.grid import Reading, read_grid
from consortium.tabular.lists import Exportable
from consortium.tabular.writer import Form
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from tests import factories
from tests.isolation.urls import Endpoint, endpoints

pytestmark = pytest.mark.django_db
LISTS = [
    each
    for each in endpoints("consortium.urls.portal")
    if issubclass(getattr(each.view, "view_class", object), Exportable) and not each.parameters
]
ClientFor = Callable[[User], Client]


def rows(client: Client, path: str, form: Form) -> list[list[str]]:
    response = client.get(f"{path}{'&' if '?' in path else '?'}export={form}")
    assert response.status_code == 200, path
    assert response["Content-Type"] == form.content_type
    return read_grid(response.content, Reading()).rows


@pytest.mark.parametrize("endpoint", LISTS, ids=lambda each: each.name)
def test_every_list_comes_in_every_format(
    endpoint: Endpoint,
    client_for: ClientFor,
    staff: Callable[..., User],
    secretary: User,
    maebashi: Municipality,
) -> None:
    person = secretary if endpoint.is_secretariat else staff(maebashi, *MUNICIPAL_ROLES)
    client, path = client_for(person), endpoint.path(maebashi.code, {})
    heads = [rows(client, path, form)[0] for form in Form]
    assert heads[0] == heads[1] == heads[2]
    assert all(heads[0])
    where: Any = context.secretariat() if endpoint.is_secretariat else context.tenant(maebashi.pk)
    with where:
        told = list(Event.objects.filter(action="table.exported").values_list("detail", flat=True))
    assert {one["form"] for one in told} == set(Form)
    assert {one["what"] for one in told} == {endpoint.view.view_class.list_name}


def test_lists_are_found() -> None:
    assert {"membership:members", "membership:staff", "reporting:figures", "shared_plans:plans"} <= {
        each.name for each in LISTS
    }


def test_filter_and_order_hold(
    client_for: ClientFor, secretary: User, maebashi: Municipality, takasaki: Municipality
) -> None:
    for municipality in (maebashi, takasaki):
        factories.make_member(municipality)
    client, path = client_for(secretary), "/secretariat/members/"
    listed = rows(client, f"{path}?sort=-code", Form.CSV)
    assert [row[:2] for row in listed[1:]] == [["高崎市", "102024"], ["前橋市", "102016"]]
    assert date.fromisoformat(listed[1][4])
    assert [row[0] for row in rows(client, f"{path}?q=まえばし", Form.XLSX)[1:]] == ["前橋市"]
    assert "?q=%E3%81%BE&amp;export=csv" in client.get(f"{path}?q=ま").content.decode()


def test_what_cp932_lacks(client_for: ClientFor, staff: Callable[..., User], maebashi: Municipality) -> None:
    administrator = staff(maebashi, "administrator")
    User.objects.filter(pk=administrator.pk).update(name="𠮷田")
    client = client_for(administrator)
    refused = client.get("/m/102016/staff/", {"export": "csv_cp932"})
    assert refused.status_code == 422
    assert "U+20BB7" in refused.content.decode()
    assert rows(client, "/m/102016/staff/", Form.CSV)[1][0] == "𠮷田"
