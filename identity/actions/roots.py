"""The daily root over disclosures: collected, closed and signed by the worker.

Leaves are collected in batches, each a transaction of its own under one lock, so that a run that was cut off
goes on where it stopped. A day closes with its signed statement; what is sealed later goes into the next one.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from structlog import get_logger

from consortium.audit.record import record
from consortium.tenancy import context
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind
from identity import keyring
from identity.domain import merkle
from identity.domain.disclosure_proof import FIRST, digest_of, statement_claims
from identity.models import DailyRoot, Disclosure, DisclosureLeaf
from identity.queries.transparency import entry_of

log = get_logger()
BATCH: Final = 5_000
LATEST: Final = timedelta(days=31)
"""How long after its day a row may be sealed and still be found."""
TYPE: Final = "disclosure-root+jwt"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('identity.roots', 0))"


def publish_due(*, by: Actor) -> int:
    """Close every day that is over, in its turn; returns how many were."""
    closed = 0
    while day := _next_day():
        if not publish(day, by=by):
            break
        closed += 1
    return closed


def publish(day: date, *, by: Actor) -> bool:
    """False where no key can sign: it is tried again at the next tick."""
    while _collect(day):
        pass
    with context.worker():
        try:
            close_day(by=by, day=day)
        except keyring.NoKey:
            log.warning("disclosure_root_not_signed", day=str(day))
            return False
    return True


@action(kinds=(ActorKind.SYSTEM,))
def close_day(*, by: Actor, day: date) -> DailyRoot:
    """Sign the root over the leaves that were collected. A day that is closed stays as it is.

    Raises keyring.NoKey.
    """
    _lock()
    if found := DailyRoot.objects.filter(day=day).first():
        return found
    leaves = [bytes(one) for one in _leaves(day).values_list("hash", flat=True)]
    parts = merkle.parts(leaves)
    root = merkle.root(parts).hex()
    last = DailyRoot.objects.filter(day__lt=day).first()
    previous = digest_of(last.statement) if last else FIRST
    claims = statement_claims(
        issuer=settings.IDENTITY_URL,
        day=day,
        size=len(leaves),
        root=root,
        previous=previous,
        issued_at=int(timezone.now().timestamp()),
    )
    statement = keyring.sign(claims, typ=TYPE)
    closed = DailyRoot(
        day=day, size=len(leaves), root=root, previous=previous, parts=b"".join(parts), statement=statement
    )
    closed.save(force_insert=True)
    detail = {"day": day.isoformat(), "size": len(leaves), "root": root}
    record(by=by, action="disclosure_root.published", target=closed, detail=detail)
    return closed


def _collect(day: date) -> int:
    """Add the next leaves; returns how many."""
    with context.worker():
        _lock()
        if DailyRoot.objects.filter(day=day).exists():
            return 0
        taken = DisclosureLeaf.objects.filter(disclosure_id=OuterRef("pk"))
        sealed = Disclosure.objects.filter(seal_number__isnull=False, occurred_at__lt=_end(day))
        if DailyRoot.objects.exists():
            sealed = sealed.filter(pk__gte=_earliest(day))
        rows = list(sealed.filter(~Exists(taken)).order_by("id")[:BATCH])
        start = _leaves(day).count()
        DisclosureLeaf.objects.bulk_create(
            DisclosureLeaf(day=day, index=start + number, hash=entry_of(row).leaf(), disclosure_id=row.pk)
            for number, row in enumerate(rows)
        )
        return len(rows)


def _next_day() -> date | None:
    """The day after the last that was closed, if it is over; at the very first the day before today."""
    yesterday = timezone.localdate() - timedelta(days=1)
    with context.worker():
        last = DailyRoot.objects.values_list("day", flat=True).first()
    if last is None:
        return yesterday
    return last + timedelta(days=1) if last < yesterday else None


def _leaves(day: date) -> "QuerySet[DisclosureLeaf]":
    found: QuerySet[DisclosureLeaf] = DisclosureLeaf.objects.filter(day=day).order_by("index")
    return found


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _earliest(day: date) -> UUID:
    """Identifiers are ordered by time (RFC 9562): the least of what is looked at."""
    since = timezone.make_aware(datetime.combine(day, time())) - LATEST
    return UUID(int=int(since.timestamp() * 1000) << 80)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
