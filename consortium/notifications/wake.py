"""Wakes the worker after COMMIT. Should the message be lost, the next tick of the schedule does the same."""

from django.db import connection, transaction

from consortium.celery import HEADERS, app

DELIVER = "consortium.notifications.tasks.deliver"


def wake() -> None:
    """Once per transaction, however much it announces."""
    if not any(entry[1] is _publish for entry in connection.run_on_commit):
        transaction.on_commit(_publish, robust=True)


def _publish() -> None:
    app.send_task(DELIVER, headers=HEADERS, retry=False)
