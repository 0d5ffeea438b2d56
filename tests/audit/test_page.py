"""Everything that happened here, readable; nothing that happened elsewhere."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from consortium.audit import labels, queries, seal
from consortium.audit.models import Event
from consortium.audit.record import record
from consortium.membership.adapters import CHANGES
from consortium.membership.models import User
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.models import Municipality

ROOT = Path(__file__).resolve().parents[2]
EDITOR = Actor(ActorKind.STAFF, id="e", label="起案 花子")
PATH = "/m/102016/audit/"
_RECORD = re.compile(r"""\brecord\w*\(.*?\baction=\s*["']([a-z_]+(?:\.[a-z_]+)+)["']""", re.DOTALL)


@pytest.fixture
def administrator(
    maebashi: Municipality, staff: Callable[..., User], client_for: Callable[[User], Client]
) -> Client:
    return client_for(staff(maebashi, "administrator"))


def note(municipality: Municipality, action: str = "report.requested") -> None:
    with context.tenant(municipality.pk):
        record(by=EDITOR, action=action)


def page(client: Client, **query: Any) -> str:
    response = client.get(PATH, query)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.django_db
def test_own_events_as_sentences(
    administrator: Client, maebashi: Municipality, takasaki: Municipality
) -> None:
    note(maebashi)
    note(takasaki, "observation.recorded")
    shown = page(administrator)
    assert "起案 花子が横断集計を始めました" in shown
    assert "封印待ち" in shown
    assert "起案 花子が実績値" not in shown
    seal.seal_all()
    assert "済(第1号)" in page(administrator)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"action": "report.requested"}, True),
        ({"action": "observation.recorded"}, False),
        ({"actor": "花子"}, True),
        ({"actor": "太郎"}, False),
        ({"first": "2000-01-01"}, True),
        ({"last": "2000-01-01"}, False),
        ({"first": "2001-01-01", "last": "2000-01-01"}, True),
        ({"before": "nonsense"}, True),
    ],
)
def test_filters(administrator: Client, maebashi: Municipality, query: dict[str, str], found: bool) -> None:
    note(maebashi)
    assert ("起案 花子が横断集計を始めました" in page(administrator, **query)) is found


@pytest.mark.django_db
def test_pages_by_key(
    administrator: Client,
    maebashi: Municipality,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries,
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for _event in range(5):
        note(maebashi)
    with context.tenant(maebashi.pk):
        events = queries.events_of(maebashi.pk).filter(action="report.requested")
        first = queries.page(events)
        second = queries.page(events, first.older)
        last = queries.page(events, second.older)
    seen = [event.pk for part in (first, second, last) for event in part.events]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5
    assert last.older is None
    page(administrator)  # a session's first request writes the session
    with django_assert_max_num_queries(16):
        assert "さらに前の記録へ" in page(administrator)


@pytest.mark.django_db
def test_who_may_look(
    maebashi: Municipality,
    takasaki: Municipality,
    client: Client,
    staff: Callable[..., User],
    client_for: Callable[[User], Client],
    secretary: User,
) -> None:
    assert client.get(PATH).status_code == 302
    assert client_for(staff(takasaki, "administrator")).get(PATH).status_code == 404
    assert client_for(staff(maebashi, "editor")).get(PATH).status_code == 403
    assert client_for(secretary).get("/secretariat/audit/").status_code == 200


@pytest.mark.django_db
def test_an_event_carries_the_id_of_its_request(
    maebashi: Municipality, staff: Callable[..., User], client_for: Callable[[User], Client]
) -> None:
    client = client_for(staff(maebashi, "editor"))
    body = {"indicator": "none", "fiscal_year": 2025, "value": None}
    answer = client.post("/api/v1/m/102016/observations/", body, content_type="application/json")
    assert answer["X-Request-ID"]
    with context.tenant(maebashi.pk):
        assert not Event.objects.filter(request_id=answer["X-Request-ID"]).exists()


def recorded_actions() -> dict[str, str]:
    """Action → file, of every `record(` call in the packages."""
    found = {}
    for package in ("consortium", "identity", "services", "shared_plans"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text()
            found |= {action: str(path.relative_to(ROOT)) for action in _RECORD.findall(text)}
    return found


def test_every_action_has_words() -> None:
    actions = recorded_actions()
    assert "report.requested" in actions
    actions |= {f"account.{what}": "adapters.py" for what in CHANGES.values()}
    missing = {action: file for action, file in actions.items() if action not in labels.known()}
    assert not missing


def test_words_name_the_actor() -> None:
    assert not [action for action, words in labels.known().items() if "%(actor)s" not in str(words)]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_filter_says_what_was_done_and_each_thing_once(language: str) -> None:
    with translation.override(language):
        texts = [text for _action, text in labels.choices()]
    assert len(texts) == len(set(texts)) == len(labels.known())
    assert not [text for text in texts if re.search(r"…|actor|^[がの]|[。.]$", text)]
    assert ("Signed in" if language == "en" else "サインインしました") in texts


def test_an_unknown_action_is_shown_by_its_name() -> None:
    assert labels.sentence("thing.done", "X") == "X thing.done"
