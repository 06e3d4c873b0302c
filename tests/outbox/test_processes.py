"""Workers as processes of their own, killed in the middle and run against one another."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from tests.factories.mail import MailServer, Received
from tests.outbox.installation import Installation, installation
from tests.processes import ENOUGH, ON_POSTGRESQL_FIRST, until

pytestmark = [pytest.mark.processes]
SHORT_LEASE = 2  # seconds
QUEUE = """
from django.utils import timezone
from outbox.actions import compose, queue_all
queue_all(
    compose(to=f"reader{n}@example.org", to_name="", subject=f"Mail {n}", text="T", html="<p>T</p>", now=timezone.now())
    for n in range(%d)
)
"""
SEND = """
import json
from django.utils import timezone
from outbox.sending import send_waiting
print(json.dumps(send_waiting(now=timezone.now()).as_dict()))
"""


@pytest.fixture(params=ON_POSTGRESQL_FIRST)
def place(request, tmp_path: Path) -> Iterator[Installation]:
    with installation(request.param, tmp_path, "outbox") as made:
        yield made


def send_until_empty(place: Installation) -> None:
    """Workers one after the other, until nothing waits; those killed have to lose their leases first."""

    def is_empty() -> bool:
        place.finish(place.start(SEND))
        return not place.query("SELECT 1 FROM outbox_message WHERE state IN ('queued', 'sending') LIMIT 1")

    until(is_empty, "no mail waits")


def kill(place: Installation, process: subprocess.Popen[str]) -> bool:
    """Kills the process; whether it was still at work."""
    process.kill()
    process.communicate(timeout=ENOUGH)
    place.wait_until_alone()
    return process.returncode == -signal.SIGKILL


def test_two_workers_at_once_send_each_mail_once(place):
    with MailServer(senders=2) as server:
        place.smtp_port = server.port
        place.run(QUEUE % 300)
        done = place.run_at_once(SEND)
        assert sum(outcome["sent"] for outcome in done) == 300
        assert min(outcome["sent"] for outcome in done) > 0
        assert len(server.ids) == len(set(server.ids)) == 300
    assert place.sent() == set(server.ids)


def test_worker_killed_again_and_again_loses_no_mail_and_doubles_only_the_one_in_flight(place):
    """The kill log: at each kill, what the server had said yes to and the database did not know yet."""
    chance = random.Random(8)
    kills, goal, in_flight = 0, 0, []
    killed = Event()

    def at_content(mail: Received) -> None:
        # Where the machine is slow to kill, the worker is not let off much further than to its goal.
        if len(server.accepted) > goal + 5:
            killed.wait(ENOUGH)

    with MailServer(at_content=at_content) as server:
        place.smtp_port, place.lease = server.port, SHORT_LEASE
        place.run(QUEUE % 300)
        while kills < 5:
            killed.clear()
            goal = len(server.accepted) + chance.randrange(5, 40)
            worker = place.start(SEND)
            server.wait_for(goal, worker.pid)
            time.sleep(chance.random() / 500)
            was_at_work = kill(place, worker)
            killed.set()
            if was_at_work:  # else all that waits was still leased to the one before it
                kills += 1
                repeated = server.repeated(place.sent(), in_flight)
                assert len(repeated) <= 1
                in_flight += repeated
        goal = 300
        send_until_empty(place)
        times = Counter(server.ids)
    assert len(times) == 300, "every mail arrives"
    assert times == Counter(dict.fromkeys(times, 1)) + Counter(in_flight)
    assert place.query("SELECT COUNT(*), MIN(state), MAX(state) FROM outbox_message") == [(300, "sent", "sent")]


def test_kill_between_the_servers_yes_and_the_commit_repeats_that_mail_with_its_id(place):
    killed: list[str] = []
    workers: list[subprocess.Popen[str]] = []

    def at_content(mail: Received) -> None:
        if len(server.accepted) == 10 and not killed:
            killed.append(mail.message_id)
            os.kill(workers[0].pid, signal.SIGKILL)

    with MailServer(at_content=at_content) as server:
        place.smtp_port, place.lease = server.port, SHORT_LEASE
        place.run(QUEUE % 30)
        workers.append(place.start(SEND))
        workers[0].communicate(timeout=ENOUGH)
        assert workers[0].returncode == -signal.SIGKILL
        send_until_empty(place)
    assert Counter(server.ids) == Counter(dict.fromkeys(place.sent(), 1)) + Counter(killed)
    bodies = {mail.content for mail in server.accepted if mail.message_id == killed[0]}
    assert len({body.split(b"Message-ID")[1][:60] for body in bodies}) == 1


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_kill_before_the_next_mail_repeats_nothing(place):
    killed: list[bool] = []
    workers: list[subprocess.Popen[str]] = []

    def at_mail(sender: str) -> None:
        if len(server.accepted) == 10 and not killed:
            killed.append(True)
            os.kill(workers[0].pid, signal.SIGKILL)

    with MailServer(at_mail=at_mail) as server:
        place.smtp_port, place.lease = server.port, SHORT_LEASE
        place.run(QUEUE % 30)
        workers.append(place.start(SEND))
        workers[0].communicate(timeout=ENOUGH)
        assert len(place.sent()) == 10
        send_until_empty(place)
    assert len(server.ids) == len(set(server.ids)) == 30


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_mail_waits_while_the_server_is_down_and_goes_when_it_is_up(place):
    place.run(QUEUE % 20)
    with MailServer() as server:
        place.smtp_port = server.port
    assert place.finish(place.start(SEND)) == {"sent": 0, "failed": 0, "delayed": 20}
    with MailServer(port=place.smtp_port) as server:
        place.query("UPDATE outbox_message SET free_at = created_at")  # half a minute later
        assert place.finish(place.start(SEND)) == {"sent": 20, "failed": 0, "delayed": 0}
        assert len(set(server.ids)) == len(server.ids) == 20


@pytest.mark.services
def test_database_that_goes_away_after_the_servers_yes_repeats_nothing(tmp_path):
    """Its connections are ended while the worker waits for the server's answer to the fifth mail."""
    with installation("postgresql", tmp_path, "outbox") as place:

        def at_content(mail: Received) -> None:
            if len(server.accepted) == 4:
                place.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

        with MailServer(at_content=at_content) as server:
            place.smtp_port = server.port
            place.run(QUEUE % 12)
            assert place.finish(place.start(SEND)) == {"sent": 12, "failed": 0, "delayed": 0}
    assert len(server.ids) == len(set(server.ids)) == 12
