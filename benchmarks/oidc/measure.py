"""CPU from /proc, statements from pg_stat_statements, around slices of load taken in turns."""

import argparse
import os
import statistics
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import psycopg

from . import load
from .provider import Provider
from .workloads import WORKLOADS

TICK: Final = 1_000_000 / os.sysconf("SC_CLK_TCK")
CALLS: Final = """
SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
WHERE d.datname = current_database() AND query !~ 'pg_stat_statements'
"""
WARM_UP: Final = 1.0


@dataclass(frozen=True)
class Slice:
    """Of one iteration: CPU in microseconds, statements; of the slice: rate, ms at percentiles."""

    rate: float
    p50: float
    p99: float
    server: float
    database: float
    statements: float
    errors: tuple[str, ...]


def run(held: Provider, options: argparse.Namespace) -> None:
    found: dict[str, list[Slice]] = {name: [] for name in options.workloads}
    with psycopg.connect(held.superuser_dsn, autocommit=True) as connection:
        backend = connection.info.backend_pid
        postmaster = _stat(backend)[0]
        for turn in range(options.rounds + 1):
            for name in options.workloads:
                seconds = options.seconds if turn else WARM_UP
                one = measure(held, name, seconds, connection, postmaster)
                if turn:
                    found[name].append(one)
                    print(f"… {name} {one.rate:.0f}/s", flush=True)
    print(*table(found), sep="\n")
    print(f"\nMemory of each process, MB: {', '.join(memory(held.pids[0]))}")


def measure(
    held: Provider, name: str, seconds: float, connection: psycopg.Connection, postmaster: int
) -> Slice:
    works = [
        partial(lambda visitor, link: WORKLOADS[name](link, held, visitor), visitor)
        for visitor in held.visitors
    ]
    calls, server, database = _calls(connection), cpu(held.pids), cpu([postmaster])
    done = load.run(held.port, seconds, works)
    times, n = sorted(done.times) or [0.0], max(1, len(done.times))
    return Slice(
        rate=len(done.times) / done.seconds,
        p50=1000 * statistics.median(times),
        p99=1000 * times[int(len(times) * 0.99)],
        server=(cpu(held.pids) - server) / n,
        database=(cpu([postmaster]) - database) / n,
        statements=(_calls(connection) - calls) / n,
        errors=tuple(done.errors),
    )


def table(found: dict[str, list[Slice]]) -> list[str]:
    """Medians over the rounds."""
    lines = [
        "",
        "| workload | rate/s | p50 ms | p99 ms | server µs | PostgreSQL µs | statements | errors |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, slices in found.items():
        rate, p50, p99, server, database, statements = (
            statistics.median(getattr(one, field) for one in slices)
            for field in ("rate", "p50", "p99", "server", "database", "statements")
        )
        errors = [error for one in slices for error in one.errors]
        told = f"{len(errors)}: {errors[0][:120]}" if errors else "0"
        lines.append(
            f"| {name} | {rate:.0f} | {p50:.1f} | {p99:.1f} | {server:.0f} | {database:.0f} "
            f"| {statements:.1f} | {told} |"
        )
    return lines


def _calls(connection: psycopg.Connection) -> int:
    row = connection.execute(CALLS).fetchone()
    return int(row[0]) if row else 0


def _stat(pid: int) -> tuple[int, int]:
    """Parent, and CPU ticks of the process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return int(fields[1]), sum(map(int, fields[11:15]))


def _processes(roots: list[int]) -> set[int]:
    """The processes and all below them."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            children.setdefault(_stat(int(folder.name))[0], []).append(int(folder.name))
        except OSError:
            continue
    found: set[int] = set()
    todo = list(roots)
    while todo:
        pid = todo.pop()
        found.add(pid)
        todo += children.get(pid, [])
    return found


def cpu(roots: list[int]) -> float:
    """Microseconds used so far by the processes and all below them."""
    total = 0
    for pid in _processes(roots):
        try:
            total += _stat(pid)[1]
        except OSError:
            continue
    return total * TICK


def memory(root: int) -> list[str]:
    """Of a server, which holds little, and its workers, from the smallest: resident, shared libraries
    included, and in brackets what would be free without the process."""
    sizes = sorted(map(_memory, _processes([root])))
    return [f"{resident >> 10} ({own >> 10} of its own)" for resident, own in sizes]


def _memory(pid: int) -> tuple[int, int]:
    """Kilobytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()[1:]
    held = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return held["Rss"], held["Private_Clean"] + held["Private_Dirty"]
