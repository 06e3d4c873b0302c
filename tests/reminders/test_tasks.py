import pytest
from kombu.exceptions import OperationalError
from kombu.utils import functional

import outbox.tasks
import reminders.tasks
from outbox.models import Message, MessageState
from tests.factories.mail import make_message
from tests.reminders.conftest import CALL

pytestmark = pytest.mark.django_db


def test_beat_runs_both_tasks(settings):
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert names >= {outbox.tasks.send_waiting.name, reminders.tasks.tick.name}


def test_task_sends_what_waits(mailoutbox):
    make_message(now=CALL)
    assert outbox.tasks.send_waiting() == {"sent": 1, "failed": 0, "delayed": 0}
    assert len(mailoutbox) == 1


def test_tick_task_has_its_emails_sent_at_once(scene, time_machine, monkeypatch):
    told = []
    monkeypatch.setattr(outbox.tasks, "publish", lambda: told.append("send"))
    time_machine.move_to(CALL)
    assert reminders.tasks.tick() == {"queued": 4, "looked_at": 1, "troubled": 0}
    assert told == ["send"]
    assert reminders.tasks.tick() == {"queued": 0, "looked_at": 1, "troubled": 0}
    assert told == ["send"]


@pytest.mark.parametrize(
    ("nudge", "task"),
    [(outbox.tasks.nudge, outbox.tasks.send_waiting), (reminders.tasks.nudge_tick, reminders.tasks.tick)],
    ids=["outbox", "tick"],
)
def test_nudge_waits_for_the_commit_and_never_raises(
    nudge, task, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    asked = []

    def apply_async(**given):
        asked.append(given)
        raise OperationalError("no broker")

    monkeypatch.setattr(task, "apply_async", apply_async)
    with django_capture_on_commit_callbacks(execute=True):
        nudge()
        assert asked == []
    assert len(asked) == 1
    assert "OperationalError" in caplog.text


def test_nudge_waits_for_no_redis_that_is_down(django_capture_on_commit_callbacks, monkeypatch, caplog):
    from celery import Celery

    # Celery would take the tests' own broker, which is named there, for every application.
    monkeypatch.delenv("CELERY_BROKER_URL")
    away = Celery("away", broker="redis://127.0.0.1:8149/0", set_as_current=False)
    away.conf.broker_connection_retry_on_startup = False

    @away.task(name="outbox.tasks.send_waiting")
    def lonely() -> None: ...

    monkeypatch.setattr(outbox.tasks, "send_waiting", lonely)
    make_message(now=CALL)
    waits: list[float] = []
    monkeypatch.setattr(functional, "sleep", waits.append)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.tasks.nudge()
    assert sum(waits) < 2
    assert "the broker could not be told of outbox.tasks.send_waiting (OperationalError)" in caplog.text
    assert Message.objects.get().state == MessageState.QUEUED
