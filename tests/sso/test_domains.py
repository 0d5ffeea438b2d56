"""Whose addresses a provider may speak for: asked for by a municipality, confirmed by the secretariat."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import ProgrammingError, connection, transaction
from django.utils import translation

from consortium.audit.models import Event
from consortium.membership.models import User
from consortium.notifications.models import Announcement
from consortium.sso.actions import (
    configure,
    confirm_domain,
    name_exception,
    note_test,
    refuse_domain,
    set_policy,
)
from consortium.sso.models import DomainState, SsoConnection, SsoDomain, SsoEntrance
from consortium.sso.notices import DOMAIN_ASKED
from consortium.sso.portal import domains_to_confirm
from consortium.sso.queries import named_by
from consortium.tenancy import context
from tests import factories

from .conftest import DOMAIN, Connected, connect
from .test_entering import person, signed_in_as

HELD = 0.4
"""Seconds before COMMIT, in which the other side gets as far as it can."""
LIST = "/secretariat/sso/domains/"
SETTINGS = "/m/102016/sso/settings/"
FOREIGN = "city.takasaki.lg.jp"


@pytest.fixture
def asked(acting, administrator, maebashi, idp):
    """Maebashi, in business with its own domain, asks for Takasaki's too."""
    connect(administrator, maebashi, idp)
    ask(administrator, maebashi, idp, [DOMAIN, FOREIGN])
    with context.tenant(maebashi.pk):
        return SsoDomain.objects.get(domain=FOREIGN)


def ask(administrator, municipality, idp, domains):
    with factories.acting(administrator, municipality) as actor:
        configure(
            by=actor,
            issuer=idp.url,
            client_id="platform",
            domains=domains,
            provisions=True,
            groups_of_role={"editor": ["dx-editors"]},
        )


def state(domain):
    with context.secretariat():
        return SsoDomain.visible.get(pk=domain.pk).state


def test_only_the_secretariat(client_for, stranger, administrator, acting, maebashi, asked):
    for user in (stranger, administrator):
        assert client_for(user).get(LIST).status_code == 404
        assert client_for(user).post(f"{LIST}{asked.pk}/", {"answer": "confirm"}).status_code == 404
    with acting(administrator, maebashi) as actor:
        with pytest.raises(PermissionDenied):
            confirm_domain(by=actor, domain=asked)
        with pytest.raises(ProgrammingError), transaction.atomic():
            SsoDomain.objects.update(state=DomainState.CONFIRMED)
        with pytest.raises(ProgrammingError), transaction.atomic():
            SsoDomain(domain="a.example", state=DomainState.CONFIRMED, asked_by="-").save(force_insert=True)


def test_english_readers_are_told_in_their_letters(acting, secretary, asked):
    with acting(secretary) as actor, translation.override("en"):
        (task,) = domains_to_confirm(actor)
        assert "Maebashi" in task.label
    with context.worker(), translation.override("en"):
        told = Announcement.objects.get(kind=DOMAIN_ASKED.key, target={"domain": str(asked.pk)})
        assert "Maebashi" in DOMAIN_ASKED.text(told.values)


def test_nobody_enters_or_gets_an_account_before(client, asked, idp):
    """A municipality would otherwise hold accounts at another's addresses before their owners come."""
    sub = person(idp, "thief", email=f"boss@{FOREIGN}")
    answer = Connected(idp).sign_in(client, sub)
    assert answer.status_code == 403 and "まだ確認されていません" in answer.content.decode()
    assert not User.objects.filter(email=f"boss@{FOREIGN}").exists()
    assert signed_in_as(client) is None


