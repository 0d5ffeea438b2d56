"""`make messages`: collects the texts to translate, then compiles the translations."""

import os
import subprocess
import sys

from deploy.check import ENVIRONMENT
from deploy.throwaway import ROOT


def main() -> int:
    for command in ("messages", "compile_translations"):
        done = subprocess.run(
            [sys.executable, "manage.py", command], check=False, cwd=ROOT, env=os.environ | ENVIRONMENT
        )
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
