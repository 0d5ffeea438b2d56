from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from consortium.audit.models import Event
from consortium.membership.models import User
from consortium.reporting.models import ReportRun
from consortium.reporting.tasks import run_report
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.tenancy.tasks import HOUSEKEEPING
from tests import factories

pytestmark = pytest.mark.django_db
REPORTS = "/api/v1/secretariat/reports/"
BODY = {"indicator": "identity.residents", "fiscal_year": 2025}


@pytest.fixture
def office(secretary: User, client_for: Callable[[User], Client], maebashi: Municipality) -> Client:
    call_command("load_indicators", verbosity=0)
    factories.make_member(maebashi)
    return client_for(secretary)


def ask(client: Client, **headers: str) -> Any:
    return client.post(REPORTS, BODY, content_type="application/json", headers=headers)


def test_from_request_to_result(office: Client) -> None:
    accepted = ask(office)
    assert accepted.status_code == 202
    place = accepted["Location"]
    assert office.get(place).json()["job"]["state"] == "queued"
    with context.secretariat():
        job = Event.objects.get(action="report.requested").target_id
    assert job in place
    found = office.get(place).json()
    assert found["result"] is None
    jobs = [one["job"] for one in office.get(REPORTS).json()["results"]]
    assert [one["state"] for one in jobs] == ["queued"]
    run_report.apply(kwargs={"job_id": job_of(place)}, headers=HOUSEKEEPING, throw=True)
    done = office.get(place).json()
    assert done["job"]["state"] == "done"
    assert done["result"]["coverage"]["members"] == 1


def job_of(place: str) -> str:
    from_row = place.rstrip("/").rsplit("/", 1)[-1]
    with context.secretariat():
        return str(ReportRun.objects.get(pk=from_row).job_id)


def test_a_key_sent_again_gives_the_same_run(office: Client) -> None:
    headers = {"Idempotency-Key": "once"}
    assert ask(office, **headers).json()["id"] == ask(office, **headers).json()["id"]
    other = office.post(
        REPORTS, BODY | {"fiscal_year": 2024}, content_type="application/json", headers=headers
    )
    assert other.status_code == 422
    assert office.post(REPORTS, BODY, content_type="application/json").json()["id"]


def test_an_unknown_indicator_is_refused(office: Client) -> None:
    answer = office.post(REPORTS, BODY | {"indicator": "x"}, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "indicator"