def test_is_told_decided_and_told(
    client, client_for, secretary, administrator, asked, idp, mailbox, maebashi
):
    page = client_for(administrator).get(SETTINGS).content.decode()
    assert FOREIGN in page and "事務局の確認待ち" in page
    desk = client_for(secretary)
    assert f"{LIST}{asked.pk}/" in desk.get("/secretariat/").content.decode()
    assert FOREIGN in desk.get(LIST).content.decode()
    page = desk.get(f"{LIST}{asked.pk}/").content.decode()
    assert "高崎市" in page and "登録した自治体と異なります" in page and "lg.jp(" in page
    assert "ほかの自治体のドメインかもしれません" in page
    assert desk.post(f"{LIST}{asked.pk}/", {"answer": "refuse"}).status_code == 422
    refused = desk.post(f"{LIST}{asked.pk}/", {"answer": "refuse", "reason": "高崎市のドメインです"})
    assert refused.url == LIST and state(asked) == "refused"
    assert "高崎市のドメインです" in client_for(administrator).get(SETTINGS).content.decode()
    letters = {one.subject: one for one in mailbox()}
    assert "シングルサインオンのドメインの確認を求められています" in letters
    assert letters["シングルサインオンのドメインが認められませんでした"].to == [administrator.email]
    with context.tenant(maebashi.pk):
        assert Event.objects.filter(action="sso.domain_refused").count() == 1
    answer = Connected(idp).sign_in(client, person(idp, "thief", email=f"boss@{FOREIGN}"))
    assert "登録されたドメインのものではありません" in answer.content.decode()


def test_confirmed_it_opens(client, client_for, secretary, asked, idp):
    assert client_for(secretary).post(f"{LIST}{asked.pk}/", {"answer": "confirm"}).url == LIST
    assert state(asked) == "confirmed"
    assert Connected(idp).sign_in(client, person(idp, "boss", email=f"boss@{FOREIGN}")).url == "/m/102016/"


@pytest.mark.parametrize("sent", [{}, {"answer": "yes"}])
def test_nothing_but_the_word_confirms(client_for, secretary, asked, sent):
    assert client_for(secretary).post(f"{LIST}{asked.pk}/", sent).status_code == 400
    assert state(asked) == "waiting"


def test_one_domain_belongs_to_one_municipality(acting, secretary, staff, takasaki, maebashi, idp, asked):
    with acting(secretary) as actor:
        confirm_domain(by=actor, domain=asked)
    ask(staff(takasaki, "administrator"), takasaki, idp, [FOREIGN])
    with acting(secretary) as actor:
        theirs = SsoDomain.visible.get(municipality=takasaki.pk)
        with pytest.raises(ValidationError) as error:
            confirm_domain(by=actor, domain=theirs)
        assert error.value.code == "of_another"
        refuse_domain(by=actor, domain=asked, reason="高崎市のもの")
        confirm_domain(by=actor, domain=theirs)


def test_entrance_opens_with_a_confirmed_domain_only(acting, administrator, maebashi, idp):
    connect(administrator, maebashi, idp)
    with acting(administrator, maebashi) as actor:
        set_policy(by=actor, policy="off")
    ask(administrator, maebashi, idp, [FOREIGN])
    with acting(administrator, maebashi) as actor:
        assert list(SsoDomain.objects.values_list("domain", flat=True)) == [FOREIGN]
        SsoEntrance.objects.update(policy="off")
        note_test(by=actor, connection=SsoConnection.objects.get())
        with pytest.raises(ValidationError) as error:
            set_policy(by=actor, policy="optional")
        assert error.value.error_dict["policy"][0].code == "not_confirmed"


