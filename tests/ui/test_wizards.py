"""Save and return, check, send once; as a visitor (the browser's session) and with an account."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from consortium.membership.models import MembershipApplication
from consortium.tenancy import context
from consortium.tenancy.tasks import HOUSEKEEPING
from consortium.ui.models import Draft
from consortium.ui.tasks import drop_drafts
from tests import factories
from tests.ui.support import walk

pytestmark = pytest.mark.django_db
START, FIRST, SECOND, CHECK = (f"/apply/{place}" for place in ("", "municipality/", "contact/", "check/"))
PLACE = {"municipality": "102016"}
CONTACT = {
    "contact_name": "前橋 花子",
    "contact_email": "hanako@maebashi.example",
    "reason": "一行目\n二行目",
}


def applications() -> int:
    with context.secretariat():
        return MembershipApplication.objects.count()


def answered(client: Client) -> None:
    assert client.post(FIRST, PLACE).url == SECOND
    assert client.post(SECOND, CONTACT).url == CHECK


def test_pages_come_in_order(client: Client):
    assert client.get(START).url == FIRST
    assert client.get(SECOND).url == FIRST
    assert client.get(CHECK).url == FIRST
    assert client.post(SECOND, CONTACT).url == FIRST
    assert client.get("/apply/elsewhere/").status_code == 404
    assert client.post(CHECK).url == FIRST
    assert applications() == 0


def test_a_wrong_step_stays_and_says_why(client: Client):
    client.post(FIRST, PLACE)
    response = client.post(SECOND, {**CONTACT, "contact_email": "nobody"})
    assert response.status_code == 422
    assert "contact_email" in response.context["form"].errors
    assert client.get(CHECK).url == SECOND


def test_the_check_page_shows_all_answers_and_leads_back_to_each(client: Client):
    answered(client)
    html = client.get(CHECK).content.decode()
    for text in ("前橋市", "前橋 花子", "hanako@maebashi.example", "一行目<br>二行目"):
        assert text in html
    assert f"{SECOND}#id_contact_name" in html
    assert 'value="前橋 花子"' in client.get(SECOND).content.decode()
    assert client.post(SECOND, {**CONTACT, "contact_name": "前橋 太郎"}).url == CHECK
    assert "前橋 太郎" in client.get(CHECK).content.decode()
    assert client.get(CHECK).headers["Cache-Control"].count("no-store") == 1


def test_saved_for_later_is_neither_judged_nor_lost(client: Client):
    client.post(FIRST, PLACE)
    assert client.post(SECOND, {"contact_name": "前橋 花子", "later": "1"}).url == START
    page = client.get(START)
    assert "入力の途中です" in page.content.decode()
    assert page.context["resume_url"] == SECOND
    html = client.get(SECOND).content.decode()
    assert 'value="前橋 花子"' in html
    assert "error-summary" not in html
    assert client.get(CHECK).url == SECOND


def test_no_more_is_saved_of_a_visitor_than_a_form_needs(client: Client):
    client.post(FIRST, PLACE)
    response = client.post(SECOND, {"reason": "長" * 20_000, "later": "1"})
    assert response.status_code == 422
    assert "長すぎるため" in response.content.decode()
    assert len(client.session.encode(client.session._session)) < 2_000


def test_starting_again_forgets(client: Client):
    answered(client)
    assert client.post(START).url == FIRST
    assert client.get(CHECK).url == FIRST


def test_sent_twice_is_done_once(client: Client):
    answered(client)
    html = client.get(CHECK).content.decode()
    token = html.split('name="once" value="')[1].split('"')[0]
    first, second = (client.post(CHECK, {"once": token}) for _time in range(2))
    assert first.url == second.url == "/apply/received/"
    assert applications() == 1
    assert client.get(START).url == FIRST


def test_a_refusal_of_the_action_keeps_the_draft(client: Client, maebashi):
    factories.make_member(maebashi)
    response = walk(client, START, PLACE | CONTACT)
    assert response.status_code == 422
    assert "既に参画しています" in response.content.decode()
    assert response.context["step"].key == "municipality"
    assert f'action="{FIRST}"' in response.content.decode()
    assert "前橋 花子" in client.get(CHECK).content.decode()


def test_a_visitor_s_draft_is_hers_and_no_plain_text(client: Client):
    answered(client)
    assert "hanako" not in repr(dict(client.session))
    assert Client().get(CHECK).url == FIRST


@pytest.fixture
def account(client_for, secretary) -> Client:
    return client_for(secretary)


def drafts() -> list[Draft]:
    with context.opened(context.Context("owner")):
        return list(Draft.objects.all())


def test_an_account_s_draft_outlives_the_session(account: Client, client_for, secretary):
    answered(account)
    (draft,) = drafts()
    assert "hanako" not in draft.sealed
    account.logout()
    assert Client().get(CHECK).url == FIRST
    assert "前橋 花子" in client_for(secretary).get(CHECK).content.decode()


def test_another_account_sees_nothing(account: Client, client_for, stranger):
    answered(account)
    assert client_for(stranger).get(CHECK).url == FIRST


def test_expired_drafts_are_not_shown_and_are_deleted(account: Client):
    answered(account)
    with context.opened(context.Context("owner")):
        Draft.objects.update(expires_at=timezone.now() - timedelta(minutes=5))
    assert account.get(CHECK).url == FIRST
    drop_drafts.apply(headers=HOUSEKEEPING, throw=True)
    assert drafts() == []


def test_the_worker_deletes_nothing_else(account: Client):
    answered(account)
    drop_drafts.apply(headers=HOUSEKEEPING, throw=True)
    assert len(drafts()) == 1
