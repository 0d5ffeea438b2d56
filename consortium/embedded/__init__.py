"""PostgreSQL and Valkey out of wheels, for the demo, tests and benchmarks: no root, no system packages.

    with Embedded(Path(".demo")) as databases:
        databases.dsn("portal"), databases.redis_url()

Whoever runs databases of their own gives DATABASE_URL and REDIS_URL: each replaces one, and where both are
given nothing is started. `python -m consortium.embedded sql` prints what a superuser runs there once.
"""

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit, urlunsplit

from consortium.embedded import postgres, valkey
from consortium.embedded.place import EmbeddedError, Place, Secrets, locked, make_state
from consortium.tenancy.roles import LOGINS, login_name

__all__ = ["LOGINS", "Embedded", "EmbeddedError"]


class Embedded:
    """Both databases, up while inside the `with`. Enter it in the main thread: they end with the thread that
    started them. `durable=False` is for data thrown away with its folder."""

    def __init__(self, state: Path, *, durable: bool = True) -> None:
        self.state = make_state(state)
        self.durable = durable
        self._stack = ExitStack()
        self._postgres = ""
        self._redis = ""
        self._servers: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(locked(self.state))
            (self.state / "logs").mkdir(mode=0o700, exist_ok=True)
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def _start(self, stack: ExitStack) -> None:
        self._postgres = os.environ.get("DATABASE_URL", "")
        self._redis = os.environ.get("REDIS_URL", "")
        self.has_own_postgres = not self._postgres
        if self._postgres and self._redis:
            return
        place = Place(self.state)
        if not self._redis:
            self._redis = stack.enter_context(
                valkey.running(place, durable=self.durable, servers=self._servers)
            )
        if not self._postgres:
            self._postgres = stack.enter_context(
                postgres.running(place, durable=self.durable, servers=self._servers)
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def ended(self) -> list[str]:
        """Names of servers that are no more although nobody stopped them."""
        return [name for name, process in self._servers.items() if process.poll() is not None]

    def superuser_dsn(self, database: str = "postgres") -> str:
        if not self.has_own_postgres:
            raise EmbeddedError("DATABASE_URL names a PostgreSQL of yours: its superuser is not known here")
        return f"{self._postgres}{database}"

    def dsn(self, login: str, database: str = postgres.DATABASE) -> str:
        """`login` is a kind of process: portal, identity, worker, report, migrate or tests.

        On a PostgreSQL of the operator's: DATABASE_URL itself if it is that login's, or else its host and
        database with the login's name and its password of STATE/secrets.json (what `sql STATE` printed).
        """
        if login not in LOGINS:
            raise EmbeddedError(f"There is no login {login!r}")
        parts = urlsplit(self._postgres)
        name = login_name(login)
        if not self.has_own_postgres and parts.username == name:
            return self._postgres
        password = Secrets(self.state).get(login)[login]
        host = parts.netloc.rpartition("@")[2]
        path = f"/{database}" if self.has_own_postgres else parts.path
        return urlunsplit((parts.scheme, f"{name}:{quote(password)}@{host}", path, parts.query, ""))

    def redis_url(self, db: int = 0) -> str:
        parts = urlsplit(self._redis)
        return urlunsplit((parts.scheme, parts.netloc, f"/{db}", parts.query, ""))
