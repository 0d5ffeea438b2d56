"""`make bench NAME=…`: one of benchmarks/, on databases of its own; without NAME lists them."""

import os
import shlex
import sys

from deploy.run_tests import run
from deploy.throwaway import ROOT, throwaway


def main() -> int:
    folder = ROOT / "benchmarks"
    names = sorted(
        [path.stem for path in folder.glob("[!_]*.py")]
        + [path.parent.name for path in folder.glob("*/__main__.py")]
    )
    name = os.environ.get("NAME", "")
    if name not in names:
        print("make bench NAME=…, one of:", *names, sep="\n  ")
        return 1 if name else 0
    with throwaway() as environment:
        return run(["-m", f"benchmarks.{name}", *shlex.split(os.environ.get("ARGS", ""))], environment)


if __name__ == "__main__":
    sys.exit(main())
