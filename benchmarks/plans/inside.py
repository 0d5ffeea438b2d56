"""What a reader waits for, measured as the login of tests: run by `benchmarks.plans`, prints JSON.

Statements are those of the product's own queries; those that page a list are asked again with EXPLAIN.
"""

import json
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

import django

django.setup()

from django.db import connection  # noqa: E402  # models exist after setup()

from consortium.tenancy import context  # noqa: E402
from consortium.tenancy.models import Municipality  # noqa: E402
from shared_plans.domain.compare import changes  # noqa: E402
from shared_plans.domain.merge import merge  # noqa: E402
from shared_plans.models import AdoptionFact, PlanRevision  # noqa: E402
from shared_plans.queries.adoptions import lineage  # noqa: E402
from shared_plans.queries.facets import Found  # noqa: E402
from shared_plans.queries.library import LibraryFilter  # noqa: E402
from shared_plans.queries.readable import readable_revision, readable_revisions, shared_document  # noqa: E402

from .population import READER, document  # noqa: E402

TURNS, WARM_UP, PAGE = 15, 3, 20
LARGE: Final = PlanRevision._meta.db_table
Told = tuple[str, Any]


def main() -> None:
    with context.secretariat():
        reader = Municipality.objects.select_related("prefecture").get(code=READER)
    found = {}
    for name, work, listed in works(reader):
        with context.tenant(reader.pk):
            found[name] = figure(work, listed=listed)
    print(json.dumps(found, ensure_ascii=False))


def works(reader: Municipality) -> list[tuple[str, Callable[[], Any], bool]]:
    """Name, what is done, and whether it is a page of a list, which must come from indexes alone."""
    with context.tenant(reader.pk):
        some = readable_revisions().order_by("-published_at")[0].pk
        source = AdoptionFact.visible.values_list("source_plan_id", flat=True)[0]
    base, ours, theirs = document(500), document(500, "(当市)"), document(500, "(更新)")

    def page(newest: bool = False, at: int = 0, **wanted: str) -> Callable[[], Any]:
        return lambda: list(Found(LibraryFilter(**wanted), reader, newest=newest).rows[at : at + PAGE])

    return [
        ("library, newest first", page(newest=True), True),
        ("library, newest first, page 50", page(newest=True, at=49 * PAGE), True),
        ("library, similar municipalities first", page(), True),
        ("search of two characters", page(q="窓口"), True),
        ("search of six characters with an item", page(q="書かない窓口", item="security"), True),
        ("field", page(area="children"), True),
        ("counts of all facets", lambda: Found(LibraryFilter(), reader).facets, False),
        ("counts of all facets of a search", lambda: Found(LibraryFilter(q="窓口"), reader).facets, False),
        ("open a plan", lambda: shared_document(readable_revision(some)), True),  # type: ignore[arg-type]  # there
        ("differences of two plans of 500 clauses", lambda: changes(base, ours), False),
        ("merge of two plans of 500 clauses", lambda: merge(base, ours, theirs), False),
        ("lineage of the most adopted plan", lambda: lineage(source), True),
    ]


def figure(work: Callable[[], Any], *, listed: bool) -> dict[str, Any]:
    asked: list[Told] = []

    def note(execute: Any, sql: str, params: Any, many: bool, held: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, held)

    with connection.execute_wrapper(note):
        work()
    times = []
    for _turn in range(TURNS + WARM_UP):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    plans = [explained(*one) for one in asked]
    scans = sorted({name for plan, _text in plans for name in scanned(plan)}) if listed else []
    return {
        "ms": 1000 * statistics.median(times[WARM_UP:]),
        "statements": len(asked),
        "scans": scans,
        "plans": [line for _plan, text in plans for line in text],
    }


def explained(sql: str, params: Any) -> tuple[dict[str, Any], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return plan, list(told(plan))


def told(plan: dict[str, Any], depth: int = 0) -> list[str]:
    place = plan.get("Index Name") or plan.get("Relation Name") or ""
    rows, blocks = plan["Actual Rows"], plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    line = f"{'  ' * depth}{plan['Node Type']} {place}: {rows:g} rows, {blocks} blocks"
    return [line, *(more for one in plan.get("Plans", []) for more in told(one, depth + 1))]


def scanned(plan: dict[str, Any]) -> list[str]:
    """Whether revisions are read from end to end."""
    here = [LARGE] if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] == LARGE else []
    return [*here, *(more for one in plan.get("Plans", []) for more in scanned(one))]


if __name__ == "__main__":
    main()
