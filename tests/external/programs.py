"""Programs of others: Node with locked packages, Apache with its module; and their processes."""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from consortium.embedded.process import die_with_parent
from deploy.demo.supervisor import answers
from deploy.throwaway import FOLDER

HERE: Final = Path(__file__).resolve().parent
LOCK: Final = HERE / "package-lock.json"
APACHE: Final = next(filter(None, map(shutil.which, ("apache2", "/usr/sbin/apache2", "httpd"))), None)
MODULES: Final = Path("/usr/lib/apache2/modules")
PATIENCE: Final = 30.0
OLDEST_NODE: Final = 20


def lacking_node() -> str:
    """Why openid-client cannot run here; empty if it can."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "node or npm is not installed"
    version = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
    old = int(version.lstrip("v").split(".")[0]) < OLDEST_NODE
    return f"node {version.strip()} is older than {OLDEST_NODE}" if old else ""


def lacking_apache() -> str:
    if APACHE is None:
        return "apache2 is not installed"
    return (
        "" if (MODULES / "mod_auth_openidc.so").exists() else "libapache2-mod-auth-openidc is not installed"
    )


def node_modules() -> Path:
    """A folder whose programs find the locked packages; installed once for each lock."""
    folder = FOLDER / f"node-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", LOCK.name, ".npmrc"):
            shutil.copy(HERE / name, folder / name)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], cwd=folder, check=True)
        (folder / "complete").touch()
    return folder


@contextmanager
def running(
    command: Sequence[str | Path], port: int, folder: Path, path: str = "/", **environment: str
) -> Iterator[None]:
    """A program that listens on the port once it is up; ended with the block. Its words are in `log`."""
    log = folder / f"{port}.log"
    with log.open("wb") as words:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PORT": str(port), **environment},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 (one system call, takes no lock)
        )
        try:
            _wait(process, port, path, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not answers(port, path):
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"{process.args} does not come up:\n{log.read_text()[-2000:]}")
        time.sleep(0.05)
