"""連携承認通知書: for the secretariat, while the service is approved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from services.actions import approve_relying_party
from services.models import RelyingParty
from tests import factories
from tests.documents.reading import read


@pytest.mark.django_db
def test_the_notice_of_approval(body: Client, party: RelyingParty, acting: Callable[..., Any]) -> None:
    page = f"/secretariat/services/{party.client_id}/"
    notice = f"{page}notice/"
    assert body.get(notice).status_code == 404
    with acting(factories.make_secretary()) as actor:
        approve_relying_party(by=actor, relying_party=party)
    assert notice in body.get(page).content.decode()
    found = read(body.get(notice).content)
    assert (found.title, found.language, found.standard) == ("連携サービスの承認について(通知)", "ja", "ua-1")
    for part in ("架空交通株式会社 御中", party.client_id, "運賃割引の対象かどうかを確認するため"):
        assert part in found.text
