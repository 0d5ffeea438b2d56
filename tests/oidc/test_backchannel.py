"""Services hear that a sign-in is over: which, when, with what token, and again if they did not hear it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from consortium.tenancy import context
from identity import backchannel
from identity.domain.session_id import SESSION_NAME, sid_of
from identity.models import (
    AccessToken,
    Authorization,
    AuthorizationCode,
    LogoutNotice,
    LogoutState,
    ResidentSession,
)
from services.models import RelyingParty
from tests.identity.residents import TARO, Counter, Resident, make_resident, sign_in

from .receiver import Receiver, receiving
from .support import HOST, ISSUER, Service, jwt_claims

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def set_up(service: Service, **fields: Any) -> None:
    with context.secretariat():
        RelyingParty.objects.filter(pk=service.party.pk).update(**fields)


@pytest.fixture
def listening(service: Service, receiver: Receiver) -> Service:
    """The service, registered for back-channel logout."""
    set_up(service, backchannel_logout_uri=receiver.uri, backchannel_logout_session_required=True)
    return service


def sign_out(resident: Resident) -> None:
    assert resident.client.post("/sign-out/", HTTP_HOST=HOST).status_code == 302


def notices() -> list[LogoutNotice]:
    with context.worker():
        return list(LogoutNotice.objects.order_by("created_at"))


def make_due() -> None:
    with context.opened(context.Context("owner")):
        LogoutNotice.objects.update(due_at=timezone.now())


def validated(service: Service, token: str) -> dict[str, Any]:
    """As Back-Channel Logout 1.0, section 2.6 asks of a service; algorithm as registered."""
    published = KeySet.import_key_set(service.machine.get("/oauth/jwks").json())
    algorithm = service.party.id_token_signed_response_alg
    assert jws.extract_compact(token.encode()).headers()["typ"] == "logout+jwt"
    claims = jwt.decode(token, published, algorithms=[algorithm]).claims
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": service.party.client_id},
        iat={"essential": True},
        exp={"essential": True},
        jti={"essential": True},
    ).validate(claims)
    assert claims["exp"] - claims["iat"] <= 120
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
    assert "nonce" not in claims
    return claims


def test_backchannel_logout_is_retried_and_its_logout_token_validates(
    hanako: Resident, listening: Service, receiver: Receiver
) -> None:
    told = jwt_claims(listening.tokens(hanako.client)["id_token"])
    receiver.answers = [500]
    sign_out(hanako)
    assert backchannel.deliver_due() == 1
    (notice,) = notices()
    assert (notice.state, notice.attempts, notice.error) == (LogoutState.QUEUED, 1, "500")
    assert backchannel.deliver_due() == 0  # not before its pause is over
    make_due()
    assert backchannel.deliver_due() == 1
    (notice,) = notices()
    assert (notice.state, notice.attempts, notice.error) == (LogoutState.DELIVERED, 2, "")
    first, second = (validated(listening, token) for token in receiver.tokens)
    assert (second["sub"], second["sid"]) == (told["sub"], told["sid"])
    assert first["jti"] != second["jti"]


def test_the_session_is_named_before_the_first_service(hanako: Resident, service: Service) -> None:
    """Else two tabs that begin at once would each give it a name, and one of them would be lost."""
    with context.citizen(hanako.citizen_id):
        name = ResidentSession.objects.get().get_decoded()[SESSION_NAME]
    told = jwt_claims(service.tokens(hanako.client)["id_token"])
    assert told["sid"] == sid_of(name, service.party.client_id)


def test_only_services_of_this_sign_in_that_registered_for_it_hear(
    hanako: Resident, listening: Service, receiver: Receiver, transport: Any, register: Any
) -> None:
    deaf, other = register(transport, name_ja="別の"), register(transport, name_ja="もう一つの")
    set_up(other, backchannel_logout_uri=receiver.uri)
    listening.tokens(hanako.client)
    listening.tokens(hanako.client)
    deaf.tokens(hanako.client)
    elsewhere = Client()
    sign_in(elsewhere, hanako.device)
    other.tokens(elsewhere)
    sign_out(hanako)
    assert [notice.client_id for notice in notices()] == [listening.party.client_id]


def test_tokens_end_with_the_sign_in(hanako: Resident, service: Service) -> None:
    token = service.tokens(hanako.client)["access_token"]
    waiting = service.code(hanako.client)
    sign_out(hanako)
    assert service.userinfo(token).status_code == 401
    assert service.redeem(waiting).json()["error"] == "invalid_grant"


def test_what_she_granted_for_the_time_after_stays(hanako: Resident, service: Service) -> None:
    service.tokens(hanako.client)
    service.tokens(hanako.client)
    offline = Authorization.objects.first()
    assert offline
    with context.opened(context.Context("owner")):
        Authorization.objects.filter(pk=offline.pk).update(scope="openid offline_access resident_of")
    sign_out(hanako)
    assert list(Authorization.objects.filter(revoked_at=None)) == [offline]


def test_signing_out_another_device_tells_its_services(
    hanako: Resident, listening: Service, receiver: Receiver
) -> None:
    told = jwt_claims(listening.tokens(hanako.client)["id_token"])
    elsewhere = Client()
    sign_in(elsewhere, hanako.device)
    assert elsewhere.post("/me/sessions/end-others/", HTTP_HOST=HOST).status_code == 302
    backchannel.deliver_due()
    (token,) = receiver.tokens
    assert validated(listening, token)["sid"] == told["sid"]


def test_somebody_else_who_signs_in_ends_the_sign_in_before(
    hanako: Resident, listening: Service, receiver: Receiver, counter: Counter
) -> None:
    told = jwt_claims(listening.tokens(hanako.client)["id_token"])
    taro = make_resident(counter, TARO)
    sign_in(hanako.client, hanako.device)  # herself again: nothing has ended
    assert notices() == []
    sign_in(hanako.client, taro.device)
    backchannel.deliver_due()
    (token,) = receiver.tokens
    assert validated(listening, token)["sid"] == told["sid"]


def test_withdrawal_tells_the_service(
    hanako: Resident, listening: Service, receiver: Receiver, withdraw: Any
) -> None:
    set_up(listening, backchannel_logout_session_required=False)
    told = jwt_claims(listening.tokens(hanako.client)["id_token"])
    withdraw(hanako, listening)
    backchannel.deliver_due()
    (token,) = receiver.tokens
    claims = validated(listening, token)
    assert claims["sub"] == told["sub"] and "sid" not in claims  # all its sessions of hers


def test_withdrawal_tells_the_service_of_a_sign_in_long_ago(
    hanako: Resident, listening: Service, receiver: Receiver, withdraw: Any
) -> None:
    told = jwt_claims(listening.tokens(hanako.client)["id_token"])
    with context.opened(context.Context("owner")):
        AccessToken.objects.all().delete()
        AuthorizationCode.objects.all().delete()
        Authorization.objects.all().delete()
    withdraw(hanako, listening)
    backchannel.deliver_due()
    (token,) = receiver.tokens
    claims = validated(listening, token)
    assert claims["sub"] == told["sub"] and "sid" not in claims


def test_redirect_is_not_followed_and_counts_as_failure(
    hanako: Resident, listening: Service, receiver: Receiver
) -> None:
    listening.tokens(hanako.client)
    receiver.answers = [302]
    sign_out(hanako)
    backchannel.deliver_due()
    assert len(receiver.tokens) == 1 and notices()[0].error == "302"


@pytest.mark.parametrize(
    "uri",
    ["http://10.0.0.1/", "https://127.0.0.1/", "https://169.254.169.254/", "http://service.example.jp/"],
)
def test_no_private_address_is_asked(settings: Any, uri: str) -> None:
    settings.SSO_ALLOWS_LOCALHOST = False
    assert backchannel.tell(uri, "token") == "unreachable"


def test_a_service_that_fails_holds_up_no_other(
    hanako: Resident, listening: Service, receiver: Receiver, transport: Any, register: Any
) -> None:
    broken = register(transport, name_ja="壊れた")
    set_up(broken, backchannel_logout_uri="http://127.0.0.1:9/", backchannel_logout_session_required=True)
    for service in (broken, listening):
        service.tokens(hanako.client)
    sign_out(hanako)
    sign_in(hanako.client, hanako.device)
    broken.tokens(hanako.client)
    sign_out(hanako)
    assert backchannel.deliver_due() == 2
    assert len(receiver.tokens) == 1
    assert [n.attempts for n in notices() if n.client_id == broken.party.client_id] == [1, 0]


@contextmanager
def answering(answer: bytes, drip: bytes = b"") -> Iterator[str]:
    """The address of a service that answers this, then one of these bytes after the other, without end."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(answer)
            while drip:
                connection.sendall(drip)
                time.sleep(0.02)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    thread.join(5)
    listener.close()


