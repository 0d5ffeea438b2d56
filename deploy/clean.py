"""`make clean`: data, logs and caches of this checkout, and the databases' private folder under /var/tmp."""

import os
import shutil
import sys
from pathlib import Path

from consortium.embedded import EmbeddedError
from consortium.embedded.place import clean
from deploy.throwaway import FOLDER, ROOT

CACHES = (".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")


def main() -> int:
    state = ROOT / (os.environ.get("STATE") or ".demo")
    try:
        for folder in (state, *FOLDER.glob("run-*")):
            clear(folder)
    except EmbeddedError as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 1
    for name in (FOLDER.name, *CACHES, *([".venv"] if "--all" in os.environ.get("ARGS", "") else [])):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    return 0


def clear(state: Path) -> None:
    """Only a folder that holds our notes: STATE may be mistyped."""
    if not (state / "embedded.json").exists():
        return
    private = clean(state)
    shutil.rmtree(state)
    print(f"removed {state}", f"and {private}" if private else "")


if __name__ == "__main__":
    sys.exit(main())
