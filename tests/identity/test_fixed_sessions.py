"""A session key that somebody planted in her browser is worth nothing once she has shown who she is."""

from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from .residents import HANAKO, TARO, Counter, enrol, make_resident


@pytest.fixture
def planted(identity_surface: Any, db: None) -> tuple[Client, Client]:
    """Hers and the attacker's browser, with one session between them."""
    attacker, victim = Client(), Client()
    attacker.get("/sign-in/")
    victim.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: key(attacker)})
    return attacker, victim


def key(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_nobody_registers_a_key_after_her_code(planted: tuple[Client, Client], counter: Counter) -> None:
    attacker, victim = planted
    code = counter.issue(counter.proofed(HANAKO))
    assert victim.post("/enrol/", {"code": code}).status_code == 302
    assert key(victim) != key(attacker)
    assert "data-options" not in attacker.get("/enrol/passkey/").content.decode()
    assert "data-options" in victim.get("/enrol/passkey/").content.decode()


@pytest.mark.usefixtures("device_ca")
def test_nobody_waits_for_her_phone_with_her(planted: tuple[Client, Client]) -> None:
    attacker, victim = planted
    assert victim.get("/sign-in/device/").status_code == 200
    assert key(victim) != key(attacker)
    assert attacker.get("/sign-in/device/state/").json() == {"state": "over"}
    assert victim.get("/sign-in/device/state/").json() == {"state": "open"}


def test_who_signs_in_gets_a_key_of_her_own(planted: tuple[Client, Client], counter: Counter) -> None:
    attacker, victim = planted
    taro = make_resident(counter, TARO)
    assert enrol(victim, counter.issue(counter.proofed(HANAKO)), taro.device).status_code == 302
    assert key(victim) != key(attacker)
    assert attacker.get("/me/").status_code == 302