BROKEN = {
    "not what it says": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    "cut off": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd",
    "no chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "no answer": b"",
}
DRIPPING = {
    "headers": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "chunk size": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "body": (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_answer_is_one_failed_attempt(answer: bytes) -> None:
    with answering(answer) as uri:
        assert backchannel.tell(uri, "token") == "unreachable"


def test_a_name_that_cannot_be_is_one_failed_attempt() -> None:
    assert backchannel.tell(f"https://{'a' * 64}.example.jp/", "token") == "unreachable"


@pytest.mark.parametrize(("answer", "drip"), DRIPPING.values(), ids=list(DRIPPING))
def test_no_service_holds_a_worker_by_answering_slowly(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, drip: bytes
) -> None:
    monkeypatch.setattr("consortium.sso.outbound.LONGEST", 0.3)
    began = time.monotonic()
    with answering(answer, drip) as uri:
        backchannel.tell(uri, "token")
        assert time.monotonic() - began < 3


def test_a_slow_service_takes_its_share_of_a_pass(
    hanako: Resident, listening: Service, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backchannel, "SHARE", 0.0)
    for _ in range(2):
        listening.tokens(hanako.client)
        sign_out(hanako)
        sign_in(hanako.client, hanako.device)
    assert backchannel.deliver_due() == 1
    assert backchannel.deliver_due() == 1
    assert len(receiver.tokens) == 2


def test_slow_services_leave_workers_for_others(
    hanako: Resident, listening: Service, transport: Any, register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each service one notice is on its way at a time, and no more than a few of all."""
    monkeypatch.setattr(backchannel, "AT_ONCE", 2)
    others = [register(transport, name_ja=f"別の{number}") for number in range(2)]
    for one in others:
        set_up(one, backchannel_logout_uri="http://127.0.0.1:9/", backchannel_logout_session_required=True)
    for _ in range(2):
        for one in (listening, *others):
            one.tokens(hanako.client)
        sign_out(hanako)
        sign_in(hanako.client, hanako.device)
    first, second = backchannel.claim(), backchannel.claim()
    assert first and second and first.client_id != second.client_id
    assert backchannel.claim() is None
    backchannel._end(first, LogoutState.DELIVERED)
    third = backchannel.claim()
    assert third and third.client_id != second.client_id


def test_what_workers_never_finished_is_given_up_after_a_day(hanako: Resident, listening: Service) -> None:
    listening.tokens(hanako.client)
    sign_out(hanako)
    assert backchannel.claim()
    with context.opened(context.Context("owner")):
        past = timezone.now() - timedelta(days=2)
        LogoutNotice.objects.update(lease_until=past, created_at=past)
    assert backchannel.deliver_due() == 0
    assert [(notice.state, notice.error) for notice in notices()] == [("dead", "interrupted")]


def test_given_up_after_a_day_or_without_address(
    hanako: Resident, listening: Service, receiver: Receiver
) -> None:
    for _ in range(2):
        listening.tokens(hanako.client)
        sign_out(hanako)
        sign_in(hanako.client, hanako.device)
    receiver.answers = [500]
    with context.opened(context.Context("owner")):
        first = notices_of_owner()[0]
        LogoutNotice.objects.filter(pk=first).update(created_at=timezone.now() - timedelta(days=2))
    assert backchannel.deliver_due(limit=1) == 1
    set_up(listening, backchannel_logout_uri="")
    assert backchannel.deliver_due() == 1
    assert {(notice.state, notice.error) for notice in notices()} == {("dead", "500"), ("dead", "no_address")}


def notices_of_owner() -> list[Any]:
    return list(LogoutNotice.objects.order_by("due_at").values_list("pk", flat=True))


def test_what_a_silent_worker_left_is_sent_again_and_the_late_one_marks_nothing(
    hanako: Resident, listening: Service, receiver: Receiver
) -> None:
    listening.tokens(hanako.client)
    sign_out(hanako)
    silent = backchannel.claim()
    assert silent and backchannel.claim() is None
    with context.opened(context.Context("owner")):
        LogoutNotice.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    receiver.answers = [500]
    assert backchannel.deliver_due() == 1
    backchannel._end(silent, LogoutState.DELIVERED)
    assert notices()[0].state == LogoutState.QUEUED


def test_no_sign_out_without_its_notices(
    hanako: Resident, listening: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: where the audit row fails, session and tokens go on and nobody is told."""
    token = listening.tokens(hanako.client)["access_token"]

    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("identity.actions.logouts.record", fail)
    with pytest.raises(RuntimeError):
        hanako.client.post("/sign-out/", HTTP_HOST=HOST)
    assert notices() == []
    assert listening.userinfo(token).status_code == 200
    assert hanako.client.get("/me/", HTTP_HOST=HOST).status_code == 200


def test_suspended_service_still_hears(hanako: Resident, listening: Service, receiver: Receiver) -> None:
    listening.tokens(hanako.client)
    set_up(listening, status="suspended")
    sign_out(hanako)
    backchannel.deliver_due()
    assert len(receiver.tokens) == 1
