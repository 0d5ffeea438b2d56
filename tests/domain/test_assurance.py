from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.domain.assurance import (
    EDITIONS,
    Assurance,
    Proofing,
    SignIn,
    acr,
    acr_values_supported,
    authentication_level,
    edition_on,
    first_met,
    ial,
    is_unmet,
    is_worth_a_step_up,
    meets,
    passkey_method,
    proofing_level,
)

TODAY = date(2026, 11, 23)
assurances = st.builds(Assurance, st.integers(0, 3), st.integers(0, 3))
steps = st.sampled_from([*acr_values_supported(), "urn:mace:incommon:iap:silver", ""])


def test_every_method_has_a_level_in_every_edition() -> None:
    for edition in EDITIONS:
        assert set(edition.proofing) == set(Proofing)
        assert set(edition.sign_in) == set(SignIn)
        assert {*edition.proofing.values(), *edition.sign_in.values()} <= {0, 1, 2, 3}


def test_editions_are_in_order() -> None:
    assert list(EDITIONS) == sorted(EDITIONS, key=lambda edition: edition.valid_from)
    assert edition_on(date(2000, 1, 1)) is EDITIONS[0]
    assert edition_on(TODAY) is EDITIONS[-1]


def test_levels() -> None:
    assert proofing_level(Proofing.COUNTER_DOCUMENT, TODAY) == 2
    assert proofing_level(Proofing.JPKI, TODAY) == 3
    assert authentication_level(SignIn.ENROLMENT_CODE, TODAY) == 0


@pytest.mark.parametrize(
    ("verified", "eligible", "level"),
    [(True, False, 3), (True, True, 2), (False, False, 1), (False, True, 1)],
)
def test_synced_passkeys_reach_level_two(verified: bool, eligible: bool, level: int) -> None:
    method = passkey_method(user_verified=verified, backup_eligible=eligible)
    assert authentication_level(method, TODAY) == level


def test_claims() -> None:
    assert (acr(Assurance(3, 2)), ial(Assurance(3, 2))) == ("aal2", "ial3")
    assert (acr(Assurance(0, 0)), ial(Assurance(0, 0))) == (None, None)


@given(st.lists(steps), assurances)
def test_the_first_that_is_met_wins(asked: list[str], assurance: Assurance) -> None:
    chosen = first_met(asked, assurance)
    if chosen is None:
        assert not any(meets(step, assurance) for step in asked)
    else:
        assert meets(chosen, assurance)
        assert not any(meets(step, assurance) for step in asked[: asked.index(chosen)])


@given(st.lists(steps), assurances, assurances)
def test_a_step_up_leads_to_a_step_that_was_named_before(
    asked: list[str], reached: Assurance, more: Assurance
) -> None:
    reachable = Assurance(reached.proofing, max(reached.authentication, more.authentication))
    now, then = first_met(asked, reached), first_met(asked, reachable)
    if is_worth_a_step_up(asked, reached=reached, reachable=reachable):
        assert then and (now is None or asked.index(then) < asked.index(now))
    else:
        assert now == then


@given(assurances, st.integers(1, 3))
def test_higher_levels_meet_lower_steps(assurance: Assurance, level: int) -> None:
    assert meets(f"aal{level}", assurance) == (assurance.authentication >= level)
    assert meets(f"ial{level}", assurance) == (assurance.proofing >= level)


def test_unknown_steps_are_never_met() -> None:
    assert not meets("aal4", Assurance(3, 3))
    assert not is_unmet(["aal4"], Assurance(1, 1))
    assert is_unmet(["aal4"], Assurance(3, 3), essential=True)
    assert not is_unmet([], Assurance(0, 0), essential=True)
    assert is_unmet(["aal4", "aal3"], Assurance(3, 2))
