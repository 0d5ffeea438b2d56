"""The OpenID Provider under load, with every check, audit row and rate limit on.

make bench NAME=oidc                                   all workloads, 3 rounds of 3 s, about 3 minutes
make bench NAME=oidc ARGS="--workloads login,userinfo --workers 1"
make bench NAME=oidc ARGS="--beside FOLDER"            beside peers: a harness whose run.sh takes --target
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from deploy.stage.platform import databases, free_ports

from . import beside, measure, provider
from .workloads import WORKLOADS


def main() -> int:
    options = arguments()
    print(f"{date.today()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, {command()}")
    folder = Path(tempfile.mkdtemp(prefix="bench-oidc-"))
    try:
        with (
            databases(folder / "state", free_ports(), durable=True) as stage,
            provider.running(stage, options.workers, options.connections) as held,
        ):
            if options.beside:
                return beside.run(held, options.beside, folder, options.peers, options.workloads)
            measure.run(held, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of one workload in one round")
    parser.add_argument(
        "--workloads", type=lambda text: text.split(","), default=list(WORKLOADS), help=", ".join(WORKLOADS)
    )
    parser.add_argument("--beside", type=Path, help="folder of the harness")
    parser.add_argument("--peers", default="node-pg", help="the harness's variants")
    return parser.parse_args()


def command() -> str:
    version = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], check=False, capture_output=True, text=True
    ).stdout.strip()
    asked = f' ARGS="{os.environ["ARGS"]}"' if os.environ.get("ARGS") else ""
    return f"make bench NAME=oidc{asked} at {version or 'an unknown commit'}"


if __name__ == "__main__":
    sys.exit(main())
