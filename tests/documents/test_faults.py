"""Uploads while things really go wrong: nothing that was accepted is lost, and nothing is half done."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.utils import timezone
from moto.server import ThreadedMotoServer

from accounts.models import Event
from documents.evidence import actions
from documents.models import File, Version
from files import storage
from refusals import Refused
from tests.factories.documents import add, pdf_bytes
from tests.factories.people import make_council, make_inspection
from tests.processes import ENOUGH, ROOT, environment, running, until
from tests.services import TEST_KEY, free_port

PART = ("10", "reports")
BOUNDARY = "fictional-boundary"
TOKEN = "t" * 32
#: The largest file that the server may write where its disk is full; the database is smaller.
FULL = 3 * 1024 * 1024
BEGIN = """
import django, json
django.setup()
from django.core.management import call_command
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
call_command("migrate", verbosity=0)
from accounts.models import Role
from tests.factories.people import make_council, make_inspection, make_person
inspection = make_inspection(make_council("Fictionshire"))
person = make_person(inspection.council, Role.COORDINATOR)
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.create()
print(json.dumps([inspection.slug, session.session_key]))
"""


@dataclass
class Server:
    """The web server as it is run, with a database and a disk of its own."""

    data: Path
    port: int
    slug: str
    session: str

    def _head(self, method: str, path: str, *more: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close", *more]
        lines.append(f"Cookie: session={self.session}; csrf={TOKEN}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _said(self, asked: socket.socket) -> tuple[int, str]:
        answer = b""
        while chunk := asked.recv(65536):
            answer += chunk
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode(errors="replace")

    def _form(self, content: bytes) -> bytes:
        begin = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
        begin += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="row0-file"; filename="a.pdf"\r\n'
        return f"{begin}Content-Type: application/pdf\r\n\r\n".encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()

    def upload(self, content: bytes) -> tuple[int, dict]:
        with self.uploading(content, 1.0) as asked:
            status, body = self._said(asked)
        return status, json.loads(body)

    @contextmanager
    def uploading(self, content: bytes, share: float) -> Iterator[socket.socket]:
        """An upload of which so much has been sent; it is cut off at the end of the block."""
        form = self._form(content)
        with socket.create_connection(("127.0.0.1", self.port), timeout=ENOUGH) as asked:
            kind = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
            path = f"/inspections/{self.slug}/documents/{PART[0]}/{PART[1]}/upload/"
            asked.sendall(self._head("POST", path, kind, f"Content-Length: {len(form)}", "Accept: application/json"))
            asked.sendall(form[: int(len(form) * share)])
            yield asked

    def download(self, version: int) -> int:
        with socket.create_connection(("127.0.0.1", self.port), timeout=ENOUGH) as asked:
            asked.sendall(self._head("GET", f"/inspections/{self.slug}/versions/{version}/download/"))
            return self._said(asked)[0]

    def rows(self) -> tuple[int, int, int]:
        """Files, versions, and what is on the record."""
        with sqlite3.connect(self.data / "readiness.sqlite3") as database:
            counted = [
                database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
                for table in ("documents_file", "documents_version", "accounts_event WHERE inspection <> ''")
            ]
        database.close()
        return (counted[0], counted[1], counted[2])

    def on_disk(self) -> dict[str, int]:
        """How many files lie in each folder of the uploads."""
        folders = ("incoming", "files")
        return {name: sum(path.is_file() for path in (self.data / "uploads" / name).rglob("*")) for name in folders}


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> tuple[Path, str, str]:
    data = tmp_path_factory.mktemp("begun")
    env = environment(data, DEBUG="on", SECRET_KEY=TEST_KEY) | {"DJANGO_SETTINGS_MODULE": "readiness.settings"}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN], cwd=ROOT, env=env, capture_output=True, text=True, timeout=ENOUGH
    )
    assert done.stderr == ""
    slug, session = json.loads(done.stdout)
    return data, slug, session


@pytest.fixture
def start(begun, tmp_path) -> Iterator[Callable[..., Server]]:
    """Starts gunicorn on a copy of the database, with a bound on the size of files if one is given."""
    data, slug, session = begun
    shutil.copytree(data, tmp_path / "var")
    stack = []

    def started(most: int | None = None) -> Server:
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "--config", "python:readiness.web_server", "readiness.wsgi"]
        if most is not None:
            command = ["prlimit", f"--fsize={most}", *command]
        env = environment(tmp_path / "var", DEBUG="on", SECRET_KEY=TEST_KEY, PORT=str(port), HOST="127.0.0.1")
        stack.append(running(command, tmp_path / "log", env))
        stack[-1].__enter__()
        server = Server(tmp_path / "var", port, slug, session)
        until(lambda: answers(port), "gunicorn listens")
        return server

    yield started
    for block in stack:
        block.__exit__(None, None, None)


def answers(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


FAILED = (
    "a.pdf was not added: there is no room for it, or the storage cannot be written at the moment. Nothing was kept. "
    "Try again later, and tell whoever looks after this service."
)


@pytest.mark.processes
def test_disk_that_is_full_in_the_middle_of_an_upload_keeps_nothing_of_it(start):
    server = start(FULL)
    assert server.upload(pdf_bytes() + b"\n" * (2 * FULL)) == (
        422,
        {"added": 0, "already": False, "remark": "", "faults": [FAILED]},
    )
    assert (server.rows(), server.on_disk()) == ((0, 0, 0), {"incoming": 0, "files": 0})
    # What still has room is taken.
    assert server.upload(pdf_bytes())[0] == 200
    assert (server.rows(), server.on_disk()) == ((1, 1, 1), {"incoming": 0, "files": 1})


@pytest.mark.processes
def test_storage_that_vanishes_refuses_until_it_is_back_and_loses_nothing(start):
    server = start()
    assert server.upload(pdf_bytes())[0] == 200
    uploads = server.data / "uploads"
    uploads.rename(server.data / "elsewhere")
    uploads.write_text("a file where the folder was")
    status, said = server.upload(pdf_bytes())
    assert (status, said["faults"]) == (422, [FAILED])
    assert server.download(1) == 503
    uploads.unlink()
    (server.data / "elsewhere").rename(uploads)
    assert (server.rows(), server.on_disk(), server.download(1)) == ((1, 1, 1), {"incoming": 0, "files": 1}, 200)
    assert server.upload(pdf_bytes())[0] == 200


@pytest.mark.processes
def test_connection_that_is_cut_in_the_middle_leaves_nothing(start):
    server = start()
    for share in (0.3, 0.999):
        with server.uploading(pdf_bytes() + b"\n" * 4_000_000, share):
            until(lambda: server.on_disk()["incoming"] == 1, "the upload arrives")
        until(lambda: server.on_disk()["incoming"] == 0, "what came of it is gone")
    assert (server.rows(), server.on_disk()) == ((0, 0, 0), {"incoming": 0, "files": 0})
    assert server.upload(pdf_bytes())[0] == 200


# --- In this process, where the moment can be chosen ------------------------------------------------------------------


def rows() -> tuple[int, int, int]:
    return File.objects.count(), Version.objects.count(), Event.objects.filter(inspection__gt="").count()


@pytest.mark.django_db
def test_object_storage_that_stops_refuses_until_it_is_back(settings, bucket):
    inspection = make_inspection(make_council("Fictionshire"))
    port = free_port()
    settings.OBJECT_STORAGE = {**settings.OBJECT_STORAGE, "endpoint": f"http://127.0.0.1:{port}"}

    def server() -> ThreadedMotoServer:
        started = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
        started.start()
        return started

    first = server()
    add(inspection, *PART)
    first.stop()
    with pytest.raises(Refused) as refused:
        add(inspection, *PART)
    assert refused.value.message == FAILED.replace("a.pdf", "minutes.pdf")
    assert rows() == (1, 1, 1)
    second = server()
    version = add(inspection, *PART).version
    second.stop()
    assert (rows(), version.file.versions.count()) == ((2, 2, 2), 1)


def at_the_record(monkeypatch, fault: Callable[[], None]) -> None:
    """Has something happen after the bytes are in place and before the transaction commits."""
    record = actions._record

    def and_then(*args, **kwargs):
        record(*args, **kwargs)
        fault()

    monkeypatch.setattr(actions, "_record", and_then)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_commit_that_the_database_refuses_takes_the_bytes_away(place, monkeypatch):
    """Foreign keys are checked when a transaction commits: this one refers to a file that does not exist."""
    inspection = make_inspection(make_council("Fictionshire"))
    at_the_record(monkeypatch, lambda: Version.objects.update(file_id=10**9) and None)
    with pytest.raises(IntegrityError):
        add(inspection, *PART)
    assert (rows(), place.names(), place.half_received()) == ((0, 0, 0), [], 0)


def lose_the_database() -> None:
    """PostgreSQL ends the connection as it does when it is restarted; SQLite's is closed under the transaction."""
    if connection.vendor != "postgresql":
        connection.connection.close()
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number = cursor.fetchone()[0]
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [number])
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_database_that_is_gone_at_the_commit_leaves_no_version_without_its_bytes(place, monkeypatch):
    inspection = make_inspection(make_council("Fictionshire"))
    with monkeypatch.context() as patch:
        at_the_record(patch, lose_the_database)
        with pytest.raises(DatabaseError):
            add(inspection, *PART)
    connection.close()
    assert (rows(), place.half_received()) == ((0, 0, 0), 0)
    # Nobody knows whether it had committed: bytes may be left, and the nightly sweep finds them.
    assert len(place.names()) <= 1
    actions.sweep(now=timezone.now() + timedelta(days=2))
    assert place.names() == []
    version = add(inspection, *PART).version
    with storage.open_stored(version.stored_name) as stream:
        assert len(stream.read()) == version.size
