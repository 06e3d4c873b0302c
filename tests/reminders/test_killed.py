"""A worker killed again and again, at random, from the tick that queues the emails to the last that is sent.

A quick selection runs each time: a dozen kills and two hundred emails. `LONG=1` kills it a hundred times, on PostgreSQL
too.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from tests.factories.mail import MailServer, Received
from tests.outbox.installation import Installation, installation
from tests.processes import ENOUGH

pytestmark = [pytest.mark.processes]
KILLS, OWNERS = 100, 1000
IN_TICKS = 3  # of the kills, the first
EVERYBODY = OWNERS + 4
FILL = f"""
from datetime import date
from django.db import transaction
from accounts.models import Holding, Membership, Post, User
from inspections.models import Ownership
from tests.reminders.conftest import make_scene
with transaction.atomic():
    scene = make_scene(date(2011, 4, 18))
    people = [User(email=f"owner{{n}}@example.org", full_name=f"Owner {{n}}", password="!") for n in range({OWNERS})]
    people = User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(council=scene.council, user=each, role="owner") for each in people)
    posts = Post.objects.bulk_create(
        Post(council=scene.council, name=f"Post of owner {{n}}", organisation="Council") for n in range({OWNERS})
    )
    Holding.objects.bulk_create(
        Holding(post=post, user=user, started_on=date(2011, 4, 1)) for post, user in zip(posts, people, strict=True)
    )
    Ownership.objects.bulk_create(
        Ownership(inspection=scene.inspection, item=f"document:{{n % 13 + 1}}", post=post, position=n + 1)
        for n, post in enumerate(posts)
    )
"""
# Starting Django takes longer than anything that is killed here, so workers are forked from a process that has it.
NURSERY = """
import os, sys
from django.db import connections
from django.utils import timezone
from outbox.sending import send_waiting
from reminders.tick import tick
from tests.factories.people import at
for _ in sys.stdin:
    connections.close_all()
    worker = os.fork()
    if worker == 0:
        tick(at("2011-04-18 10:00"), queued_at=timezone.now())
        os.write(1, b"ticked\\n")
        send_waiting(now=timezone.now())
        os._exit(0)
    os.write(1, f"{worker}\\n".encode())
    os.write(1, f"ended {os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])}\\n".encode())
"""


class Nursery:
    """Workers, one after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.words, self.answers = process.stdin, process.stdout
        self.ticked = False

    def begin(self) -> int:
        """The process id of a new worker."""
        self.words.write("next\n")
        self.words.flush()
        while not (line := self.answers.readline().strip()).isdigit():
            assert line == "ticked"
        return int(line)

    def wait_for_tick(self) -> None:
        """Returns when the worker has done its tick."""
        assert self.answers.readline() == "ticked\n"
        self.ticked = True

    def end(self) -> tuple[bool, int]:
        """Once the worker has ended: whether its tick was done, and its exit status."""
        ticked, self.ticked = self.ticked, False
        while not (line := self.answers.readline().strip()).startswith("ended"):
            assert line == "ticked"
            ticked = True
        return ticked, int(line.split()[1])


# A dozen kills, in every run, are in test_processes.py.
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]


@pytest.fixture(params=DATABASES)
def place(request, tmp_path: Path) -> Iterator[Installation]:
    with installation(request.param, tmp_path) as made:
        made.run(FILL)
        yield made


@pytest.mark.long
def test_worker_killed_again_and_again_from_the_tick_to_the_last_email_loses_none(place: Installation) -> None:
    chance = random.Random(40)
    kills, in_ticks, goal = 0, 0, EVERYBODY
    killed = Event()
    unknown: list[str] = []

    def at_content(mail: Received) -> None:
        # Where this machine is slow to kill, the worker is not let off much further than to its goal.
        if len(server.accepted) > goal + 3:
            killed.wait(ENOUGH)

    with MailServer(at_content=at_content) as server:
        place.smtp_port, place.lease = server.port, 2
        process = place.start(NURSERY)
        nursery = Nursery(process)
        try:
            while kills < KILLS or len(place.sent()) < EVERYBODY:
                killed.clear()
                goal = 2 * EVERYBODY
                if kills < KILLS:  # so far that there is something to kill until the end
                    share = (EVERYBODY - len(server.accepted)) // (KILLS - kills)
                    goal = len(server.accepted) + chance.randrange(share + 1)
                worker = nursery.begin()
                if kills < KILLS:
                    if kills < IN_TICKS:
                        time.sleep(chance.uniform(0, 0.05))
                    else:
                        nursery.wait_for_tick()
                        server.wait_for(goal, worker)
                        time.sleep(chance.uniform(0, 0.01))
                    # One that had ended by itself is no kill.
                    with suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)
                ticked, status = nursery.end()
                killed.set()
                place.wait_until_alone()
                if status == -signal.SIGKILL:
                    kills += 1
                    in_ticks += not ticked
                    again = server.repeated(place.sent(), unknown)
                    assert len(again) <= 1
                    unknown += again
        finally:
            process.kill()
            process.communicate(timeout=ENOUGH)
    assert kills == KILLS
    assert in_ticks > 0
    assert len(set(server.ids)) == len(set(server.recipients)) == EVERYBODY
    assert Counter(server.ids) == Counter(dict.fromkeys(place.sent(), 1)) + Counter(unknown)
    rows = place.query("SELECT COUNT(DISTINCT message_id), COUNT(DISTINCT person_id) FROM reminders_reminder")
    assert rows == [(EVERYBODY, EVERYBODY)]
    print(f"{kills} kills, {in_ticks} of them in a tick; {len(server.ids)} emails, {len(unknown)} repeated")
