"""Recording a notification starts a tick at once; beat's own tick is only the fallback."""

from __future__ import annotations

from datetime import date

import pytest

from inspections.actions import correct_notification, record_notification
from reminders import tasks
from tests.factories.people import at, make_council, make_inspection

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch) -> list[dict]:
    found: list[dict] = []
    monkeypatch.setattr(tasks.tick, "apply_async", lambda **options: found.append(options))
    return found


def test_a_notification_asks_for_a_tick_once_it_is_committed(asked, django_capture_on_commit_callbacks) -> None:
    inspection = make_inspection(make_council())
    now = at("2011-04-18 09:00")
    with django_capture_on_commit_callbacks(execute=True):
        record_notification(inspection=inspection, notified_on=date(2011, 4, 18), by=None, now=now)
        assert asked == []
    assert len(asked) == 1
    with django_capture_on_commit_callbacks(execute=True):
        record_notification(inspection=inspection, notified_on=date(2011, 4, 18), by=None, now=now)
    assert len(asked) == 1


def test_a_corrected_notification_asks_for_a_tick_too(asked, django_capture_on_commit_callbacks) -> None:
    inspection = make_inspection(make_council(), notified=date(2011, 4, 18))
    with django_capture_on_commit_callbacks(execute=True):
        correct_notification(
            inspection=inspection, notified_on=date(2011, 4, 19), reason="Misheard", by=None, now=at("2011-04-19 09:00")
        )
    assert len(asked) == 1


def test_a_broker_that_is_down_keeps_no_notification_from_being_recorded(
    monkeypatch, django_capture_on_commit_callbacks
) -> None:
    def refuse(**options: object) -> None:
        raise OSError("connection refused")

    monkeypatch.setattr(tasks.tick, "apply_async", refuse)
    inspection = make_inspection(make_council())
    with django_capture_on_commit_callbacks(execute=True):
        changed = record_notification(
            inspection=inspection, notified_on=date(2011, 4, 18), by=None, now=at("2011-04-18 09:00")
        )
    assert changed is True
    inspection.refresh_from_db()
    assert inspection.notified_on == date(2011, 4, 18)
