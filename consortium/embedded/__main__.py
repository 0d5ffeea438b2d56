"""`python -m consortium.embedded clean STATE` and `… sql [STATE]`."""

import argparse
import sys
from pathlib import Path

from consortium.embedded.place import EmbeddedError, Secrets, clean, make_state
from consortium.embedded.postgres import operators_sql
from consortium.tenancy.roles import LOGINS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m consortium.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    cleaning = commands.add_parser("clean", help="remove what STATE keeps under /var/tmp")
    printing = commands.add_parser("sql", help="what a superuser runs once in your own PostgreSQL (psql)")
    for command in (cleaning, printing):
        command.add_argument("state", nargs="?", default=Path(".demo"), type=Path, metavar="STATE")
    given = parser.parse_args()
    try:
        sys.stdout.write(COMMANDS[given.command](given.state))
    except EmbeddedError as problem:
        sys.exit(f"✗ {problem}")


def run_clean(state: Path) -> str:
    removed = clean(state)
    return f"removed {removed}\n" if removed else ""


def run_sql(state: Path) -> str:
    """With the passwords of STATE/secrets.json, which the demo then signs in with."""
    return "\n".join(operators_sql(Secrets(make_state(state)).get(*LOGINS))) + "\n"


COMMANDS = {"clean": run_clean, "sql": run_sql}

if __name__ == "__main__":
    main()
