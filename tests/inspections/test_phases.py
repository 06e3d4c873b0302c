"""Where an inspection is in its course."""

from __future__ import annotations

from datetime import date

import pytest

from inspections.actions import withdraw
from inspections.phases import phase_of
from inspections.snapshot import snapshot_of, snapshots
from tests.factories.people import at, make_council, make_inspection

pytestmark = pytest.mark.django_db

CALL = date(2011, 4, 18)


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("2011-04-17", "preparation"),
        ("2011-04-18", "before-fieldwork"),
        ("2011-05-05", "before-fieldwork"),
        ("2011-05-06", "fieldwork"),
        ("2011-05-19", "fieldwork"),
        ("2011-05-20", "report"),
        ("2011-06-17", "report"),
        ("2011-06-18", "over"),
    ],
)
def test_phase_is_that_of_the_latest_step_begun(day, key) -> None:
    inspection = make_inspection(make_council(), notified=CALL)
    assert phase_of(snapshot_of(inspection, now=at(f"{day} 12:00"))).key == key


def test_phase_of_an_inspection_not_notified_or_withdrawn() -> None:
    now = at("2011-05-06 12:00")
    inspection = make_inspection(make_council())
    assert phase_of(snapshot_of(inspection, now=now)).key == "preparation"
    withdraw(inspection=inspection, reason="Deferred", by=None, now=now)
    assert phase_of(snapshot_of(inspection, now=now)).key == "withdrawn"


@pytest.mark.parametrize("number", [1, 30])
def test_many_snapshots_are_those_of_each_in_one_query(number, django_assert_num_queries) -> None:
    now = at("2011-05-06 12:00")
    rows = [make_inspection(make_council(), notified=CALL) for _ in range(number)]
    with django_assert_num_queries(1):
        found = snapshots(rows, now=now)
    assert [snapshot.schedule for snapshot in found] == [snapshot_of(row, now=now).schedule for row in rows]


@pytest.mark.parametrize("number", [1, 30])
def test_snapshot_takes_one_query(number, django_assert_num_queries) -> None:
    inspection = make_inspection(make_council(), notified=CALL)
    for _ in range(number):
        make_inspection(inspection.council, notified=CALL)
    with django_assert_num_queries(1):
        snapshot_of(inspection, now=at("2011-05-06 12:00"))
