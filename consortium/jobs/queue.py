"""Asking for a job, and waking a worker for it."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from consortium import logs
from consortium.celery import app
from consortium.tenancy import context
from consortium.tenancy.actor import Actor
from consortium.tenancy.tasks import HEADER

from .models import Job, lease_length


def enqueue(*, by: Actor, kind: str, run_key: str, arguments: Mapping[str, str | int] | None = None) -> Job:
    """Write the job's row in the caller's transaction and wake a worker after its commit.

    kind: name of the Celery task. A run_key that was used before (by this municipality, or the body) gives
    back the job that has it.
    """
    municipality_id = context.require().municipality_id
    job = Job(
        kind=kind,
        queue=queue_of(kind),
        run_key=run_key,
        municipality_id=municipality_id,
        requested_by=by.id,
        request_id=logs.request_id(),
        arguments=dict(arguments or {}),
        lease_until=timezone.now() + lease_length(),
    )
    Job.objects.bulk_create([job], ignore_conflicts=True)
    stored = Job.objects.get(municipality_id=municipality_id, run_key=run_key)
    if stored.pk == job.pk:
        # robust: with the broker away the row stays, and the sweeper publishes it later.
        transaction.on_commit(lambda: publish(job), robust=True)
    return stored


def queue_of(kind: str) -> str:
    """Where the routes in consortium/celery.py send a task."""
    return str(app.amqp.router.route({}, kind)["queue"].name)


def publish(job: Job) -> None:
    """Wake a worker. Once too often does no harm: the row can be claimed once."""
    carried = {"municipality": job.municipality_id, "role": "worker", "request": job.request_id}
    app.send_task(job.kind, kwargs={"job_id": str(job.pk)}, headers={HEADER: carried}, retry=False)


def job_of(run_key: str | UUID) -> Job | None:
    """The open context's job with this key."""
    municipality_id = context.require().municipality_id
    return Job.objects.filter(municipality_id=municipality_id, run_key=str(run_key)).first()
