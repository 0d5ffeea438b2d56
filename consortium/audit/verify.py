"""Recomputes the chains and says where the first one breaks."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef

from .chain import FIRST, Row, digest
from .logs import as_rows, of_stream, sealed_logs
from .models import Seal, SealedLog

AT_ONCE = 50
"""Seals whose rows are read together."""


@dataclass(frozen=True)
class Verdict:
    """One stream. broken: why, empty when the chain holds. unsealed_since: time of the oldest such row."""

    log: str
    stream: str
    seals: int
    head: str
    unsealed: int
    unsealed_since: datetime | None
    broken: str = ""


def verify(stream: str = "") -> Iterator[Verdict]:
    """Every stream of every log, or all logs' stream of that name."""
    for name, model in sealed_logs().items():
        for one in _streams(name, model, stream):
            yield _verdict(name, model, one)


def _streams(name: str, model: type[SealedLog], only: str) -> list[str]:
    sealed = Seal._base_manager.filter(log=name).values_list("stream", flat=True).distinct()
    logged = model._base_manager.order_by().values_list("stream", flat=True).distinct()
    return sorted(one for one in {*sealed, *logged} if only in {"", one})


def _verdict(name: str, model: type[SealedLog], stream: str) -> Verdict:
    seals = list(Seal._base_manager.filter(log=name, stream=stream).order_by("number"))
    open_rows = of_stream(model, stream).filter(seal_number=None)
    window = open_rows.aggregate(count=Count("id"), since=Min("occurred_at"))
    return Verdict(
        log=name,
        stream=stream,
        seals=len(seals),
        head=seals[-1].digest if seals else FIRST,
        unsealed=window["count"],
        unsealed_since=window["since"],
        broken=next(_breaks(name, model, stream, seals), ""),
    )


def _breaks(name: str, model: type[SealedLog], stream: str, seals: Sequence[Seal]) -> Iterator[str]:
    previous = FIRST
    for number, (seal, rows) in enumerate(_with_rows(model, stream, seals), start=1):
        if seal.number != number:
            yield f"seal {number} is missing"
            return
        yield from broken_seal(previous, seal, rows)
        previous = seal.digest
    # Asked in one statement: rows may have been sealed since the seals were read.
    named = Seal._base_manager.filter(log=name, stream=stream, number=OuterRef("seal_number"))
    beyond = of_stream(model, stream).filter(~Exists(named), seal_number__gt=len(seals))
    stray = beyond.order_by("id").first()
    if stray:
        yield f"row {stray.pk} names seal {stray.seal_number}, which is missing"


def broken_seal(previous: str, seal: Seal, rows: Sequence[Row]) -> Iterator[str]:
    """Why this seal doesn't fit its rows or the digest before it."""
    if len(rows) != seal.rows:
        yield f"seal {seal.number} covers {seal.rows} rows, {len(rows)} are there"
    elif digest(previous, seal.log, seal.stream, seal.number, rows) != seal.digest:
        yield f"seal {seal.number}: its digest is not that of rows {rows[0]['id']} … {rows[-1]['id']}"


def _with_rows(
    model: type[SealedLog], stream: str, seals: Sequence[Seal]
) -> Iterator[tuple[Seal, list[Row]]]:
    for start in range(0, len(seals), AT_ONCE):
        part = seals[start : start + AT_ONCE]
        numbers = [seal.number for seal in part]
        rows: dict[int, list[Row]] = defaultdict(list)
        for row in as_rows(of_stream(model, stream).filter(seal_number__in=numbers).order_by("id")):
            rows[row["seal_number"]].append(row)
        yield from ((seal, rows[seal.number]) for seal in part)
