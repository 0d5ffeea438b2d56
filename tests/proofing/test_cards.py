"""Proofing by a test card: what is believed, what is refused, and what is left behind."""

import base64
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from consortium.audit.models import Event
from consortium.domain.my_number import check_digit
from consortium.tenancy import context
from consortium.tenancy.roles import OWNER
from deploy.cards import app
from deploy.cards.pki import CardAuthority
from deploy.cards.responder import Responder
from deploy.demo.authenticator import Authenticator
from identity.domain.enrolment_code import code_hash, parse
from identity.models import Citizen, EnrolmentCode, Proofing, ProofingAttempt, Residence
from tests.identity.residents import ORIGIN, enrol

from .conftest import KANA, MISAKI

pytestmark = pytest.mark.django_db
BODY = "12345678901"  # invented: no number is ever stored, in tests neither
NUMBER = BODY + check_digit(BODY)
Show = Callable[..., tuple[int, dict[str, Any]]]


def as_owner() -> Any:
    return context.opened(context.Context(OWNER))


def counts() -> tuple[int, ...]:
    with as_owner():
        return tuple(model.objects.count() for model in (Citizen, Residence, Proofing, EnrolmentCode))


def refusals() -> list[str]:
    with as_owner():
        rows = Event.objects.filter(action="proofing.refused").order_by("id")
        return [row.detail["reason"] for row in rows]


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_card_enrols_its_holder_at_level_three(cards: CardAuthority, show: Show, kind: str) -> None:
    card = cards.card(MISAKI, kind=kind)
    status, given = show(card)
    assert status == 201, given
    assert given["confirmation"] == ""
    with as_owner():
        citizen = Citizen.objects.get()
        proofing = Proofing.objects.get()
        home = Residence.objects.get()
    assert (citizen.family_name, citizen.given_name, citizen.kana) == ("架空", "美咲", KANA)
    assert (citizen.birth_date, citizen.sex, citizen.test) == ("1988-05-17", "female", False)
    assert (proofing.method, proofing.level, proofing.examined_by) == ("jpki", 3, None)
    assert proofing.expires_on == min(
        card.certificate.not_valid_after_utc.date(), date.today().replace(year=date.today().year + 5)
    )
    assert len(proofing.evidence_reference) == 64
    assert f"{card.certificate.serial_number:x}" not in proofing.evidence_reference
    assert home.municipality.code == "102016"
    response = enrol(Client(), given["enrolment_code"], Authenticator(ORIGIN))
    assert response.status_code == 302, response.content.decode()


def test_an_expiry_is_the_certificates_where_that_ends_first(cards: CardAuthority, show: Show) -> None:
    card = cards.card(MISAKI, ends=timedelta(days=40))
    assert show(card)[0] == 201
    with as_owner():
        assert Proofing.objects.get().expires_on == card.certificate.not_valid_after_utc.date()


def test_the_same_person_is_proofed_again_and_not_enrolled_twice(cards: CardAuthority, show: Show) -> None:
    first = show(cards.card(MISAKI))[1]["enrolment_code"]
    second = show(cards.card(replace(MISAKI, name="架空 美咲")), kana="ちがう よみ")
    assert second[0] == 201
    assert counts() == (1, 1, 2, 2)
    with as_owner():
        by_hash = {code.code_hash: code.revoked_at for code in EnrolmentCode.objects.all()}
    assert by_hash[code_hash(parse(first))] is not None
    assert by_hash[code_hash(parse(second[1]["enrolment_code"]))] is None


@pytest.mark.parametrize(
    ("changed", "kana"),
    [
        ({"address": "群馬県前橋市千代田町一丁目１番１号"}, KANA),
        ({"name": "架空　美先"}, KANA),
        ({"address": "どこか遠い所"}, "べつの よみ"),
        ({"address": "府中市宮西町二丁目"}, "べつの よみ"),
    ],
    ids=["moved or a namesake", "same reading and day", "no municipality", "two municipalities"],
)
def test_what_only_a_look_can_decide_goes_to_the_counter_with_one_answer(
    cards: CardAuthority, show: Show, changed: dict[str, str], kana: str
) -> None:
    assert show(cards.card(MISAKI))[0] == 201
    before = counts()
    status, answer = show(cards.card(replace(MISAKI, **changed)), kana=kana)
    assert (status, answer["code"]) == (422, "counter")
    assert "窓口" in answer["detail"]
    assert counts() == before
    assert refusals() == ["counter"]


BAD: dict[str, Callable[[CardAuthority], Any]] = {
    "expired": lambda a: a.card(MISAKI, starts=timedelta(days=-400), ends=timedelta(days=-1)),
    "not_yet_valid": lambda a: a.card(MISAKI, starts=timedelta(days=2)),
    "untrusted": lambda a: CardAuthority().card(MISAKI),
    "untrusted ": lambda a: a.card(MISAKI, self_signed=True),
    "purpose": lambda a: a.card(MISAKI, purpose="authentication"),
    "purpose ": lambda a: a.card(MISAKI, policy="1.2.392.200149.8.5.1.1.99"),
    "my_number": lambda a: a.card(replace(MISAKI, address=f"群馬県前橋市大手町 {NUMBER}")),
    "my_number ": lambda a: a.card(MISAKI, extra={"1.2.392.200149.8.5.5.77": NUMBER}),
    "my_number  ": lambda a: a.card(MISAKI, subject=NUMBER),
    "attributes": lambda a: a.card(replace(MISAKI, name=" ")),
}


