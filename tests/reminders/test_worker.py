"""A real worker and a real beat, on the embedded broker and on Redis."""

import sys
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.factories.mail import MailServer
from tests.outbox.installation import Installation, installation
from tests.processes import ON_POSTGRESQL_FIRST, running, until
from tests.services import emptied_redis_url

pytestmark = [pytest.mark.processes]
CELERY = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "readiness"]
WORKER = [*CELERY, "worker", "--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle"]
NOTIFY = """
from django.db import transaction
from django.utils import timezone
from inspections.actions import record_notification
from inspections.working_days import WorkingCalendar
from reminders.tasks import nudge_tick
from tests.reminders.conftest import make_scene
now = timezone.now()
with transaction.atomic():
    scene = make_scene(None)
    day = WorkingCalendar().previous_working(timezone.localdate(now))
    record_notification(inspection=scene.inspection, notified_on=day, by=None, now=now)
    nudge_tick()
"""


@pytest.fixture(params=ON_POSTGRESQL_FIRST)
def place(request, tmp_path) -> Iterator[Installation]:
    with installation(request.param, tmp_path) as made:
        made.broker = "" if request.param == "sqlite" else emptied_redis_url()
        yield made


def test_notification_reaches_everybody_through_worker_and_broker(place, tmp_path):
    with MailServer() as server:
        place.smtp_port = server.port
        with running(WORKER, tmp_path / "worker.log", place.environment):
            place.run(NOTIFY)
            until(lambda: len(server.accepted) >= 4, "four emails")
            until(lambda: len(place.sent()) == 4, "four rows that say sent")
    assert len(set(server.recipients)) == len(server.recipients) == 4
    subjects = {mail.parsed["Subject"].partition(":")[0] for mail in server.accepted}
    assert subjects == {"Fictionshire has been notified of an inspection"}


def test_beat_knows_when_to_tick_and_when_to_send(place, tmp_path):
    query = (
        "SELECT t.task, i.every, i.period FROM django_celery_beat_periodictask t"
        " JOIN django_celery_beat_intervalschedule i ON i.id = t.interval_id WHERE t.enabled"
    )
    expected = {("outbox.tasks.send_waiting", 30, "seconds"), ("reminders.tasks.tick", 60, "seconds")}
    with running([*CELERY, "beat"], tmp_path / "beat.log", place.environment):
        # All of them, so that it is not asked to end in the middle of writing them down.
        tasks = "SELECT task FROM django_celery_beat_periodictask"
        wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
        until(lambda: wanted <= {task for (task,) in place.query(tasks)}, "every task in beat's table")
        assert set(place.query(query)) >= expected
