from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.consent import Consent, Event, EventKind, State, Terms, uncovered

START = datetime(2026, 4, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
TERMS = Terms("bus", "fare", frozenset({"resident_of", "age_over_65"}), START + 10 * HOUR)
GIVEN = Event(EventKind.GIVEN, START, TERMS)
moments = st.integers(-5, 20).map(lambda hours: START + hours * HOUR)


def withdrawn(hours: int) -> Event:
    return Event(EventKind.WITHDRAWN, START + hours * HOUR)


@pytest.mark.parametrize(
    ("events", "hours", "state"),
    [
        ([], 1, State.ABSENT),
        ([GIVEN], -1, State.ABSENT),
        ([GIVEN], 0, State.LIVE),
        ([GIVEN], 9, State.LIVE),
        ([GIVEN], 10, State.EXPIRED),
        ([GIVEN, withdrawn(5)], 4, State.LIVE),
        ([GIVEN, withdrawn(5)], 5, State.WITHDRAWN),
        ([GIVEN, withdrawn(5)], 15, State.WITHDRAWN),
        ([GIVEN, withdrawn(0)], 0, State.WITHDRAWN),
    ],
)
def test_state(events: list[Event], hours: int, state: State) -> None:
    assert Consent(events).state(START + hours * HOUR) is state


@pytest.mark.parametrize(
    ("attribute", "recipient", "purpose", "covered"),
    [
        ("resident_of", "bus", "fare", True),
        ("name", "bus", "fare", False),
        ("resident_of", "clinic", "fare", False),
        ("resident_of", "bus", "advertising", False),
    ],
)
def test_covers_only_what_was_agreed(attribute: str, recipient: str, purpose: str, covered: bool) -> None:
    assert Consent([GIVEN]).covers(attribute, recipient, purpose, START + HOUR) is covered


@given(moments, st.integers(-3, 15))
def test_what_is_withdrawn_never_covers_again(at: datetime, hours: int) -> None:
    consent = Consent([GIVEN, withdrawn(hours)])
    if at >= START + hours * HOUR:
        assert not consent.covers("resident_of", "bus", "fare", at)


@given(moments, st.permutations([GIVEN, withdrawn(6), withdrawn(8)]))
def test_order_of_events_does_not_matter(at: datetime, events: list[Event]) -> None:
    assert Consent(events).state(at) is Consent([GIVEN, withdrawn(6), withdrawn(8)]).state(at)


@given(moments)
def test_only_a_live_consent_covers(at: datetime) -> None:
    consent = Consent([GIVEN])
    assert consent.covers("resident_of", "bus", "fare", at) == (consent.state(at) is State.LIVE)


def test_a_second_giving_changes_no_terms() -> None:
    wider = Terms("bus", "fare", frozenset({"name"}), START + 99 * HOUR)
    consent = Consent([Event(EventKind.GIVEN, START + HOUR, wider), GIVEN])
    assert consent.terms(START + 2 * HOUR) == TERMS


def test_uncovered_joins_several_consents() -> None:
    name = Terms("bus", "fare", frozenset({"name"}), START + HOUR)
    consents = [Consent([GIVEN]), Consent([Event(EventKind.GIVEN, START, name)])]
    asked = frozenset({"name", "resident_of", "sex"})
    assert uncovered(consents, asked, "bus", "fare", START) == {"sex"}
    assert uncovered(consents, asked, "bus", "fare", START + HOUR) == {"sex", "name"}


def test_naive_moments_and_broken_events_are_refused() -> None:
    naive = datetime(2026, 4, 1)
    with pytest.raises(ValueError, match="2026"):
        Consent([GIVEN]).state(naive)
    with pytest.raises(ValueError, match="2026"):
        Event(EventKind.WITHDRAWN, naive)
    with pytest.raises(ValueError, match="given"):
        Event(EventKind.GIVEN, START)
    with pytest.raises(ValueError, match="withdrawn"):
        Event(EventKind.WITHDRAWN, START, TERMS)