@pytest.mark.parametrize("case", BAD, ids=list(BAD))
def test_a_bad_card_is_refused_recorded_and_changes_nothing(
    cards: CardAuthority, show: Show, case: str
) -> None:
    status, answer = show(BAD[case](cards))
    assert (status, answer["code"]) == (422, case.strip())
    assert refusals() == [case.strip()]
    assert counts() == (0, 0, 0, 0)


def test_a_revoked_card_is_refused(cards: CardAuthority, show: Show) -> None:
    card = cards.card(MISAKI)
    assert show(card)[0] == 201
    cards.revoke(card)
    before = counts()
    assert show(card)[1]["code"] == "revoked"
    assert counts() == before


def test_nobody_is_believed_while_the_responder_is_down(
    cards: CardAuthority, show: Show, responder: Responder
) -> None:
    responder.down = True
    status, answer = show(cards.card(MISAKI))
    assert (status, answer["code"]) == (422, "unavailable")
    assert refusals() == ["unavailable"]
    assert counts() == (0, 0, 0, 0)


def test_an_answer_of_the_responder_to_somebody_else_is_worth_nothing(
    cards: CardAuthority, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recorded "good" is played again after the card was revoked."""
    card = cards.card(MISAKI)
    recorded: list[bytes] = []
    real = cards.ocsp
    monkeypatch.setattr(cards, "ocsp", lambda asked: recorded.append(real(asked)) or recorded[0])
    assert show(card)[0] == 201
    cards.revoke(card)
    assert show(card)[1]["code"] == "unavailable"


def test_a_signature_over_anything_else_is_refused(cards: CardAuthority, show: Show) -> None:
    card, other = cards.card(MISAKI), cards.card(MISAKI)
    wrong = base64.b64encode(card.sign(b"something else")).decode()
    assert show(card, signature=wrong)[1]["code"] == "signature"
    assert show(card, certificate=base64.b64encode(other.der).decode())[1]["code"] == "signature"
    assert refusals() == ["signature"] * 2
    assert counts() == (0, 0, 0, 0)


def test_a_signature_made_for_another_site_is_refused(cards: CardAuthority, post: app.Post) -> None:
    asked = replace(app.ask(post), audience="https://evil.example")
    assert app.answer(post, asked, cards.card(MISAKI), KANA)[1]["code"] == "signature"


def test_a_challenge_is_answered_once(cards: CardAuthority, post: app.Post) -> None:
    asked, card = app.ask(post), cards.card(MISAKI)
    assert app.answer(post, asked, card, KANA)[0] == 201
    before = counts()
    assert app.answer(post, asked, card, KANA)[1]["code"] == "challenge"
    assert counts() == before
    assert refusals() == ["challenge"]


@pytest.mark.parametrize(
    "changed",
    [
        {"challenge": base64.b64encode(os.urandom(32)).decode()},
        {"token": "another-app"},
    ],
    ids=["unknown", "another app's"],
)
def test_a_challenge_of_somebody_else_is_refused(
    cards: CardAuthority, show: Show, changed: dict[str, str]
) -> None:
    assert show(cards.card(MISAKI), **changed)[1]["code"] == "challenge"
    assert refusals() == ["challenge"]


def test_an_old_challenge_is_refused(cards: CardAuthority, post: app.Post) -> None:
    asked = app.ask(post)
    with as_owner():
        attempt = ProofingAttempt.objects.get()
        attempt.expires_at = attempt.started_at
        attempt.save()
    assert app.answer(post, asked, cards.card(MISAKI), KANA)[1]["code"] == "challenge"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"certificate": "A" * 12_001}, "certificate"),
        ({"signature": "A" * 1_401}, "signature"),
        ({"certificate": "人"}, "certificate"),
        ({"kana": "漢字"}, "kana"),
        ({"kana": NUMBER}, "kana"),
        ({"extra": "1"}, "extra"),
    ],
)
def test_a_malformed_answer_says_what_is_wrong(
    cards: CardAuthority, show: Show, changed: dict[str, str], field: str
) -> None:
    status, answer = show(cards.card(MISAKI), **changed)
    assert status == 400
    assert answer["errors"][0]["field"] == field
    assert counts() == (0, 0, 0, 0)


def test_what_is_no_certificate_is_refused(cards: CardAuthority, show: Show) -> None:
    assert show(cards.card(MISAKI), certificate=base64.b64encode(b"0" * 500).decode())[1]["code"] == (
        "certificate"
    )


def test_without_anchors_the_way_is_closed(post: app.Post) -> None:
    with pytest.raises(RuntimeError, match="受け付けていません"):
        app.ask(post)
