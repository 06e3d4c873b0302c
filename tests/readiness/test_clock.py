"""`manage.py clock` distinguishes a beat that runs from one that does not."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from routine.models import LastRun

pytestmark = pytest.mark.django_db


def struck(minutes_ago: int, *, enabled: bool = True) -> None:
    schedule, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.MINUTES)
    PeriodicTask.objects.create(
        name=f"{minutes_ago} {enabled}",
        task="x",
        interval=schedule,
        enabled=enabled,
        last_run_at=timezone.now() - timedelta(minutes=minutes_ago),
    )


def clock(*arguments: str) -> str:
    out = StringIO()
    call_command("clock", *arguments, stdout=out)
    return out.getvalue()


def test_clock_that_struck_lately_is_well():
    struck(9)
    struck(60)
    LastRun.objects.create(name="readiness of the day", ran_at=datetime(2026, 11, 29, 18, 0, 4, tzinfo=UTC))
    first, *others = clock().splitlines()
    assert first.startswith("The clock last struck at ")
    assert others == [
        "kept files read again: never done",
        "uploads left behind: never done",
        "files nobody sorted: never done",
        "files of no case import: never done",
        "files of no audit: never done",
        "previews of nothing: never done",
        "child-level data whose time has come: never done",
        "readiness of the day: last done at 2026-11-29T18:00:04+00:00",
    ]


def test_clock_that_struck_long_ago_is_not():
    struck(11)
    with pytest.raises(CommandError, match="The clock last struck at "):
        clock()
    assert clock("--minutes", "15").startswith("The clock last struck at ")


def test_clock_that_never_struck_is_not():
    struck(1, enabled=False)
    with pytest.raises(CommandError, match="has never struck"):
        clock()
