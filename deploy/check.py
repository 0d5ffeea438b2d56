"""`make check`: what can be judged without running the platform; all of it, even after a failure."""

import os
import subprocess
import sys
import time

from deploy.throwaway import ROOT, fernet_key

PYTHON = sys.executable
CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "openapi": ["manage.py", "openapi", "--check"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
}
# Enough for Django to load; no check opens a connection.
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "consortium.settings",
    "SURFACE": "migrate",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "only for checks, which sign nothing",
    "FIELD_KEYS": fernet_key(),
    "DEBUG": "0",
    "DEMO": "0",
}


def main() -> int:
    failed = [name for name, arguments in CHECKS.items() if not passes(name, arguments)]
    print(f"✗ failed: {', '.join(failed)}" if failed else "✓ all checks pass", flush=True)
    return bool(failed)


def passes(name: str, arguments: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        [PYTHON, *arguments],
        check=False,
        cwd=ROOT,
        env=os.environ | ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    mark = "✗" if done.returncode else "✓"
    print(f"{mark} {name} {time.monotonic() - started:.1f} s", flush=True)
    if done.returncode:
        print(done.stdout.rstrip(), flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
