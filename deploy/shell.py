"""Shell scripts are read by the shell that would run them, without running them."""

import subprocess
import sys

from deploy.throwaway import ROOT


def main() -> int:
    scripts = [
        path
        for path in (*ROOT.glob("requirements/*.sh"), *ROOT.glob("deploy/**/*.sh"), ROOT / ".ci/run")
        if path.exists()
    ]
    return max(
        subprocess.run([shell(path.read_text("utf-8")), "-n", path], check=False).returncode
        for path in scripts
    )


def shell(text: str) -> str:
    """Of the first line; sh for a script that is only given to it."""
    return "bash" if "bash" in text.partition("\n")[0] else "sh"


if __name__ == "__main__":
    sys.exit(main())
