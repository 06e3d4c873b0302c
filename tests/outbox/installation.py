"""A whole installation of its own, with processes of its own, on a database in a file or on PostgreSQL.

The tests' own database is out of the reach of other processes, and a worker that can be killed has to be one.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.processes import ENOUGH, until
from tests.services import TEST_KEY, postgresql_answers, postgresql_url

ROOT = Path(__file__).resolve().parents[2]
START = "import django; django.setup()\n"
DATABASE = "readiness.sqlite3"


@dataclass
class Installation:
    """`directory` is its DATA_DIR; `database` and `broker` are URLs, "" for the embedded ones in the directory.

    `lease` is for how many seconds a sender has its mails. Where senders are killed it is short, so that another one
    takes their mails up soon; where nobody is, so long that no slow machine takes a living one for dead.
    """

    directory: Path
    database: str
    smtp_port: int = 9
    broker: str = ""
    lease: int = 600

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "readiness.settings",
            "PYTHONPATH": str(ROOT),
            "SECRET_KEY": TEST_KEY,
            "DATA_DIR": str(self.directory),
            "DATABASE_URL": self.database,
            "CELERY_BROKER_URL": self.broker,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "FROM_EMAIL": "readiness@example.org",
            "PUBLIC_URL": "http://127.0.0.1:8130",
            "HTTPS": "off",
            "OUTBOX_LEASE": str(self.lease),
        }

    def start(self, script: str) -> subprocess.Popen[str]:
        """A process that runs the script with Django set up."""
        return subprocess.Popen(
            [sys.executable, "-c", START + script],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run_at_once(self, script: str, times: int = 2) -> list[Any]:
        """What so many processes print that begin the script at the same moment."""
        processes = [self.start(f"print('ready', flush=True); input()\n{script}") for _ in range(times)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        return [self.finish(process) for process in processes]

    def run(self, script: str) -> Any:
        """What a process that runs the script prints, read as JSON; AssertionError with its complaint if it fails."""
        return self.finish(self.start(script))

    def finish(self, process: subprocess.Popen[str]) -> Any:
        """Waits for the process and reads what it printed as JSON (None for nothing)."""
        output, complaint = process.communicate(timeout=ENOUGH)
        assert process.returncode == 0, complaint
        return json.loads(output) if output.strip() else None

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`manage.py` with these words."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=ENOUGH,
            check=False,
        )

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of one SQL statement, from a connection of this process's own."""
        if self.database:
            with closing(psycopg2.connect(self.database)) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                    return cursor.fetchall() if cursor.description else []
        path = self.directory / DATABASE
        with closing(sqlite3.connect(path, timeout=ENOUGH, isolation_level=None)) as connection:
            return connection.execute(statement).fetchall()

    def wait_until_alone(self) -> None:
        """Returns when the database has noticed that the others are gone: what a killed process had asked to be
        committed is then committed or never will be."""
        others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        if self.database:
            until(lambda: not self.query(others), "the database has let go of every connection", every=0.01)

    def sent(self) -> set[str]:
        """Message-IDs that the database calls sent."""
        return {row[0] for row in self.query("SELECT message_id FROM outbox_message WHERE state = 'sent'")}


@contextmanager
def installation(kind: str, directory: Path, *apps: str) -> Iterator[Installation]:
    """An installation on `sqlite` or `postgresql`, with the tables of these apps (of all, where none is named)."""
    if kind == "sqlite":
        shutil.copy(migrated_file(*apps), directory / DATABASE)
        yield Installation(directory, "")
        return
    name = f"readiness_{os.getpid()}_{directory.name.replace('-', '_').lower()}"[:60]
    _server().query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _server().query(f'CREATE DATABASE "{name}" TEMPLATE "{_template(apps)}"')
    try:
        yield Installation(directory, _address(name))
    finally:
        _server().query(f'DROP DATABASE "{name}" WITH (FORCE)')


# To migrate takes some six seconds, to copy what was migrated none: each run does it once for each set of apps, for all
# of its processes.


def migrated_file(*apps: str) -> Path:
    """A SQLite file with the tables of these apps, of all where none is named; it is to be copied and left as it is."""
    directory = _shared("-".join(("sqlite", *apps)))
    with _once(directory) as is_first:
        if is_first:
            _migrate(Installation(directory, ""), apps)
            # Whatever still stood in the log of writes is in the file once the log is emptied.
            Installation(directory, "").query("PRAGMA wal_checkpoint(TRUNCATE)")
    return directory / DATABASE


def _template(apps: tuple[str, ...]) -> str:
    # Processes of one run may have servers of their own (tests/services.py).
    directory = _shared("-".join(("postgresql", str(urlsplit(postgresql_url()).port), *apps)))
    name = "_".join(("tables", re.sub(r"\W", "_", _run().name), *apps))
    with _once(directory) as is_first:
        if is_first:
            _server().query(f'CREATE DATABASE "{name}"')
            (directory / "made").write_text(f"{postgresql_url()} {name}")
            _migrate(Installation(directory, _address(name)), apps)
    return name


def drop_templates() -> None:
    """Takes away what this run's processes have copied from a server that outlives the run; asked when that is over."""
    for made in (_run() / "tables").glob("*/made"):
        server, name = made.read_text().split()
        if postgresql_answers(server):
            Installation(Path(), server).query(f'DROP DATABASE IF EXISTS "{name}"')


def _run() -> Path:
    return Path(os.environ["READINESS_TEST_DIR"])


def _shared(name: str) -> Path:
    directory = _run() / "tables" / name
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@contextmanager
def _once(directory: Path) -> Iterator[bool]:
    """Whether this process is the first of the run that comes here; the others wait until it is done."""
    with (directory / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = directory / "done"
        yield not done.exists()
        done.touch()


def _server() -> Installation:
    return Installation(Path(), postgresql_url())


def _address(name: str) -> str:
    return urlunsplit(urlsplit(postgresql_url())._replace(path=f"/{name}"))


def _migrate(made: Installation, apps: tuple[str, ...]) -> None:
    for app in apps or ("",):
        done = made.manage("migrate", "--verbosity", "0", *([app] if app else []))
        assert done.returncode == 0, done.stderr
