"""The text that Prometheus scrapes: this process's metrics (or all processes'), and what workers told."""

import os
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from consortium import task_counts
from consortium.metrics import PREFIX

from . import pulse


def exposition() -> bytes:
    beside = CollectorRegistry()
    beside.register(Workers())
    return generate_latest(_web_processes()) + generate_latest(beside)


def _web_processes() -> CollectorRegistry:
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return REGISTRY
    _bury(Path(folder))
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the package leaves it untyped
    return registry


def _bury(folder: Path) -> None:
    """What ended processes had in flight counts no more; granian tells nobody when a worker ends."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = file.stem.rpartition("_")[2]
        if not Path("/proc", pid).exists():
            mark_process_dead(pid)  # type: ignore[no-untyped-call]  # the package leaves it untyped


class Workers(Collector):
    """Nothing while Valkey is away: then `consortium_valkey_up` says so."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily(f"{PREFIX}_valkey_up", "Whether Valkey answers")
        try:
            found, totals = pulse.pulses(), task_counts.totals()
        except RedisError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield _ages(found)
        yield from _backlogs(found)
        yield from _tasks(totals)


def _ages(found: dict[str, pulse.Pulse]) -> Metric:
    ages = GaugeMetricFamily(
        f"{PREFIX}_worker_pulse_age_seconds",
        "Since a worker of the queue last answered beat",
        labels=["queue"],
    )
    for queue, last in found.items():
        ages.add_metric([queue], last.age)
    return ages


def _backlogs(found: dict[str, pulse.Pulse]) -> Iterator[Metric]:
    """Jobs by queue and state, rows no seal holds yet: as of the last pulse."""
    entries = GaugeMetricFamily(f"{PREFIX}_backlog_entries", "What waits, by kind", labels=["backlog"])
    ages = GaugeMetricFamily(
        f"{PREFIX}_backlog_oldest_seconds", "Age of the oldest of it", labels=["backlog"]
    )
    for last in found.values():
        for name, (count, age) in last.backlogs.items():
            entries.add_metric([name], count)
            ages.add_metric([name], age)
    yield entries
    yield ages


def _tasks(totals: dict[tuple[str, str, str], float]) -> Iterator[Metric]:
    for kind, what in (("count", "Tasks that ended"), ("seconds", "Time that tasks took")):
        family = CounterMetricFamily(f"{PREFIX}_task_{kind}", what, labels=["task", "outcome"])
        for (of, outcome, task), value in totals.items():
            if of == kind:
                family.add_metric([task, outcome], value)
        yield family
