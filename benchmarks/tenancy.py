"""What a tenant costs: shared tables under row-level security (ours), a schema for each (django-tenants).

make bench NAME=tenancy                     with all 1,741 municipalities on both sides (about 20 minutes)
make bench NAME=tenancy ARGS="--peer 174"   the peer with fewer, its figures scaled up and marked with ~
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit, urlunsplit

import psycopg

TENANTS, ROWS = 1741, 60
FILL = """
INSERT INTO ours_{table} (id, municipality_id, name, amount, "on" {columns})
SELECT gen_random_uuid(), m.id, 'row ' || n, n, DATE '2026-04-01' + n {values}
FROM tenancy_municipality m CROSS JOIN generate_series(1, %s) n {parents}
"""
PARENT = """JOIN LATERAL (SELECT id FROM ours_{table} p WHERE p.municipality_id = m.id
AND p.amount = n) parent ON true"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--peer", type=int, default=TENANTS, help="tenants of django-tenants (0: leave it out)"
    )
    peer_tenants = parser.parse_args().peer
    print(f"{date.today()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}", flush=True)
    ours = measure_ours()
    peer = measure_peer(peer_tenants) if peer_tenants else {}
    print("\n| | consortium | django-tenants |\n|---|---|---|")
    for name, value in ours.items():
        print(f"| {name} | {value} | {peer.get(name, '')} |")


def measure_ours() -> dict[str, str]:
    logins = json.loads(os.environ["LOGINS"])
    owner = settings("benchmarks.ours.settings", SURFACE="migrate", DATABASE_URL=logins["migrate"])
    run(owner, "migrate", "-v0")
    run(owner, "migrate", "ours", "0001", "-v0")
    before = relations(logins["migrate"])
    created = run(owner, "load_registry", "-v0")
    grown = relations(logins["migrate"]) - before
    fill(logins["migrate"])
    added = run(owner, "migrate", "ours", "-v0")
    start_up = run(owner, "migrate", "ours", "-v0")
    copy_without_policies(logins["migrate"])
    medians = page(settings("benchmarks.ours.settings", SURFACE="tests"))
    return {
        f"{TENANTS:,} tenants created, s": f"{created:.1f}",
        "a migration that adds a field, s": f"{added:.1f}",
        "of each, start-up and grants (a migrate with nothing to do), s": f"{start_up:.1f}",
        "relations for each tenant": f"{grown / TENANTS:g}",
        "page of 20 rows with a join, ms": f"{medians['inside']:.2f}",
        "the same without row-level security, ms": f"{medians['without']:.2f}",
        "their ratio": f"{medians['inside'] / medians['without']:.2f}",
        "the page with opening its context, ms": f"{medians['with_context']:.2f}",
    }


def measure_peer(tenants: int) -> dict[str, str]:
    dsn = os.environ["DATABASE_URL"]
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE peer")
    peer_dsn = urlunsplit(urlsplit(dsn)._replace(path="/peer"))
    peer = settings("benchmarks.peer.settings", PEER_DATABASE_URL=peer_dsn)
    peer["PYTHONWARNINGS"] = "ignore"
    run(peer, "migrate_schemas", "--shared", "-v0")
    before = relations(peer_dsn)
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "benchmarks.peer.create", str(tenants)], env=peer, check=True)
    created = time.perf_counter() - started
    grown = relations(peer_dsn) - before
    added = run(peer, "migrate_schemas", "--tenant", "-v0")
    scale, mark = TENANTS / tenants, "" if tenants == TENANTS else "~"
    return {
        f"{TENANTS:,} tenants created, s": f"{mark}{created * scale:.0f}",
        "a migration that adds a field, s": f"{mark}{added * scale:.0f}",
        "relations for each tenant": f"{grown / tenants:g}",
    }


def settings(module: str, **given: str) -> dict[str, str]:
    """Without the caller's wish for no bytecode: an installation has it, the first run makes it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "DJANGO_SETTINGS_MODULE": module, **given}


def run(environment: Mapping[str, str], *command: str) -> float:
    """A management command as the operator runs it, start-up included. Returns seconds."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "django", *command], env=dict(environment), check=True)
    seconds = time.perf_counter() - started
    print(f"… {' '.join(command)} {seconds:.1f} s", flush=True)
    return seconds


def relations(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT count(*) FROM pg_class").fetchone()
    return int(row[0]) if row else 0


def fill(dsn: str) -> None:
    """60 rows for each municipality in the last two tables, and in what they refer to."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SET ROLE owner")
        for number in range(1, 16):
            before = f"table{number - 1:02}"
            columns, values, parents = (
                (", parent_id", ", parent.id", PARENT.format(table=before)) if number > 1 else ("", "", "")
            )
            statement = FILL.format(
                table=f"table{number:02}", columns=columns, values=values, parents=parents
            )
            connection.execute(statement, [ROWS])
            connection.execute(f"ANALYZE ours_table{number:02}")


def copy_without_policies(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("SET ROLE owner")
        for table in ("table14", "table15"):
            connection.execute(f"CREATE TABLE plain_{table} (LIKE ours_{table} INCLUDING ALL)")
            connection.execute(f"INSERT INTO plain_{table} TABLE ours_{table}")
            connection.execute(f"GRANT SELECT ON plain_{table} TO app, tests_login")
            connection.execute(f"ANALYZE plain_{table}")


def page(environment: Mapping[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.page"]
    done = subprocess.run(command, env=dict(environment), check=True, stdout=subprocess.PIPE, text=True)
    medians: dict[str, float] = json.loads(done.stdout)
    return medians


if __name__ == "__main__":
    main()
