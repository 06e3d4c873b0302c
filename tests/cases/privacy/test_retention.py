"""Until when child-level data is kept, by what it is counted from and by the plan's numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases.privacy.retention import retention_of
from frameworks import Retention, retention
from inspections.actions import withdraw
from inspections.dates_actions import record_actual_date
from inspections.models import InspectionKind
from inspections.snapshot import snapshot_of
from tests.factories.people import NOW, at, make_council, make_inspection

pytestmark = pytest.mark.django_db
NOTIFIED = date(2011, 4, 18)


def kept(inspection, now=NOW):
    inspection.refresh_from_db()
    return retention_of(snapshot_of(inspection, now=now))


def test_counted_from_the_day_on_which_the_report_is_published() -> None:
    inspection = make_inspection(make_council(), notified=NOTIFIED)
    published = snapshot_of(inspection, now=NOW).schedule.step("publication").last
    found = kept(inspection)
    assert (found.ended, found.until) == (published, published + timedelta(days=180))
    assert not found.is_over(found.until - timedelta(days=1))
    assert found.is_over(found.until)


def test_follows_the_actual_date_of_publication() -> None:
    inspection = make_inspection(make_council(), notified=NOTIFIED)
    record_actual_date(
        inspection=inspection, anchor_key="published", day=date(2011, 7, 4), by=None, now=at("2011-07-04 12:00")
    )
    assert kept(inspection, at("2011-07-05 09:00")).until == date(2011, 12, 31)


def test_counted_from_the_withdrawal() -> None:
    inspection = make_inspection(make_council(), notified=NOTIFIED)
    withdraw(inspection=inspection, reason="Deferred", by=None, now=at("2011-04-20 09:00"))
    found = kept(inspection)
    assert (found.ended, found.until) == (date(2011, 4, 20), date(2011, 10, 17))


def test_counted_from_a_rehearsals_last_day() -> None:
    inspection = make_inspection(make_council(), notified=NOTIFIED, kind=InspectionKind.REHEARSAL)
    last = snapshot_of(inspection, now=NOW).schedule.days[-1].date
    assert kept(inspection).ended == last


def test_a_framework_without_publication_counts_from_its_last_day() -> None:
    inspection = make_inspection(make_council(), notified=NOTIFIED)
    snapshot = snapshot_of(inspection, now=NOW)
    other = replace(snapshot, framework=replace(snapshot.framework, publication=None))
    assert retention_of(other).ended == snapshot.schedule.days[-1].date


def test_not_known_before_the_call() -> None:
    found = kept(make_inspection(make_council()))
    assert (found.until, found.is_over(date(2100, 1, 1)), found.is_near(date(2100, 1, 1))) == (None, False, False)


def test_the_plan_says_how_long() -> None:
    inspection = make_inspection(make_council(), notified=NOTIFIED, plan="oxfordshire")
    snapshot = snapshot_of(inspection, now=NOW)
    assert snapshot.plan is not None
    plan = replace(snapshot.plan, retention=Retention(case_days=30, superseded_days=7, warning_days=5))
    found = retention_of(replace(snapshot, plan=plan))
    assert found.until == found.ended + timedelta(days=30)
    assert not found.is_near(found.until - timedelta(days=6))
    assert found.is_near(found.until - timedelta(days=5))


def test_without_a_plan_it_is_as_the_domain_says() -> None:
    assert retention(None) == Retention(180, 90, 14)
