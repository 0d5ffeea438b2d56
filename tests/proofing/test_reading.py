"""A card tells no reading: what she says it is proves nothing before two clerks have looked at it."""

from typing import Any

import pytest

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from deploy.cards.pki import CardAuthority
from identity.actions.counter import reproof_citizen
from identity.models import AttestationRow, Citizen
from identity.models.person_index import person_index
from identity.queries.attestations import resolve
from tests import factories
from tests.identity.residents import make_counter

from .conftest import MISAKI
from .test_cards import Show, as_owner

pytestmark = pytest.mark.django_db
ANOTHER = "だれか ほかのひと"


def matched(maebashi: Municipality, *, opened: Any) -> bool:
    """Whether a line of a file with that reading and her day of birth means her."""
    row = AttestationRow(number=2, key=person_index(ANOTHER, MISAKI.birth_date))
    with opened(maebashi.pk):
        resolve([row])
    return row.subject_id is not None


def test_by_another_s_reading_nobody_gets_what_is_attested_to_that_one(
    cards: CardAuthority, show: Show, maebashi: Municipality
) -> None:
    assert show(cards.card(MISAKI), kana=ANOTHER)[0] == 201
    for opened in (context.tenant, context.worker):
        assert not matched(maebashi, opened=opened)
    with as_owner():
        citizen = Citizen.objects.get()
    assert not citizen.reading_proofed
    counter = make_counter(maebashi)
    with factories.acting(counter.first, maebashi) as actor:
        reproof_citizen(by=actor, citizen=citizen, evidence="my_number_card")
    assert not matched(maebashi, opened=context.worker), "one clerk is not enough"
    counter.confirm(citizen)
    assert matched(maebashi, opened=context.worker)
