"""The language goes with the account to every device and into mails."""

from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.actions import accounts
from consortium.membership.models import User
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.tenancy.roles import OWNER

pytestmark = pytest.mark.django_db
HOME, CHOOSE = "/m/102016/", "/i18n/setlang/"
ClientFor = Callable[[User], Client]


def language_of(client: Client, path: str = HOME) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response["Content-Language"])


def test_strangers_keep_it_in_a_cookie(client: Client) -> None:
    assert client.post(CHOOSE, {"language": "en", "next": "/accounts/login/"}).status_code == 302
    assert language_of(client, "/accounts/login/") == "en"
    assert language_of(Client(), "/accounts/login/") == "ja"
    assert not User.objects.filter(language_is_chosen=True).exists()


def test_staff_take_it_to_every_device(
    staff: Callable[..., User], client_for: ClientFor, maebashi: Municipality
) -> None:
    editor = staff(maebashi, "editor")
    here, there = client_for(editor), client_for(editor)
    assert there.post(CHOOSE, {"language": "ja"}).status_code == 302
    assert here.post(CHOOSE, {"language": "en", "next": HOME})["Location"] == HOME
    assert (language_of(here), language_of(there)) == ("en", "en")
    editor.refresh_from_db()
    assert editor.language == "en"
    with context.opened(context.Context(OWNER)):
        assert Event.objects.filter(action="account.language_chosen", actor_id=str(editor.pk)).count() == 2


def test_before_a_choice_the_device_decides(
    staff: Callable[..., User], client_for: ClientFor, maebashi: Municipality
) -> None:
    client = client_for(staff(maebashi, "editor"))
    client.cookies["language"] = "en"
    assert language_of(client) == "en"


@pytest.mark.parametrize("chosen", ["", "fr", "ja\0", "en-gb"])
def test_other_languages_are_no_choice(
    staff: Callable[..., User], client_for: ClientFor, maebashi: Municipality, chosen: str
) -> None:
    editor = staff(maebashi, "editor")
    assert client_for(editor).post(CHOOSE, {"language": chosen}).status_code == 302
    editor.refresh_from_db()
    assert (editor.language, editor.language_is_chosen) == ("ja", False)


def test_without_an_audit_row_nothing_is_chosen(
    staff: Callable[..., User], client_for: ClientFor, maebashi: Municipality
) -> None:
    editor = staff(maebashi, "editor")
    with patch.object(accounts, "record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        client_for(editor).post(CHOOSE, {"language": "en"})
    editor.refresh_from_db()
    assert not editor.language_is_chosen
