"""Work that is due by the clock is done once, however often beat and workers are restarted."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string
from django.utils.timezone import localtime
from django_celery_beat import schedulers

from readiness.beat import Scheduler
from readiness.celery import app
from readiness.schedule import ROUTINE_WITH_BOUNCES
from routine import running, tasks
from routine.models import LastRun
from tests.processes import ENOUGH

pytestmark = [pytest.mark.django_db, pytest.mark.database]
LONDON = ZoneInfo("Europe/London")
DAILY = {name for name, how in settings.ROUTINE.items() if "at" in how}
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=LONDON)


@pytest.fixture
def done(monkeypatch, settings) -> list[tuple[str, datetime]]:
    """What was done when, in local time; nothing is really done."""
    happened: list[tuple[str, datetime]] = []
    names = {how["task"]: name for name, how in settings.ROUTINE.items()}

    def stand_in(task: str):
        return lambda: happened.append((names[task], localtime()))

    monkeypatch.setattr(running, "import_string", stand_in)
    return happened


def run_at(moment: datetime) -> list[str]:
    with time_machine.travel(moment, tick=False):
        return tasks.run_due()


class Beat(Scheduler):
    """Beat with what the project's schedule says of routine work, which it has done at once and not by a worker."""

    def update_from_dict(self, mapping):
        super().update_from_dict(
            {name: entry for name, entry in mapping.items() if entry["task"] == tasks.run_due.name}
        )

    def apply_async(self, entry, producer=None, advance=True, **kwargs):
        self.reserve(entry)
        tasks.run_due()


@pytest.mark.parametrize(
    ("first", "is_killed"),
    [
        pytest.param(date(2026, 11, 30), False, marks=pytest.mark.long),
        (date(2026, 3, 28), True),
        pytest.param(date(2026, 10, 24), True, marks=pytest.mark.long),
    ],
    ids=["stopped", "killed, a day of 23 hours", "killed, a day of 25 hours"],
)
def test_each_daily_job_runs_once_a_day_while_beat_restarts_every_hour(done, monkeypatch, first, is_killed) -> None:
    # The test's own connection, in whose transaction all of this is.
    monkeypatch.setattr(schedulers, "close_old_connections", lambda: None)
    moment = datetime.combine(first, time(0), LONDON).astimezone(UTC)
    end = datetime.combine(first + timedelta(days=3), time(0), LONDON).astimezone(UTC)
    # As on a machine that did all of it the evening before.
    LastRun.objects.bulk_create([LastRun(name=name, ran_at=moment - timedelta(hours=6)) for name in settings.ROUTINE])
    with time_machine.travel(moment, tick=False) as clock:
        while moment < end:
            beat = Beat(app=app, lazy=False)
            for _ in range(3):
                while beat.tick() == 0:
                    pass
                moment += timedelta(minutes=20)
                clock.move_to(moment)
            if not is_killed:
                beat.close()
            # What it would do at the end of this process.
            beat._finalize.cancel()
    seen = Counter((name, at.date()) for name, at in done if name in DAILY)
    days = [first + timedelta(days=number) for number in range(3)]
    assert seen == Counter((name, day) for name in DAILY for day in days)
    assert {at.hour for name, at in done if name == "readiness of the day"} == {18}


def test_nothing_but_what_is_due_each_minute_is_left_to_beat() -> None:
    assert {name for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if not entry["schedule"] <= 60.0} == set()


def test_everything_in_the_list_is_there_to_be_done() -> None:
    listed = running.routines() + [running.Routine(name, **how) for name, how in ROUTINE_WITH_BOUNCES.items()]
    assert [routine.name for routine in listed if not callable(import_string(routine.task))] == []
    assert [routine.name for routine in listed if (routine.at is None) == (routine.every is None)] == []


def test_after_a_pause_of_three_days_what_was_missed_is_done_at_once_and_once(done) -> None:
    LastRun.objects.bulk_create([LastRun(name=name, ran_at=NOON - timedelta(days=3)) for name in settings.ROUTINE])
    # The figures of an evening that is over are not known any more.
    assert set(run_at(NOON)) == set(settings.ROUTINE) - {"readiness of the day"}
    assert run_at(NOON + timedelta(minutes=1)) == []
    assert run_at(NOON + timedelta(minutes=10)) == ["kept files read again"]
    evening = NOON.replace(hour=18)
    assert run_at(evening) == ["kept files read again", "readiness of the day"]


def test_the_evening_may_be_late_but_not_another_day(done) -> None:
    LastRun.objects.bulk_create([LastRun(name=name, ran_at=NOON) for name in settings.ROUTINE])
    midnight = (NOON + timedelta(days=1)).replace(hour=0)
    assert "readiness of the day" not in run_at(NOON.replace(hour=17, minute=59))
    assert "readiness of the day" not in run_at(midnight)
    assert "readiness of the day" in run_at(midnight - timedelta(minutes=1))


def test_in_a_new_database_everything_that_is_due_is_done(done) -> None:
    assert set(run_at(NOON)) == set(settings.ROUTINE) - {"readiness of the day"}
    assert [name for name, at in running.last_runs().items() if at is None] == ["readiness of the day"]


def test_what_fails_stops_nothing_else_and_is_tried_again_after_ten_minutes(monkeypatch, settings, caplog) -> None:
    def fail() -> None:
        raise ValueError("Jo Bloggs")

    settings.ROUTINE = {
        "bad": {"task": "bad", "at": time(3)},
        "good": {"task": "good", "at": time(3)},
    }
    monkeypatch.setattr(running, "import_string", {"bad": fail, "good": lambda: None}.get)
    assert run_at(NOON) == ["good"]
    assert [record.message for record in caplog.records] == ["routine work failed: bad"]
    bad = LastRun.objects.get(name="bad")
    assert (bad.ran_at, bad.failed_at, bad.started_at) == (None, NOON, None)
    monkeypatch.setattr(running, "import_string", lambda task: lambda: None)
    assert run_at(NOON + timedelta(minutes=9)) == []
    assert run_at(NOON + timedelta(minutes=10)) == ["bad"]
    assert LastRun.objects.get(name="bad").failed_at is None


def test_what_a_killed_worker_left_is_taken_over_after_an_hour(done) -> None:
    LastRun.objects.bulk_create([LastRun(name=name, started_at=NOON) for name in settings.ROUTINE])
    assert run_at(NOON + timedelta(minutes=59)) == []
    assert "uploads left behind" in run_at(NOON + timedelta(minutes=60))


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_each_of_it_once(done) -> None:
    ready = Barrier(4)

    def work(_: int) -> list[str]:
        try:
            ready.wait(ENOUGH)
            return running.run_due(clock=lambda: NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        names = [name for worker in pool.map(work, range(4)) for name in worker]
    assert sorted(names) == sorted(set(settings.ROUTINE) - {"readiness of the day"})


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2026-03-29 00:59", "2026-03-28 01:30"),
        # The clock goes from 1:00 to 2:00, so there is no half past one; it is due at once then.
        ("2026-03-29 02:30", "2026-03-29 01:30"),
        ("2026-10-25 01:29", "2026-10-24 01:30"),
        ("2026-10-25 01:30", "2026-10-25 01:30"),
        ("2026-10-25 23:00", "2026-10-25 01:30"),
    ],
)
def test_a_time_of_day_is_that_of_the_clock_on_the_wall(now, since) -> None:
    routine = running.Routine("x", "x", at=time(1, 30))
    moment = datetime.fromisoformat(now).replace(tzinfo=LONDON)
    assert routine.due_since(moment) == datetime.fromisoformat(since).replace(tzinfo=LONDON)
