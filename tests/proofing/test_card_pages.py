"""Enrolling in a browser while the card is read by an app elsewhere."""

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.roles import OWNER
from deploy.cards import app
from deploy.cards.pki import CardAuthority
from deploy.demo.authenticator import Authenticator
from identity.models import Citizen, Passkey
from tests.identity.residents import ORIGIN, options

from .conftest import KANA, MISAKI

pytestmark = pytest.mark.django_db


def begun(browser: Client) -> app.Asked:
    page = browser.post("/enrol/card/", follow=True).content.decode()
    found = re.search(r'href="(consortium-card:[^"]*)"', page)
    assert found, page
    return app.Asked.of_link(html.unescape(found[1]))


def test_a_card_leads_the_waiting_browser_to_its_passkey(cards: CardAuthority, post: app.Post) -> None:
    browser = Client()
    asked = begun(browser)
    assert (asked.purpose, asked.audience) == ("enrol", ORIGIN)
    assert 'http-equiv="refresh"' in browser.get("/enrol/card/wait/").content.decode()
    status, given = app.answer(post, asked, cards.card(MISAKI), KANA)
    assert (status, given["enrolment_code"]) == (201, "")
    assert "確認番号を入力" in browser.get("/enrol/card/wait/").content.decode()
    digits = given["confirmation"].translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    response = browser.post("/enrol/card/wait/", {"digits": digits})
    assert (response.status_code, response.headers["Location"]) == (302, "/enrol/passkey/")
    credential = Authenticator(ORIGIN).create(options(browser.get("/enrol/passkey/")))
    done = browser.post("/enrol/passkey/", {"name": "電話", "credential": json.dumps(credential)})
    assert (done.status_code, done.headers["Location"]) == (302, "/me/")
    with context.opened(context.Context(OWNER)):
        assert Passkey.objects.get().citizen_id == Citizen.objects.get().pk


def test_digits_are_guessed_five_times_at_most(cards: CardAuthority, post: app.Post) -> None:
    """Whoever sent her QR code to the holder of a card does not see the holder's screen."""
    browser = Client()
    given = app.answer(post, begun(browser), cards.card(MISAKI), KANA)[1]
    wrong = f"{(int(given['confirmation']) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert browser.post("/enrol/card/wait/", {"digits": wrong}).status_code == 422
    response = browser.post("/enrol/card/wait/", {"digits": given["confirmation"]})
    assert response.status_code == 422
    assert "続けて間違えた" in browser.get("/enrol/card/wait/").content.decode()
    with context.opened(context.Context(OWNER)):
        assert Event.objects.filter(action="proofing.digits_refused").count() == 6


def test_another_browser_gets_nothing(cards: CardAuthority, post: app.Post) -> None:
    given = app.answer(post, begun(Client()), cards.card(MISAKI), KANA)[1]
    response = Client().post("/enrol/card/wait/", {"digits": given["confirmation"]})
    assert response.headers["Location"] == "/enrol/card/"


def test_an_app_that_did_not_begin_cannot_claim_a_browsers_challenge(
    cards: CardAuthority, post: app.Post
) -> None:
    asked = begun(Client())
    assert app.answer(post, asked, cards.card(MISAKI), KANA, token="mine")[1]["code"] == "challenge"


def test_a_refusal_is_told_in_the_browser_too(cards: CardAuthority, post: app.Post) -> None:
    browser = Client()
    app.answer(post, begun(browser), cards.card(MISAKI, purpose="authentication"), KANA)
    page = browser.get("/enrol/card/wait/").content.decode()
    assert "署名用電子証明書ではありません" in page
    assert 'http-equiv="refresh"' not in page


def test_without_anchors_the_page_sends_to_the_counter(db: None, identity_surface: Any) -> None:
    assert "受け付けていません" in Client().get("/enrol/card/").content.decode()
    assert Client().post("/enrol/card/").url == "/enrol/card/"
