"""Services ask, residents answer per attribute, with a term and conditions; nothing leaves before."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from consortium.audit.models import Event
from consortium.notifications.sending import send_due
from consortium.tenancy import context
from consortium.tenancy.tasks import HOUSEKEEPING
from identity import backchannel
from identity.actions.consents import narrow_consent, withdraw_consent
from identity.actions.optin import Decision, answer_request
from identity.context import resident as speaking
from identity.models import ConsentEvent, ConsentRequest, ContactAddress, Disclosure, LogoutNotice
from identity.tasks import ask_for_new_purposes_
from services.models import RelyingParty
from tests.identity.residents import TARO, Counter, Resident, make_resident
from tests.isolation.rows import as_owner

from .asking import (
    ASK,
    EVERYTHING,
    MINE,
    answer,
    ask,
    asked,
    attributes,
    change,
    deliver,
    in_days,
    live,
    machine,
    state,
    subject_of,
)
from .receiver import Handler, Receiver, receiving
from .support import ISSUER, Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking(transport: Any, register: Any, identity_surface: Any) -> Service:
    made: Service = register(
        transport,
        grant_types=["authorization_code", "client_credentials"],
        allowed_scopes=["consents.request"],
    )
    return made


class Events(Handler):
    """Of RFC 8935: the token is the body."""

    server: Receiver

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/secevent+jwt"
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.tokens.append(body)
        self.send_response(self.server.answers.pop(0) if self.server.answers else 202)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def event_receiver() -> Iterator[Receiver]:
    with receiving() as server:
        server.RequestHandlerClass = Events
        yield server


def test_only_a_service_with_the_scope_asks(hanako: Resident, service: Service, asking: Service) -> None:
    assert asking.machine.post(ASK, "{}", content_type="application/json").status_code == 401
    hers = service.tokens(hanako.client)["access_token"]
    assert ask(service, hers, subject="x").status_code == 403


def test_asked_and_answered_per_attribute(hanako: Resident, asking: Service) -> None:
    token, request_id = machine(asking), asked(asking, hanako)
    assert state(asking, token, request_id)["state"] == "waiting"
    assert "まちなか交通割引" in hanako.client.get("/me/requests/").content.decode()
    assert answer(hanako, request_id, granted=["age_over_65"], term="month").status_code == 302
    told = state(asking, token, request_id)
    assert (told["state"], told["granted"]) == ("granted", ["age_over_65"])
    (held,) = live(hanako, asking)
    assert (held.attributes, held.refused, held.source) == (("age_over_65",), ("resident_of",), "request")
    assert held.condition == "this_month"
    assert timezone.localtime(held.until).day == 1


def test_a_refusal_needs_no_other_field(hanako: Resident, asking: Service) -> None:
    token, request_id = machine(asking), asked(asking, hanako)
    assert answer(hanako, request_id, decision="deny", term="", granted=[]).status_code == 302
    assert state(asking, token, request_id)["state"] == "refused"
    assert [one.attributes for one in live(hanako, asking)] == [()]


def test_what_was_granted_before_and_not_asked_for_stays(hanako: Resident, asking: Service) -> None:
    answer(hanako, asked(asking, hanako, attributes=["resident_of"]), granted=["resident_of"])
    second = ask(asking, machine(asking), subject=subject_of(asking, hanako), attributes=["age_over_65"])
    deliver()
    answer(hanako, second.json()["id"], granted=["age_over_65"])
    assert [one.attributes for one in live(hanako, asking)] == [("age_over_65", "resident_of")]


def test_an_unknown_pseudonym_gets_the_same_answer(hanako: Resident, asking: Service) -> None:
    token = machine(asking)
    known = ask(asking, token, subject=subject_of(asking, hanako), until=in_days(9))
    unknown = ask(asking, token, subject="nobody", until=in_days(9))
    deliver()
    assert known.status_code == unknown.status_code == 202
    told = [state(asking, token, one.json()["id"]) for one in (known, unknown)]
    assert told[0].keys() == told[1].keys()
    assert [one["state"] for one in told] == ["waiting", "waiting"]
    for _ in range(2):
        assert ask(asking, token, subject="nobody").status_code == 202
    assert ask(asking, token, subject="nobody").status_code == 429


def test_a_pseudonym_of_another_sector_means_nobody(hanako: Resident, asking: Service) -> None:
    subject = subject_of(asking, hanako)
    with as_owner():
        RelyingParty.objects.filter(pk=asking.party.pk).update(sector="medical", attributes=["name"])
        request = ConsentRequest(
            client_id=asking.party.client_id, subject=subject, key="k", recipient="x", purpose="x",
            attributes=["name"], until=timezone.now() + timedelta(days=1),
            expires_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip
        request.save(force_insert=True)
    deliver()
    with context.worker():
        assert ConsentRequest.objects.get(pk=request.pk).citizen_id is None


def test_the_same_key_asks_once(hanako: Resident, asking: Service) -> None:
    token, until = machine(asking), in_days(9)
    first = ask(asking, token, key="k-1", subject="nobody", until=until)
    again = ask(asking, token, key="k-1", subject="nobody", until=until)
    assert first.json()["id"] == again.json()["id"]
    assert again["Idempotency-Replayed"] == "true"
    assert ask(asking, token, key="k-1", subject="somebody", until=until).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"attributes": ["name"]}, "attributes"),
        ({"attributes": ["shoe_size"]}, "attributes"),
        ({"attributes": []}, "attributes"),
        ({"until": "2020-01-01T00:00:00Z"}, "until"),
        ({"until": "9999-01-01T00:00:00Z"}, "until"),
        ({"purpose": "広告のため"}, "purpose"),
    ],
)
def test_bad_wishes_are_refused_by_field(asking: Service, wrong: dict[str, Any], field: str) -> None:
    response = ask(asking, machine(asking), subject="nobody", **wrong)
    assert response.status_code == 400, response.content
    assert {error["field"].split(".")[0].split("[")[0] for error in response.json()["errors"]} == {field}
    with context.worker():
        assert not ConsentRequest.objects.exists()


def test_with_her_own_token(hanako: Resident, asking: Service) -> None:
    hers = asking.tokens(hanako.client, scope="openid")["access_token"]
    response = ask(asking, hers, to=MINE)
    assert response.status_code == 202, response.content
    deliver()
    assert response.json()["id"] in hanako.client.get("/me/requests/").content.decode()


def test_another_residents_request_is_not_there(hanako: Resident, asking: Service, counter: Counter) -> None:
    request_id, taro = asked(asking, hanako), make_resident(counter, TARO)
    assert taro.client.get(f"/me/requests/{request_id}/").status_code == 404
    with speaking(taro.citizen_id) as actor, pytest.raises(ValidationError) as refused:
        answer_request(by=actor, request_id=UUID(request_id), decision=Decision(EVERYTHING))
    assert refused.value.code == "unknown"


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (Decision(["name"]), "attributes"),
        (Decision(EVERYTHING, timezone.now() - timedelta(days=1)), "until"),
        (Decision(EVERYTHING, timezone.now() + timedelta(days=300)), "until"),
    ],
)
def test_bad_answers_change_nothing(hanako: Resident, asking: Service, decision: Decision, code: str) -> None:
    request_id = asked(asking, hanako)
    before = ConsentEvent._base_manager.count
    with as_owner():
        rows = before()
    with pytest.raises(ValidationError) as refused, speaking(hanako.citizen_id) as actor:
        answer_request(by=actor, request_id=UUID(request_id), decision=decision)
    assert refused.value.code == code
    with as_owner():
        assert before() == rows
        assert ConsentRequest.objects.get(pk=request_id).answer == ""


def test_too_late_changed_or_not_in_use_here(hanako: Resident, asking: Service) -> None:
    request_id = UUID(asked(asking, hanako))

    def code() -> str:
        with pytest.raises(ValidationError) as refused, speaking(hanako.citizen_id) as actor:
            answer_request(by=actor, request_id=request_id, decision=Decision(EVERYTHING))
        return str(refused.value.code)

    change(asking, purpose_ja="別の目的")
    assert code() == "purpose"
    change(asking, purpose_ja=asking.party.purpose_ja, status="suspended")
    assert code() == "service"
    with as_owner():
        ConsentRequest.objects.update(expires_at=timezone.now())
    assert code() == "expired"
    assert "期限が過ぎました" in hanako.client.get(f"/me/requests/{request_id}/").content.decode()


def test_each_time_needs_a_fresh_word(hanako: Resident, asking: Service) -> None:
    request_id = asked(asking, hanako)
    answer(hanako, request_id, each_time="on")
    token = asking.tokens(hanako.client)["access_token"]
    assert attributes(asking, token).json()["attributes"] == {"resident_of": "102016", "age_over_65": True}
    waits = attributes(asking, token)
    assert (waits.status_code, waits.json()["code"]) == (403, "consent_required")
    answered = asking.userinfo(token)
    assert (answered.status_code, answered.json()["error"]) == (403, "consent_required")
    deliver()
    with context.citizen(hanako.citizen_id):
        waiting = ConsentRequest.objects.get(kind="approval")  # one, however often it tries
    page = hanako.client.get(f"/me/requests/{waiting.pk}/").content.decode()
    assert "今回は認める" in page
    assert answer(hanako, str(waiting.pk)).status_code == 302
    assert asking.userinfo(token).json()["age_over_65"] is True
    assert attributes(asking, token).status_code == 403
    with context.citizen(hanako.citizen_id):
        assert Disclosure.objects.count() == 2


def test_the_wish_to_be_asked_each_time_outlives_another_answer(hanako: Resident, asking: Service) -> None:
    answer(hanako, asked(asking, hanako, attributes=["resident_of"]), granted=["resident_of"], each_time="on")
    second = ask(asking, machine(asking), subject=subject_of(asking, hanako), attributes=["age_over_65"])
    deliver()
    answer(hanako, second.json()["id"], granted=["age_over_65"])
    (held,) = live(hanako, asking)
    assert (held.attributes, held.is_each_time) == (("age_over_65", "resident_of"), True)


def test_part_of_a_consent_is_withdrawn_at_once(hanako: Resident, asking: Service) -> None:
    token = asking.tokens(hanako.client)["access_token"]
    (held,) = live(hanako, asking)
    with speaking(hanako.citizen_id) as actor:
        narrow_consent(by=actor, consent_id=held.consent_id, attributes=["resident_of"])
    assert attributes(asking, token).json()["attributes"] == {"age_over_65": True}
    with pytest.raises(ValidationError), speaking(hanako.citizen_id) as actor:
        narrow_consent(by=actor, consent_id=held.consent_id, attributes=["age_over_65"])


def test_services_hear_by_signed_events(hanako: Resident, asking: Service, event_receiver: Any) -> None:
    request_id = asked(asking, hanako)
    change(asking, consent_events_uri=event_receiver.uri)
    answer(hanako, request_id)
    (held,) = live(hanako, asking)
    with speaking(hanako.citizen_id) as actor:
        narrow_consent(by=actor, consent_id=held.consent_id, attributes=["resident_of"])
        withdraw_consent(by=actor, consent_id=held.consent_id)
    event_receiver.answers = [500]
    backchannel.deliver_due()
    with as_owner():
        LogoutNotice.objects.update(due_at=timezone.now())
    backchannel.deliver_due()
    published = KeySet.import_key_set(asking.machine.get("/oauth/jwks").json())
    told = []
    for token in event_receiver.tokens:
        assert jws.extract_compact(token.encode()).headers()["typ"] == "secevent+jwt"
        told.append(jwt.decode(token, published, algorithms=["ES256"]).claims)
    heard = {one["jti"]: one for one in told}
    assert len(told) == len(heard) + 1  # the one that was not heard came again as the same
    events = {name: said for one in heard.values() for name, said in one["events"].items()}
    assert {name.removeprefix(f"{ISSUER}/events/") for name in events} == {
        "consent-request-answered",
        "consent-narrowed",
        "consent-withdrawn",
    }
    assert events[f"{ISSUER}/events/consent-request-answered"]["request"] == request_id
    assert {one["sub_id"]["sub"] for one in told} == {subject_of(asking, hanako)}


def test_a_new_purpose_is_asked_about_beside_the_old_one(hanako: Resident, asking: Service) -> None:
    asking.tokens(hanako.client)
    (held,) = live(hanako, asking)
    with speaking(hanako.citizen_id) as actor:
        narrow_consent(by=actor, consent_id=held.consent_id, attributes=["resident_of"])
    change(asking, purpose_ja="定期券の割引も適用するため")
    for _ in range(2):
        ask_for_new_purposes_.apply(headers=HOUSEKEEPING, throw=True)
    deliver()
    with context.citizen(hanako.citizen_id):
        (one,) = ConsentRequest.objects.all()
    page = hanako.client.get(f"/me/requests/{one.pk}/").content.decode()
    assert "運賃の割引を適用するため" in page
    assert "定期券の割引も適用するため" in page
    assert one.attributes == ["age_over_65"], "what she took back is not asked for again"
    assert "checked" not in page.partition('name="granted"')[2].partition(">")[0]
    answer(hanako, str(one.pk), granted=["age_over_65"])
    assert {view.purpose for view in live(hanako, asking)} >= {"定期券の割引も適用するため"}
    ask_for_new_purposes_.apply(headers=HOUSEKEEPING, throw=True)
    with context.citizen(hanako.citizen_id):
        assert ConsentRequest.objects.count() == 1


def test_mail_says_nothing_and_goes_to_a_confirmed_address_only(
    hanako: Resident, asking: Service, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page = hanako.client.get("/me/contact/").content.decode()
    once = page.split('name="once" value="')[1].split('"')[0]
    hanako.client.post("/me/contact/", {"address": "hanako@example.jp", "once": once})
    asked(asking, hanako)
    send_due()
    (confirm,) = mail.outbox
    link = next(line for line in confirm.body.splitlines() if "/me/contact/confirm/" in line)
    path = link.removeprefix(ISSUER)
    assert hanako.client.get(path).status_code == 200  # opening it is not enough: mail programs do
    assert hanako.client.post(path).status_code == 302
    asked(asking, hanako)
    send_due()
    (_, news) = mail.outbox
    assert news.to == ["hanako@example.jp"]
    assert "お知らせがあります。サインインして確認してください。" in news.body
    assert "まちなか" not in news.body + news.subject
    assert news.body.count("http://localhost:8001/") == 2  # in both languages
    with connection.cursor() as cursor, as_owner():
        cursor.execute("SELECT address FROM identity_contactaddress")
        assert "hanako" not in cursor.fetchone()[0]
    hanako.client.post("/me/contact/remove/")
    with as_owner():
        assert not ContactAddress.objects.exists()
        assert not Event.objects.filter(detail__icontains="hanako").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(hanako: Resident, asking: Service) -> None:
    request_id = UUID(asked(asking, hanako))

    def respond(_: int) -> str:
        try:
            with speaking(hanako.citizen_id) as actor:
                answer_request(by=actor, request_id=request_id, decision=Decision(EVERYTHING))
        except ValidationError as error:
            return str(error.code)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(respond, range(4)))
    assert outcomes == ["answered", "answered", "answered", "done"]


@pytest.mark.django_db(transaction=True)
def test_one_approval_serves_one_of_many_at_once(hanako: Resident, asking: Service) -> None:
    answer(hanako, asked(asking, hanako), each_time="on")
    token = asking.tokens(hanako.client)["access_token"]

    def fetch(_: int) -> int:
        try:
            return int(Service(asking.party, asking.secret).userinfo(token).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(fetch, range(4))) == [200, 403, 403, 403]


def test_an_unknown_request_of_a_service_is_not_found(asking: Service) -> None:
    response = asking.machine.get(f"{ASK}{uuid4()}/", HTTP_AUTHORIZATION=f"Bearer {machine(asking)}")
    assert response.status_code == 404
