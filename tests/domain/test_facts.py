"""Properties of what is attested and delegated: nothing counts beyond its terms, whatever they are."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from identity.domain.attestation import ATTESTABLE, Attested, RowProblem, term_problem
from identity.domain.attributes import Attribute
from identity.domain.delegation import Deed, Scope, beyond
from identity.domain.proofing import years_later

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
PLACES = st.one_of(st.none(), st.integers(1, 3))
NAMES = st.frozensets(st.sampled_from("abc"))
FARE = Attribute.SUBSIDISED_FARE


@given(DAYS, DAYS, st.booleans(), st.integers(1, 3), PLACES, DAYS)
def test_an_attestation_counts_in_its_term_and_at_home_alone(
    starts_on: date, until: date, revoked: bool, issuer: int, home: int | None, on: date
) -> None:
    one = Attested(FARE, "true", issuer, starts_on, until, revoked)
    expected = starts_on <= on <= until and not revoked and home == issuer
    assert one.counts(home, on) is expected


@given(DAYS, DAYS, DAYS)
def test_a_term_is_accepted_or_its_first_fault_named(starts_on: date, until: date, today: date) -> None:
    rule = ATTESTABLE[FARE]
    problem = term_problem(rule, starts_on, until, today)
    if problem is None:
        assert max(starts_on, today) <= until < years_later(starts_on, rule.years)
    else:
        assert problem in {RowProblem.ENDS_BEFORE_START, RowProblem.OVER, RowProblem.TOO_LONG}
        assert until < max(starts_on, today) or until >= years_later(starts_on, rule.years)


@given(NAMES, NAMES, st.booleans(), DAYS, DAYS, st.sampled_from(Deed), st.sampled_from("abc"), DAYS)
def test_a_deed_within_scope_is_within_every_part_of_it(
    sectors: frozenset[str],
    clients: frozenset[str],
    may_consent: bool,
    starts_on: date,
    until: date,
    deed: Deed,
    name: str,
    on: date,
) -> None:
    within = beyond(Scope(sectors, clients, may_consent, starts_on, until), deed, name, name, on) is None
    assert within is (
        starts_on <= on <= until
        and (may_consent or deed is Deed.SEE)
        and name in sectors
        and (not clients or name in clients)
    )
