"""The reference wallet, as a process of its own, drives the whole API over HTTP."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from deploy.cards.pki import CardAuthority
from deploy.cards.responder import serving
from deploy.throwaway import ROOT
from identity.actions.signatures import request_signature
from identity.context import resident as speaking
from identity.models import Citizen, Proofing, Signature
from identity.proofing.jpki import adapter

from .residents import Counter

NUMBER = re.compile(r"big-code\">(\d\d)<")
LINK = re.compile(r'href="([^"]+/sign-in/device/#[^"]+)"')


def wallet(phone: Path, *arguments: str, fails: bool = False) -> Any:
    command = [sys.executable, "-m", "tests.wallet", "--phone", str(phone), *arguments]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert bool(done.returncode) == fails, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def cards(identity_surface: Any, tmp_path: Path) -> Iterator[Path]:
    """Folder of an authority whose cards are believed here, with its OCSP responder running."""
    folder = tmp_path / "cards"
    made = CardAuthority.at(folder)
    anchors = made.write_anchors(tmp_path / "anchors.pem")
    with serving(made) as responder:
        identity_surface.JPKI = {**identity_surface.JPKI, **responder.settings, "anchors": [str(anchors)]}
        adapter.anchors.cache_clear()
        yield folder
    adapter.anchors.cache_clear()


def test_enrols_by_card(server: str, worker: None, cards: Path, maebashi: Any, tmp_path: Path) -> None:
    """Card and phone, from nothing to a signed request; another authority's card is refused."""
    phone = tmp_path / "phone.json"
    holder = ("架空　蓮", "1990-01-02", "male", "群馬県前橋市大手町二丁目１２番１号")
    wish = ("enrol", server, "--kana", "かくう れん", *holder, "--cards")
    assert wallet(tmp_path / "forger.json", *wish, str(tmp_path / "forged"), fails=True)["refused"]["detail"]
    with context.opened(context.Context("owner")):
        assert not Citizen.objects.exists()
    assert wallet(phone, *wish, str(cards))["state"] == "active"
    assert [one["state"] for one in wallet(phone, "list")["results"]] == ["active"]
    with context.opened(context.Context("owner")):
        citizen = Citizen.objects.get()
        assert (citizen.family_name, citizen.kana) == ("架空", "かくう れん")
        assert Proofing.objects.get().method == "jpki"


def test_a_phones_life(server: str, worker: None, counter: Counter, party: Any, tmp_path: Path) -> None:
    citizen = counter.proofed()
    code, phone = counter.issue(citizen), tmp_path / "phone.json"
    assert wallet(phone, "register", server, code)["state"] == "active"
    assert wallet(tmp_path / "thief.json", "register", server, code, fails=True)["refused"]["code"] == "code"

    browser = requests.Session()
    page = browser.get(f"{server}/sign-in/device/", timeout=20).text
    link, number = LINK.search(page), NUMBER.search(page)
    assert link and number, page
    assert wallet(phone, "look", link[1])["origin"] == server
    assert wallet(phone, "confirm", link[1], number[1])["state"] == "confirmed"
    form = {"csrfmiddlewaretoken": browser.cookies["identity_csrf"]}
    home = browser.post(f"{server}/sign-in/device/", data=form, headers={"Referer": server}, timeout=20)
    assert home.url == f"{server}/me/"

    digest = hashlib.sha256(b"document").hexdigest()
    with speaking(citizen.pk) as her:
        service = Actor(ActorKind.SERVICE, party.client_id, citizen_id=her.citizen_id)
        asked = request_signature(
            by=service, relying_party=party, document="同意書.pdf", digest=digest, purpose="手続"
        )
    waiting = wallet(phone, "requests")["results"]
    assert [(one["document"], one["digest"]) for one in waiting] == [("同意書.pdf", digest)]
    assert "同意書.pdf" in browser.get(f"{server}/me/signatures/", timeout=20).text
    assert wallet(phone, "sign", str(asked.pk))["signed_at"]
    assert wallet(phone, "decline", str(asked.pk), fails=True)["refused"]["code"] == "over"
    with context.citizen(citizen.pk):
        assert Signature.objects.count() == 1

    old = wallet(phone, "status")["id"]
    assert wallet(phone, "renew")["renews"] == old
    assert [one["state"] for one in wallet(phone, "list")["results"]] == ["active"]
    own = wallet(phone, "status")["id"]
    assert wallet(phone, "revoke", own)["state"] == "revoked"
    wallet(phone, "list", fails=True)
    assert browser.get(f"{server}/me/", timeout=20).url.startswith(f"{server}/sign-in/")
