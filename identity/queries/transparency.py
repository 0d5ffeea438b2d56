"""What is published about disclosures, and the proof that one of them is in it."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from identity.domain import merkle
from identity.domain.disclosure_proof import Entry, make_proof
from identity.models import DailyRoot, Disclosure, DisclosureLeaf

HASH_BYTES = 32


def roots() -> "QuerySet[DailyRoot]":
    """Newest first."""
    found: QuerySet[DailyRoot] = DailyRoot.objects.defer("parts")
    return found


def entry_of(row: Disclosure) -> Entry:
    assert row.citizen_id is not None  # noqa: S101 - a disclosure is about somebody
    return Entry(
        id=row.pk,
        occurred_at=row.occurred_at,
        citizen_id=row.citizen_id,
        client_id=row.client_id,
        recipient=row.recipient,
        purpose=row.purpose,
        attributes=row.attributes,
        path=row.path,
        legal_basis=row.legal_basis,
        reason_code=row.reason_code,
        salt=row.salt,
    )


def proof_of(citizen_id: UUID, disclosure_id: UUID) -> dict[str, Any] | None:
    """In her context. None while its day is not closed. Raises Disclosure.DoesNotExist."""
    row = Disclosure.objects.get(citizen_id=citizen_id, pk=disclosure_id)
    entry = entry_of(row)
    places = DisclosureLeaf.objects.filter(hash=entry.leaf()).order_by("day")
    leaf = places.values_list("day", "index").first()
    day = DailyRoot.objects.filter(day=leaf[0]).first() if leaf else None
    if leaf is None or day is None:
        return None
    inclusion = merkle.Inclusion(leaf[1], day.size, _path(day, leaf[1]))
    return make_proof(entry, day.day, inclusion, day.root, day.statement)


def _path(day: DailyRoot, index: int) -> list[bytes]:
    """Of the leaves of one part and the hashes of all parts, never of all leaves."""
    start = index - index % merkle.PART
    near = DisclosureLeaf.objects.filter(day=day.day, index__gte=start, index__lt=start + merkle.PART)
    part = [bytes(one) for one in near.order_by("index").values_list("hash", flat=True)]
    text = bytes(day.parts)
    hashes = [text[at : at + HASH_BYTES] for at in range(0, len(text), HASH_BYTES)]
    return merkle.path_by_parts(index, part, hashes)


def wrong_days() -> list[str]:
    """Days whose published root the rows do not lead to any more; in the worker's context."""
    return [str(day.day) for day in DailyRoot.objects.order_by("day") if _recomputed(day) != day.root]


def _recomputed(day: DailyRoot) -> str:
    ids = list(
        DisclosureLeaf.objects.filter(day=day.day).order_by("index").values_list("disclosure_id", flat=True)
    )
    rows: dict[UUID, bytes] = {}
    for start in range(0, len(ids), 5_000):
        found = Disclosure.objects.filter(pk__in=ids[start : start + 5_000])
        rows |= {row.pk: entry_of(row).leaf() for row in found}
    return merkle.root([rows[one] for one in ids if one in rows]).hex()
