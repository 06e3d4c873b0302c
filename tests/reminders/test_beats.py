"""Real beats, a real worker, Redis, a mail server: a lost queue, and a beat that was stopped or runs twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import redis

from tests.factories.mail import MailServer
from tests.outbox.installation import Installation, installation
from tests.processes import running, until
from tests.reminders.test_worker import CELERY, NOTIFY, WORKER
from tests.services import emptied_redis_url, free_port

pytestmark = [pytest.mark.processes, pytest.mark.services]
BEAT = [*CELERY, "beat", "-l", "info"]
OURS = ("reminders.tasks.tick", "outbox.tasks.send_waiting")
SHORTEST = timedelta(seconds=29)  # between two of the more frequent of them, and a little less
THREE_DAYS_AGO = (
    f"UPDATE django_celery_beat_periodictask SET last_run_at = NOW() - INTERVAL '3 days' WHERE task IN {OURS}"
)
PEOPLE = 4


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    with installation("postgresql", tmp_path) as made:
        yield made


def ours(queue: redis.Redis) -> Counter[str]:
    """How often each of the two tasks stands in the queue."""
    names = (json.loads(each)["headers"]["task"] for each in queue.lrange("celery", 0, -1))
    return Counter(name for name in names if name in OURS)


def sent_by(log: Path) -> dict[str, list[datetime]]:
    """When a beat has sent each of the two tasks, by its log; {} before it has gone on to what is due later."""
    lines = re.findall(r"^(\S+ \S+) INFO celery.beat: Scheduler: Sending due task .* \((\S+)\)$", log.read_text(), re.M)
    found: dict[str, list[datetime]] = {name: [] for name in OURS}
    for moment, name in lines:
        if name in found:
            found[name].append(datetime.strptime(moment, "%Y-%m-%d %H:%M:%S,%f"))
    return found if all(found.values()) and lines[-1][1] not in OURS else {}


def test_queue_lost_and_beat_doubled_after_three_days_tell_each_person_once(
    place: Installation, tmp_path: Path
) -> None:
    broker = emptied_redis_url()
    queue = redis.Redis.from_url(broker)
    with ExitStack() as stack, MailServer() as server:
        stack.callback(queue.close)
        stack.callback(queue.flushdb)
        place.smtp_port = server.port
        # The broker is down when the call comes: it is recorded all the same.
        place.broker = f"redis://127.0.0.1:{free_port()}/0"
        place.run(NOTIFY)
        place.broker = broker
        with running(BEAT, tmp_path / "beat.log", place.environment) as beat:
            known = f"SELECT COUNT(*) FROM django_celery_beat_periodictask WHERE task IN {OURS}"
            until(lambda: place.query(known) == [(2,)], "both tasks in beat's table")
            beat.kill()
        # Stopped for three days; then two are started by mistake, and each has both tasks done, and not for every
        # minute that was missed.
        place.query(THREE_DAYS_AGO)
        with ExitStack() as beats:
            logs = [tmp_path / f"beat{number}.log" for number in (1, 2)]
            begun = [beats.enter_context(running(BEAT, log, place.environment)) for log in logs]
            until(lambda: all(map(sent_by, logs)), "both beats have sent what was due")
            for beat in begun:
                beat.kill()
            for log in logs:
                for name, moments in sent_by(log).items():
                    # A beat that reads its table again because the other wrote in it may send a task a second time.
                    assert len(moments) <= 2 + (moments[-1] - moments[0]) / SHORTEST, name
            assert set(ours(queue)) == set(OURS)
        # The queue is emptied before any worker has seen it.
        queue.flushdb()
        assert server.accepted == []
        place.query(THREE_DAYS_AGO)
        for number in (3, 4):
            stack.enter_context(running(BEAT, tmp_path / f"beat{number}.log", place.environment))
        stack.enter_context(running(WORKER, tmp_path / "worker.log", place.environment))
        until(lambda: len(place.sent()) == PEOPLE, "rows that say sent")
        until(
            lambda: not queue.llen("celery") and not queue.hlen("unacked"), "the worker has done all it was asked for"
        )
    assert len(server.ids) == len(set(server.ids)) == len(set(server.recipients)) == PEOPLE
    assert place.query("SELECT COUNT(DISTINCT person_id), COUNT(DISTINCT message_id) FROM reminders_reminder") == [
        (4, 4)
    ]
