"""The sealer: chains committed rows per stream, in batches."""

from django.db import connection
from structlog import get_logger

from consortium.tenancy import context

from .chain import FIRST, digest
from .logs import as_rows, of_stream, sealed_logs
from .models import Seal, SealedLog

log = get_logger()
BATCH = 1_000
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"


def seal_all() -> int:
    """Seal whatever is committed and unsealed, each batch in a transaction of its own; returns the rows."""
    return sum(_seal_log(name, model) for name, model in sealed_logs().items())


def _seal_log(name: str, model: type[SealedLog]) -> int:
    with context.worker():
        unsealed = model._base_manager.filter(seal_number=None)
        streams = list(unsealed.order_by("stream").values_list("stream", flat=True).distinct())
    return sum(_seal_stream(name, model, stream) for stream in streams)


def _seal_stream(name: str, model: type[SealedLog], stream: str) -> int:
    total = 0
    while sealed := seal_batch(name, model, stream):
        total += sealed
    return total


def seal_batch(name: str, model: type[SealedLog], stream: str) -> int:
    """Add one seal to a stream; 0 when nothing is left, or when another sealer has the stream."""
    with context.worker():
        if not _locked(f"{name} {stream}"):
            return 0
        rows = as_rows(of_stream(model, stream).filter(seal_number=None).order_by("id")[:BATCH])
        if not rows:
            return 0
        last = Seal.objects.filter(log=name, stream=stream).order_by("-number").first()
        number = last.number + 1 if last else 1
        text = digest(last.digest if last else FIRST, name, stream, number, rows)
        Seal.objects.create(log=name, stream=stream, number=number, rows=len(rows), digest=text)
        of_stream(model, stream).filter(pk__in=[row["id"] for row in rows]).update(seal_number=number)
        return len(rows)


def _locked(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [name])
        return bool(cursor.fetchone()[0])
