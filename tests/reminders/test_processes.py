"""Ticks and senders as processes of their own, on a database in a file and on PostgreSQL."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.factories.mail import MailServer
from tests.outbox.installation import ROOT, Installation, installation
from tests.processes import ENOUGH, ON_POSTGRESQL_FIRST, until

pytestmark = [pytest.mark.processes]
OWNERS = 60
# Many owners of one inspection, each with a document of theirs.
FILL = f"""
from datetime import date
from django.db import transaction
from tests.reminders.conftest import make_scene
from tests.factories.people import make_ownership, make_post
from accounts.models import Membership, User
with transaction.atomic():
    scene = make_scene(date(2011, 4, 18))
    # Nobody signs in here, and a real password takes half a second each.
    people = [User(email=f"owner{{n}}@example.org", full_name=f"Owner {{n}}", password="!") for n in range({OWNERS})]
    people = User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(council=scene.council, user=each, role="owner") for each in people)
    for n, person in enumerate(people):
        make_ownership(scene.inspection, f"document:{{n % 13 + 1}}", make_post(scene.council, holder=person))
"""
EVERYBODY = OWNERS + 4
TICK = """
import json
from django.utils import timezone
from outbox.sending import send_waiting
from reminders.tick import tick
from tests.factories.people import at
done = tick(at("2011-04-18 10:00"), queued_at=timezone.now())
print(json.dumps({"queued": len(done.queued), "sent": send_waiting(now=timezone.now()).sent}))
"""


@pytest.fixture(scope="module", params=ON_POSTGRESQL_FIRST)
def filled(request, tmp_path_factory) -> Iterator[Installation]:
    with installation(request.param, tmp_path_factory.mktemp("reminders")) as made:
        made.run(FILL)
        yield made


@pytest.fixture
def place(filled) -> Installation:
    for table in ("reminders_reminder", "reminders_quiet", "outbox_message"):
        filled.query(f"DELETE FROM {table}")
    return filled


def send(place: Installation, at: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "send_reminders", "--at", at, "--format", "json"],
        cwd=ROOT,
        env=place.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> dict:
    output, complaint = process.communicate(timeout=ENOUGH)
    assert process.returncode == 0, complaint
    return json.loads(output)


def ledger(place: Installation) -> tuple[int, int]:
    """How many emails and how many people the ledger knows."""
    return place.query("SELECT COUNT(DISTINCT message_id), COUNT(DISTINCT person_id) FROM reminders_reminder")[0]


def test_two_ticks_at_once_send_each_person_one_email(place) -> None:
    with MailServer() as server:
        place.smtp_port = server.port
        done = place.run_at_once(TICK)
        assert sum(each["queued"] for each in done) == EVERYBODY
        assert sum(each["sent"] for each in done) == EVERYBODY
    assert Counter(server.recipients).most_common(1)[0][1] == 1
    assert len(server.recipients) == EVERYBODY
    assert ledger(place) == (EVERYBODY, EVERYBODY)


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_tick_run_twice_sends_once(place) -> None:
    with MailServer() as server:
        place.smtp_port = server.port
        first = finished(send(place, "2011-04-18T10:00"))
        second = finished(send(place, "2011-04-18T10:01"))
    assert (len(first["queued"]), first["sent"]) == (EVERYBODY, EVERYBODY)
    assert second == {"queued": [], "sent": 0, "failed": 0, "delayed": 0}
    assert len(server.recipients) == EVERYBODY


def test_process_killed_while_it_queues_or_sends_is_made_good_by_the_next(place) -> None:
    """Killed at a different moment each time; what the server had and the database did not know is the kill log."""
    unknown: list[str] = []
    with MailServer() as server:
        killing = replace(place, smtp_port=server.port, lease=2)
        for goal in (1, 15, 35):
            process = send(killing, "2011-04-18T10:00")
            server.wait_for(goal, process.pid)
            process.kill()
            process.communicate(timeout=ENOUGH)
            place.wait_until_alone()
            repeated = server.repeated(place.sent(), unknown)
            assert len(repeated) <= 1
            unknown += repeated

        def is_over() -> bool:
            finished(send(killing, "2011-04-18T10:00"))
            return not place.query("SELECT 1 FROM outbox_message WHERE state <> 'sent' LIMIT 1")

        until(is_over, "every email sent")
    assert set(server.ids) == place.sent()
    assert Counter(server.ids) == Counter(dict.fromkeys(place.sent(), 1)) + Counter(unknown)
    assert len(set(server.recipients)) == EVERYBODY
    assert ledger(place) == (EVERYBODY, EVERYBODY)


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_mail_server_down_delays_and_loses_nothing(place) -> None:
    with MailServer() as server:
        place.smtp_port = server.port
    assert finished(send(place, "2011-04-18T10:00"))["delayed"] > 0
    assert finished(send(place, "2011-04-18T10:01"))["queued"] == []
    place.query("UPDATE outbox_message SET free_at = created_at")  # half a minute later
    with MailServer(port=place.smtp_port) as server:
        assert finished(send(place, "2011-04-18T10:02"))["sent"] == EVERYBODY
    assert len(set(server.recipients)) == len(server.recipients) == EVERYBODY
