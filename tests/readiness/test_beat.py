"""Beat stores its schedule before it reacts to a signal to end."""

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from django_celery_beat.schedulers import DatabaseScheduler

from readiness.beat import ENDINGS, Scheduler


@pytest.fixture
def seen() -> Iterator[list[str]]:
    """What happened, in order; a signal to end is taken for the length of a test."""
    happened: list[str] = []
    before = {each: signal.signal(each, lambda *_: happened.append("asked to end")) for each in ENDINGS}
    yield happened
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal_to_end_waits_until_the_schedule_is_written(seen, monkeypatch, number):
    def write(scheduler: DatabaseScheduler) -> None:
        os.kill(os.getpid(), number)
        seen.append("written")

    monkeypatch.setattr(DatabaseScheduler, "setup_schedule", write)
    Scheduler.setup_schedule(object.__new__(Scheduler))
    assert seen == ["written", "asked to end"]


def test_signals_are_taken_again_where_the_schedule_cannot_be_written(seen, monkeypatch):
    def fail(scheduler: DatabaseScheduler) -> None:
        raise ConnectionError

    monkeypatch.setattr(DatabaseScheduler, "setup_schedule", fail)
    with pytest.raises(ConnectionError):
        Scheduler.setup_schedule(object.__new__(Scheduler))
    os.kill(os.getpid(), signal.SIGTERM)
    assert seen == ["asked to end"]


def test_a_beat_in_a_thread_of_another_process_writes_its_schedule_too(monkeypatch):
    written: list[str] = []
    monkeypatch.setattr(DatabaseScheduler, "setup_schedule", lambda scheduler: written.append("written"))
    thread = threading.Thread(target=Scheduler.setup_schedule, args=(object.__new__(Scheduler),))
    thread.start()
    thread.join()
    assert written == ["written"]
