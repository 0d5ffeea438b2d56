"""What has outlived its time goes, nothing else, and not even the worker's role could remove more."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from consortium.audit.models import Event
from consortium.jobs.models import Job, State
from consortium.operations import housekeeping, tasks
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.tenancy.sync import retentions
from consortium.tenancy.tasks import HOUSEKEEPING
from deploy.throwaway import ROOT
from identity.models import AccessToken, AuthorizationCode, EnrolmentCode, RefreshToken
from tests.isolation.rows import Parties, as_owner, parties

pytestmark = pytest.mark.django_db
OURS = {model._meta.db_table: model for model in apps.get_models()}


@pytest.fixture
def pair(maebashi: Municipality, takasaki: Municipality) -> Parties:
    return parties(maebashi.pk, takasaki.pk)


def dated(pair: Parties, model: type[models.Model], ends: Any) -> Any:
    row = pair(model)[0].rows[model]
    with as_owner():
        model._base_manager.filter(pk=row.pk).update(expires_at=ends)
    return row


def is_there(row: Any) -> bool:
    with as_owner():
        return type(row)._base_manager.filter(pk=row.pk).exists()


def keep_house() -> Job:
    """As beat and a worker would."""
    tasks.ask_for_housekeeping.apply(headers=HOUSEKEEPING, throw=True)
    with context.worker():
        job = Job.objects.get(kind=tasks.KEEP_HOUSE)
    tasks.keep_house.apply(headers=HOUSEKEEPING, kwargs={"job_id": str(job.pk)}, throw=True)
    with context.worker():
        return Job.objects.get(pk=job.pk)


@pytest.mark.parametrize(
    "model", [AuthorizationCode, AccessToken, RefreshToken, EnrolmentCode], ids=lambda m: m.__name__
)
def test_what_is_over_goes_and_the_rest_stays(pair: Parties, model: Any) -> None:
    over = dated(pair, model, timezone.now() - model.retention.keep - timedelta(minutes=1))
    with as_owner():
        fresh = model._base_manager.get(pk=over.pk)
        fresh.pk, fresh._state.adding = None, True
        fresh.expires_at = timezone.now() - model.retention.keep + timedelta(minutes=1)
        hashed = "token_hash" if model in {AccessToken, RefreshToken} else "code_hash"
        setattr(fresh, hashed, "another")
        fresh.pk = over.pk.__class__(int=over.pk.int + 1)
        fresh.save(force_insert=True)
    assert keep_house().state == State.DONE
    assert not is_there(over)
    assert is_there(fresh)
    with context.worker():
        (event,) = Event.objects.filter(action="housekeeping.removed")
    assert event.detail == {model._meta.db_table: 1}


def test_runs_once_an_hour_and_leaves_no_event_when_nothing_went() -> None:
    assert keep_house().pk == keep_house().pk
    with context.worker():
        assert not Event.objects.filter(action="housekeeping.removed").exists()


def test_goes_on_over_batches(pair: Parties, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 1)
    monkeypatch.setattr(tasks, "BATCH", 1)
    for side in pair(AccessToken):
        with as_owner():
            AccessToken._base_manager.filter(pk=side.rows[AccessToken].pk).update(
                expires_at=timezone.now() - timedelta(days=99)
            )
    keep_house()
    with as_owner():
        assert not AccessToken._base_manager.exists()


@pytest.mark.parametrize("table", ["identity_accesstoken", "identity_enrolmentcode"])
def test_the_worker_removes_nothing_before_its_time(table: str, pair: Parties) -> None:
    """Without a WHERE: the policy alone holds."""
    dated(pair, OURS[table], timezone.now())
    with context.worker(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
        assert cursor.rowcount == 0


def test_the_worker_reads_no_more_of_a_row_than_its_time() -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), context.worker(), connection.cursor() as cursor:
        cursor.execute("SELECT token_hash FROM identity_accesstoken")


@pytest.mark.parametrize(
    "table", ["audit_event", "identity_consentevent", "identity_disclosure", "audit_seal"]
)
def test_logs_cannot_be_cleaned(table: str) -> None:
    assert table not in {name for name, _key, _retention in retentions()}
    with pytest.raises(DatabaseError), transaction.atomic(), context.worker(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_the_document_says_what_is_done() -> None:
    text = (ROOT / "docs" / "retention.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| `(\w+)` \| (\d+) (day|hour)s? \|", text, re.M)
    documented = {(table, column, timedelta(**{f"{unit}s": int(n)})) for table, column, n, unit in rows}
    assert documented == {(table, r.column, r.keep) for table, _key, r in retentions()}
