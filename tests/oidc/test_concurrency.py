"""One code redeemed by many at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from identity.models import AccessToken
from tests.identity.residents import Resident

from .support import Service

REDEMPTIONS = 12


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_many_redemptions_succeeds(hanako: Resident, service: Service) -> None:
    code, barrier = service.code(hanako.client), Barrier(REDEMPTIONS)

    def redeem(_: int) -> Any:
        barrier.wait()
        try:
            return service.redeem(code)
        finally:
            connection.close()

    with ThreadPoolExecutor(REDEMPTIONS) as pool:
        answers = list(pool.map(redeem, range(REDEMPTIONS)))
    assert Counter(one.status_code for one in answers) == {200: 1, 400: REDEMPTIONS - 1}
    assert {one.json()["error"] for one in answers if one.status_code == 400} == {"invalid_grant"}
    (issued,) = AccessToken.objects.select_related("authorization")
    assert issued.is_revoked()  # the code was seen by others: what it led to is worth nothing
