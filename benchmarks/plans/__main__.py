"""Shared plans at size: the library with its facets, one plan, comparison, merge, lineage.

make bench NAME=plans      174 and 1,741 municipalities, each with 30 plans of 20 revisions
make bench NAME=plans ARGS="--municipalities 24 --revisions 3 --explain"   a look, with the database's plans
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import date
from typing import Any

from .population import grow

PLANS, REVISIONS = 30, 20


def main() -> int:
    options = arguments()
    print(f"{date.today()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}", flush=True)
    owner = json.loads(os.environ["LOGINS"])["migrate"]
    for command in ("migrate", "load_registry", "load_framework"):
        subprocess.run(
            [sys.executable, "-m", "django", command, "-v0"],
            env={**os.environ, "SURFACE": "migrate", "DATABASE_URL": owner},
            check=True,
        )
    found: dict[int, dict[str, Any]] = {}
    for size in sorted(options.municipalities):
        seconds = grow(owner, size, options.plans, options.revisions)
        made = f"{size:,} municipalities × {options.plans} plans × {options.revisions} revisions"
        print(f"{made}: {seconds:.0f} s", flush=True)
        found[size] = measured()
    print(*table(found), sep="\n")
    last = found[max(found)]
    if options.explain:
        for name, figure in last.items():
            print(f"\n{name}", *figure.get("plans", []), sep="\n")
    return 1 if unindexed(last) else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--municipalities", type=int, nargs="+", default=[174, 1741], help="measured at each")
    parser.add_argument("--plans", type=int, default=PLANS, help="of each municipality")
    parser.add_argument("--revisions", type=int, default=REVISIONS, help="of each plan")
    parser.add_argument("--explain", action="store_true", help="print how PostgreSQL answers each statement")
    return parser.parse_args()


def measured() -> dict[str, Any]:
    """Figure → ms, statements, lines of EXPLAIN, tables read from end to end."""
    command = [sys.executable, "-m", "benchmarks.plans.inside"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(found: dict[int, dict[str, Any]]) -> list[str]:
    """A row for each figure, a column of ms for each size, and the last beside the first."""
    sizes = list(found)
    head = " | ".join(f"{size:,} municipalities, ms" for size in sizes)
    lines = ["", f"| figure | {head} | ratio | statements |", "|---" * (len(sizes) + 3) + "|"]
    for name, figure in found[sizes[-1]].items():
        times = [found[size][name]["ms"] for size in sizes]
        shown = " | ".join(f"{ms:.1f}" for ms in times)
        lines.append(f"| {name} | {shown} | {times[-1] / times[0]:.1f} | {figure['statements']} |")
    return [*lines, "", *unindexed(found[sizes[-1]])]


def unindexed(found: dict[str, Any]) -> list[str]:
    return [f"Not from an index: {name} reads {one['scans']}" for name, one in found.items() if one["scans"]]


if __name__ == "__main__":
    sys.exit(main())