class TestRace:
    """For real: each side in a transaction of its own, the second waiting for the first."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.mark.parametrize("first", ["open", "withdraw"])
    def test_no_entrance_is_open_without_a_domain(self, administrator, secretary, maebashi, idp, first):
        connect(administrator, maebashi, idp)
        with factories.acting(administrator, maebashi) as actor:
            set_policy(by=actor, policy="off")
            domain = SsoDomain.objects.get()
        held, waited = threading.Event(), threading.Event()

        def deed(name, by, place, call):
            try:
                if name != first:
                    held.wait(10)
                with factories.acting(by, place) as actor:
                    call(actor)
                    if name == first:
                        held.set()
                        waited.wait(HELD)
            except ValidationError:
                return "refused"
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(2) as pool:
            opening = pool.submit(
                deed, "open", administrator, maebashi, lambda by: set_policy(by=by, policy="optional")
            )
            pool.submit(
                deed,
                "withdraw",
                secretary,
                None,
                lambda by: refuse_domain(by=by, domain=domain, reason="届出の取下げ"),
            ).result(20)
        assert opening.result(20) == ("done" if first == "open" else "refused")
        assert policy_of(maebashi) == "off"


def withdraw(client, domain):
    return client.post(f"{LIST}{domain.pk}/", {"answer": "refuse", "reason": "届出の取下げ"})


def policy_of(municipality):
    with context.tenant(municipality.pk):
        return SsoEntrance.objects.get().policy


def test_last_domain_withdrawn_shuts_the_entrance(
    acting, secretary, client_for, administrator, maebashi, asked, mailbox
):
    with acting(administrator, maebashi) as actor:
        name_exception(by=actor, user=administrator)
        set_policy(by=actor, policy="required")
        first = SsoDomain.objects.get(domain=DOMAIN)
    desk = client_for(secretary)
    assert "確認を取り消す" in desk.get(f"{LIST}{first.pk}/").content.decode()
    desk.post(f"{LIST}{asked.pk}/", {"answer": "confirm"})
    withdraw(desk, asked)
    assert policy_of(maebashi) == "required"
    withdraw(desk, first)
    assert policy_of(maebashi) == "off"
    with context.tenant(maebashi.pk):
        assert Event.objects.filter(action="sso.domain_withdrawn").count() == 2
        assert Event.objects.filter(action="sso.policy_set").latest("id").detail == {
            "from": "required",
            "to": "off",
        }
    assert "シングルサインオンのドメインの確認が取り消されました" in {one.subject for one in mailbox()}


def test_last_domain_dropped_shuts_the_entrance(administrator, maebashi, idp, asked):
    ask(administrator, maebashi, idp, [FOREIGN])
    assert policy_of(maebashi) == "off"


def test_refusal_is_seen_until_asked_anew_and_then_by_who_answers(
    acting, secretary, client_for, administrator, maebashi, idp, asked
):
    with acting(secretary) as actor:
        refuse_domain(by=actor, domain=asked, reason="高崎市のドメインです")
    ask(administrator, maebashi, idp, [DOMAIN])
    assert "高崎市のドメインです" in client_for(administrator).get(SETTINGS).content.decode()
    ask(administrator, maebashi, idp, [DOMAIN, FOREIGN])
    assert "高崎市のドメインです" not in client_for(administrator).get(SETTINGS).content.decode()
    with context.tenant(maebashi.pk):
        anew = SsoDomain.objects.get(domain=FOREIGN)
    page = client_for(secretary).get(f"{LIST}{anew.pk}/").content.decode()
    assert "前回の理由" in page and "高崎市のドメインです" in page
    with acting(secretary) as actor:
        confirm_domain(by=actor, domain=anew)
        assert SsoDomain.visible.get(pk=anew.pk).reason == ""


def test_what_is_kept_is_not_asked_for_again(administrator, maebashi, idp, asked):
    ask(administrator, maebashi, idp, [DOMAIN])
    with context.tenant(maebashi.pk):
        assert SsoDomain.objects.get().state == DomainState.CONFIRMED


def test_atomic(acting, secretary, asked, monkeypatch):
    def fail(**kwargs):
        raise RuntimeError("audit is down")

    monkeypatch.setattr("consortium.sso.actions.domains.record", fail)
    with acting(secretary) as actor, pytest.raises(RuntimeError):
        confirm_domain(by=actor, domain=asked)
    assert state(asked) == "waiting"


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        ("city.maebashi.lg.jp", ["前橋市"]),
        ("mail.city.maebashi.gunma.jp", ["前橋市"]),
        ("town.maebashi.lg.jp", []),
        ("city.maebashi.tochigi.jp", []),
        ("city.maebashi.evil.jp", []),
        ("city.maebashi.jp", []),
        ("maebashi.example", []),
        ("pref.gunma.lg.jp", []),
    ],
)
def test_place_that_a_domain_names(maebashi, domain, names):
    assert [one.name for one in named_by(domain)] == names


def test_of_two_places_of_one_name_the_prefecture_decides(client_for, secretary, staff, maebashi, idp):
    """府中市 is in Tokyo and in Hiroshima; under lg.jp the domain doesn't say which."""
    tokyo, hiroshima = (factories.municipality(code) for code in ("132063", "342084"))
    asked = ["city.fuchu.hiroshima.jp", "city.fuchu.lg.jp"]
    ask(staff(tokyo, "administrator"), tokyo, idp, asked)
    assert [one.pk for one in named_by(asked[0])] == [hiroshima.pk]
    desk = client_for(secretary)
    with context.tenant(tokyo.pk):
        addresses = [f"{LIST}{one.pk}/" for one in SsoDomain.objects.order_by("domain")]
    pages = [desk.get(address).content.decode() for address in addresses]
    assert "登録した自治体と異なります" in pages[0] and "同名の自治体が複数" in pages[1]
