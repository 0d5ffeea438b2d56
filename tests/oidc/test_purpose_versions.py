"""A consent is bound to the purpose as it was stated: in every language, and never to one that came back."""

from typing import Any

import pytest

from consortium.tenancy import context
from consortium.tenancy.tasks import HOUSEKEEPING
from identity.models import ConsentRequest
from identity.tasks import ask_for_new_purposes_
from services.actions import approve_change, change_relying_party
from services.models import RelyingParty
from tests import factories
from tests.identity.residents import Resident

from .asking import EVERYTHING, answer, asked, attributes, deliver
from .support import Service
from .test_optin import asking

__all__ = ["asking"]
pytestmark = pytest.mark.django_db


def restate(service: Service, **purpose: str) -> None:
    """By two of the secretariat."""
    with factories.acting(factories.make_secretary()) as first:
        party = RelyingParty.objects.get(pk=service.party.pk)
        change = change_relying_party(by=first, relying_party=party, **purpose)
    assert change
    with factories.acting(factories.make_secretary()) as second:
        approve_change(by=second, change=change)


def told(service: Service, token: str) -> Any:
    return attributes(service, token).json().get("attributes", {})


def ask_anew(resident: Resident) -> str:
    ask_for_new_purposes_.apply(headers=HOUSEKEEPING, throw=True)
    deliver()
    with context.citizen(resident.citizen_id):
        newest = ConsentRequest.objects.filter(kind="purpose", answer="").order_by("-created_at").first()
        return str(newest.pk) if newest else ""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_purpose_changed_in_one_language_asks_anew(
    hanako: Resident, asking: Service, language: str
) -> None:
    answer(hanako, asked(asking, hanako))
    token = asking.tokens(hanako.client)["access_token"]
    assert set(told(asking, token)) == set(EVERYTHING)
    restate(asking, **{f"purpose_{language}": "To sell advertisements"})
    assert not told(asking, token)
    request_id = ask_anew(hanako)
    page = hanako.client.get(f"/me/requests/{request_id}/").content.decode()
    assert "利用目的が変わりました" in page
    assert "To sell advertisements" in page
    assert not ask_anew(hanako) or ask_anew(hanako) == request_id, "once for a purpose"
    assert answer(hanako, request_id).status_code == 302
    assert set(told(asking, token)) == set(EVERYTHING)


def test_a_purpose_that_comes_back_revives_no_consent(hanako: Resident, asking: Service) -> None:
    answer(hanako, asked(asking, hanako))
    token = asking.tokens(hanako.client)["access_token"]
    before = asking.party.purpose_ja
    restate(asking, purpose_ja="広告のため")
    restate(asking, purpose_ja=before)
    assert not told(asking, token)
    assert answer(hanako, ask_anew(hanako)).status_code == 302
    assert set(told(asking, token)) == set(EVERYTHING)
