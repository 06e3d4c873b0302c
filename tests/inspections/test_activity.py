"""The words of the record of who did what."""

from __future__ import annotations

from datetime import date

import pytest

from inspections.activity import events_of, in_lines
from tests.factories.people import make_council, make_inspection


@pytest.mark.parametrize(
    ("detail", "lines"),
    [
        ({}, []),
        ({"before": None, "after": "2011-04-18"}, ["Before: nothing", "After: 18 April 2011"]),
        ({"sent_at": "2011-04-18T09:06:00+00:00"}, ["Sent at: 18 April 2011 at 10:06am"]),
        ({"note": "2011-04-18Then"}, ["Note: 2011-04-18Then"]),
        ({"before": [], "after": ["DCS", "Chair"]}, ["Before: nothing", "After: DCS, Chair"]),
        ({"people added": 3, "real": True}, ["People added: 3", "Real: yes"]),
        (
            {"moved": [["The letter", "2011-04-18", None], ["The list", "2011-04-19", "2011-04-20"]]},
            ["Moved: The letter from 18 April 2011 to nothing; The list from 19 April 2011 to 20 April 2011"],
        ),
        ({"before": {"full_name": "Ann", "telephone": ""}}, ["Before: full_name Ann; telephone nothing"]),
        ({"to": "Ann", "from": None, "aliases": []}, ["To: Ann"]),
        ({"reason": "2011-99-99"}, ["Reason: 2011-99-99"]),
    ],
)
def test_detail_reads_in_words(detail, lines) -> None:
    assert in_lines(detail) == lines


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date.min, date.max])
def test_first_and_last_day_of_the_calendar_are_days_without_events(day) -> None:
    inspection = make_inspection(make_council())
    assert list(events_of(inspection, day=day)) == []
