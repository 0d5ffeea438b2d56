"""How much waits, and for how long. In the worker's context."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, Min
from django.db.models.functions import Extract, Now

from consortium.audit.logs import sealed_logs
from consortium.audit.models import SealedLog
from consortium.jobs.models import Job, State
from consortium.notifications.models import Mail, MailState

Backlogs = dict[str, tuple[int, float]]


def backlogs() -> Backlogs:
    """name -> (entries, age of the oldest in seconds)."""
    return {
        **_jobs(),
        "mail": _due(Mail.objects.filter(state__in=[MailState.QUEUED, MailState.SENDING])),
        "mail given up": _dead_letters(),
        "sign-out notices": _due(_logout_notices().filter(state__in=["queued", "sending"])),
        "unsealed": _unsealed(),
    }


def _jobs() -> Backlogs:
    """By queue and state, the open ones; age counted from when they were asked for."""
    found = (
        Job.objects.filter(state__in=[State.QUEUED, State.RUNNING])
        .values("queue", "state")
        .annotate(entries=Count("pk"), age=Extract(Now() - Min("created_at"), "epoch"))
    )
    counted = {f"jobs {row['queue']} {row['state']}": (row["entries"], float(row["age"])) for row in found}
    failed = Job.objects.filter(state=State.FAILED, finished_at__gt=Now() - timedelta(days=1)).count()
    return {**counted, "jobs failed today": (failed, 0.0)}


def _due(outbox: Any) -> tuple[int, float]:
    """What is due and not sent."""
    found = outbox.filter(due_at__lte=Now()).aggregate(
        entries=Count("pk"), age=Extract(Now() - Min("due_at"), "epoch")
    )
    return found["entries"], float(found["age"] or 0)


def _logout_notices() -> Any:
    """What services have to hear of ended sign-ins (identity.backchannel)."""
    return apps.get_model("identity.LogoutNotice")._base_manager


def _dead_letters() -> tuple[int, float]:
    """What `manage.py dead_mail` lists: for somebody to look at, no sign of a queue that stands still."""
    return Mail.objects.filter(state=MailState.DEAD).count(), 0.0


def _unsealed() -> tuple[int, float]:
    """Rows of all sealed logs that stand in no chain yet."""
    found = [_unsealed_of(model) for model in sealed_logs().values()]
    return sum(entries for entries, _age in found), max(age for _entries, age in found)


def _unsealed_of(model: type[SealedLog]) -> tuple[int, float]:
    rows = model._base_manager.filter(seal_number=None)
    found = rows.aggregate(entries=Count("pk"), age=Extract(Now() - Min("occurred_at"), "epoch"))
    return found["entries"], float(found["age"] or 0)
