"""A test authority for cards with its responder, and the app that shows a card."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from deploy.cards import app
from deploy.cards.pki import CardAuthority, Holder
from deploy.cards.responder import Responder, serving
from identity.proofing.jpki import adapter

MISAKI = Holder("架空　美咲", date(1988, 5, 17), "female", "群馬県前橋市大手町二丁目１２番１号")
KANA = "かくう みさき"


@pytest.fixture(scope="session")
def authority(tmp_path_factory: Any) -> Iterator[tuple[CardAuthority, Responder, Path]]:
    made = CardAuthority()
    path = made.write_anchors(tmp_path_factory.mktemp("cards") / "anchors.pem")
    with serving(made) as responder:
        yield made, responder, path


@pytest.fixture
def cards(authority: tuple[CardAuthority, Responder, Path], identity_surface: LazySettings) -> CardAuthority:
    """The authority, trusted by the identity surface."""
    made, responder, path = authority
    identity_surface.JPKI = {**identity_surface.JPKI, **responder.settings, "anchors": [str(path)]}
    adapter.anchors.cache_clear()
    return made


@pytest.fixture
def responder(authority: tuple[CardAuthority, Responder, Path]) -> Iterator[Responder]:
    yield authority[1]
    authority[1].down = False


@pytest.fixture
def post(db: None, identity_surface: LazySettings) -> app.Post:
    """The app's way to the server, through the test client."""
    client = Client()

    def send(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        response = client.post(path, body, content_type="application/json")
        return response.status_code, response.json()

    return send


@pytest.fixture
def show(post: app.Post) -> Callable[..., tuple[int, dict[str, Any]]]:
    """show(card, kana=…, **changed) -> status and answer of a whole proofing by the app."""

    def run(card: Any, kana: str = KANA, **changed: Any) -> tuple[int, dict[str, Any]]:
        return app.answer(post, app.ask(post), card, kana, **changed)

    return run
