"""The one list of duties."""

from __future__ import annotations

from datetime import date

import pytest

from inspections.snapshot import snapshot_of
from tests.factories.documents import add
from tests.factories.people import at
from tests.timetable.worked import worked_example
from timetable.duties import all_duties

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("notified", [date(2011, 4, 18), None])
def test_what_a_duty_says_follows_from_the_day_and_not_from_the_hour(notified) -> None:
    """So a check that found nothing to say need not be repeated that day, unless a version has moved on."""
    inspection = worked_example(notified)
    add(inspection, "1", "minutes", as_at=date(2011, 3, 1))
    told = [
        all_duties(snapshot_of(inspection, now=at(f"2011-04-20 {hour}")))
        for hour in ("00:00", "16:59", "17:01", "23:59")
    ]
    assert told[0] == told[1] == told[2] == told[3]
