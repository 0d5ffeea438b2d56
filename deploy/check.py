"""`make check`: what can be judged without running the platform; all of it, even after a failure."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from deploy.throwaway import ROOT, fernet_key

PYTHON = sys.executable
SOURCES = ("consortium", "identity", "services", "shared_plans")
AT_ONCE = 2  # mypy takes as long as all others together
CHECKS = {
    "mypy": ["-m", "mypy"],
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "templates": ["-m", "djlint", "--lint", "--quiet", *SOURCES],
    "dependencies": ["-m", "deptry", ".", "--config", "requirements/deptry.toml"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "openapi": ["manage.py", "openapi", "--check"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": ["manage.py", "messages", "--check"],
    "architecture": ["-m", "deploy.architecture", "--check"],
    "shell": ["-m", "deploy.shell"],
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
    if not passes("texts", ["manage.py", "compile_translations"]):  # the API's description holds English ones
        return 1
    with ThreadPoolExecutor(AT_ONCE) as pool:
        passed = dict(zip(CHECKS, pool.map(passes, CHECKS, CHECKS.values()), strict=True))
    failed = [name for name, good in passed.items() if not good]
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
    told = f"\n{done.stdout.rstrip()}" if done.returncode else ""
    print(f"{mark} {name} {time.monotonic() - started:.1f} s{told}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
