"""The calendar of a part: which meetings are needed, which days are missing, what comes next, and its pages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Event, Role
from documents.meetings import actions as meetings
from documents.meetings.expected import gap_hint
from documents.meetings.rhythm import LAST, repeated
from documents.models import ExpectedMeeting
from documents.state import PartState, states
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests import reading
from tests.factories.documents import make_version
from tests.factories.people import NOW, at, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db

# The second Tuesdays before NOW, which is 1 April 2011.
TUESDAYS = repeated(every="month", which=2, weekday=1, first=date(2010, 9, 1), until=date(2011, 3, 31))


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council())


def expect(inspection: Inspection, *days: date) -> list[ExpectedMeeting]:
    return meetings.expect_meetings(inspection=inspection, document="1", part="minutes", days=days, by=None, now=NOW)


def minutes(inspection: Inspection, now=NOW) -> PartState:
    return states(snapshot_of(inspection, now=now))["1"].part("minutes")


def supply(inspection: Inspection, *days: date) -> None:
    for day in days:
        make_version(inspection, as_at=day)


def test_rule_gives_its_days_up_to_the_last_of_a_month():
    assert repeated(every="quarter", which=LAST, weekday=0, first=date(2011, 1, 1), until=date(2011, 7, 25)) == [
        date(2011, 1, 31),
        date(2011, 4, 25),
        date(2011, 7, 25),
    ]
    assert [
        *(date(2010, 9, 14), date(2010, 10, 12), date(2010, 11, 9), date(2010, 12, 14)),
        *(date(2011, 1, 11), date(2011, 2, 8), date(2011, 3, 8)),
    ] == TUESDAYS


@given(
    st.sampled_from(["month", "two-months", "quarter"]),
    st.integers(1, 5),
    st.integers(0, 6),
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.integers(0, 2000),
)
def test_rule_gives_only_its_weekday_between_its_ends(every, which, weekday, first, length):
    until = first + timedelta(days=length)
    days = repeated(every=every, which=which, weekday=weekday, first=first, until=until)
    assert days == sorted(set(days))
    assert all(first <= day <= until and day.weekday() == weekday for day in days)
    assert len({(day.year, day.month) for day in days}) == len(days)


def test_missing_meeting_is_named_by_its_day_and_the_oldest_is_not_wanted(inspection):
    expect(inspection, *TUESDAYS)
    supply(inspection, *TUESDAYS[:5], TUESDAYS[6])
    found = minutes(inspection)
    assert found.missing == "Minutes of 8 February 2011 are missing."
    assert [row.as_at for row in found.files] == [TUESDAYS[6], *reversed(TUESDAYS[1:5])]
    assert [row.as_at for row in found.dropped] == [TUESDAYS[0]]
    assert found.have == 5


def test_meetings_that_the_calendar_does_not_name_are_missing_by_number(inspection):
    expect(inspection, *TUESDAYS[-3:])
    supply(inspection, TUESDAYS[-1])
    assert minutes(inspection).missing == (
        "Minutes of 11 January 2011 and 8 February 2011 are missing, and 3 more that the calendar does not name."
    )


def test_cancelled_meeting_is_not_waited_for_and_held_after_all_is_again(inspection):
    rows = expect(inspection, *TUESDAYS)
    supply(inspection, *TUESDAYS[:5], TUESDAYS[6])
    assert meetings.cancel_meeting(meeting=rows[5], reason="Snow", by=None, now=NOW)
    assert (minutes(inspection).missing, minutes(inspection).have) == ("", 6)
    assert meetings.hold_meeting(meeting=rows[5], by=None, now=NOW)
    assert minutes(inspection).missing == "Minutes of 8 February 2011 are missing."


def test_file_of_an_unexpected_day_counts_with_a_remark(inspection):
    rows = expect(inspection, *TUESDAYS)
    meetings.cancel_meeting(meeting=rows[0], reason="Snow", by=None, now=NOW)
    supply(inspection, *TUESDAYS[:6], date(2011, 3, 15))
    found = minutes(inspection)
    assert found.missing == "Minutes of 8 March 2011 are missing."
    assert found.remarks == ("No meeting was expected on 15 March 2011. What is dated so counts all the same.",)
    assert date(2011, 3, 15) in [row.as_at for row in found.files]


def test_meeting_of_today_is_not_wanted_before_tomorrow(inspection):
    expect(inspection, *TUESDAYS[1:], date(2011, 4, 12))
    supply(inspection, *TUESDAYS[1:])
    found = minutes(inspection)
    assert (found.missing, found.turns_on) == ("", date(2011, 4, 13))
    assert found.turning == (
        "The next meeting is on 12 April 2011: from 13 April 2011 its minutes are wanted, and those of "
        "12 October 2010 drop out."
    )
    assert minutes(inspection, at("2011-04-12 23:00")).missing == ""
    assert minutes(inspection, at("2011-04-13 00:30")).missing == "Minutes of 12 April 2011 are missing."


def test_meeting_after_the_call_is_not_waited_for(inspection):
    expect(inspection, *TUESDAYS[1:], date(2011, 4, 12), date(2011, 4, 26))
    supply(inspection, *TUESDAYS[1:], date(2011, 4, 12))
    Inspection.objects.filter(pk=inspection.pk).update(notified_on=date(2011, 4, 18), notification_recorded_at=NOW)
    inspection.refresh_from_db()
    found = minutes(inspection, at("2011-05-20 09:00"))
    assert (found.missing, found.turns_on, found.turning) == ("", None, "")


@pytest.mark.parametrize(
    "left_out, today, hint",
    [
        (None, NOW.date(), ""),
        (date(2011, 1, 11), NOW.date(), "nothing between 14 December 2010 and 8 February 2011. Was there a meeting?"),
        (None, date(2011, 6, 1), "but the latest is of 8 March 2011. Was there a meeting since?"),
    ],
)
def test_gap_in_a_rhythm_is_a_hint(left_out, today, hint):
    said = gap_hint([day for day in TUESDAYS if day != left_out], today)
    assert said.endswith(hint)
    assert bool(said) == bool(hint)


def test_gap_without_a_calendar_is_no_fault(inspection):
    supply(inspection, *(day for day in TUESDAYS if day != date(2011, 1, 11)))
    found = minutes(inspection)
    assert (found.missing, found.state) == ("", "done")
    assert len(found.remarks) == 1


def test_same_days_again_change_nothing_and_each_new_one_is_on_the_record(inspection):
    assert len(expect(inspection, *TUESDAYS)) == 7
    assert expect(inspection, *TUESDAYS) == []
    event = Event.objects.get(inspection=inspection.slug)
    assert (event.verb, event.detail["days"][0], len(event.detail["days"])) == ("meetings expected", "2010-09-14", 7)


def test_meeting_moves_but_not_onto_another(inspection):
    first, second = expect(inspection, *TUESDAYS[:2])
    assert meetings.change_meeting(meeting=first, held_on=date(2010, 9, 15), by=None, now=NOW)
    with pytest.raises(Refused, match="There is a meeting on 15 September 2010 already"):
        meetings.change_meeting(meeting=second, held_on=date(2010, 9, 15), by=None, now=NOW)
    assert meetings.remove_meeting(meeting=first, by=None, now=NOW)
    assert not meetings.remove_meeting(meeting=first, by=None, now=NOW)
    assert meetings.change_meeting(meeting=second, held_on=date(2010, 9, 15), by=None, now=NOW)
    assert ExpectedMeeting.objects.count() == 2


@pytest.mark.parametrize(
    "document, part, days, words",
    [
        ("10", "reports", [date(2011, 3, 1)], "does not ask for the latest meetings"),
        ("1", "minutes", [], "Enter at least one date"),
        ("1", "minutes", [date(1211, 3, 1)], "1 March 1211 is more than 10 years away"),
        ("1", "minutes", [date(2011, 1, 1) + timedelta(days=n) for n in range(201)], "200 meetings at most"),
        ("77", "minutes", [date(2011, 3, 1)], "no such document"),
    ],
)
def test_meetings_that_make_no_sense_are_refused(inspection, document, part, days, words):
    with pytest.raises(Refused, match=words):
        meetings.expect_meetings(inspection=inspection, document=document, part=part, days=days, by=None, now=NOW)
    assert (ExpectedMeeting.objects.count(), Event.objects.count()) == (0, 0)


def _date(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def test_calendar_page_adds_by_rule_and_says_what_follows(inspection, time_machine):
    time_machine.move_to(NOW, tick=False)
    client = reading.sign_in(make_person(inspection.council, Role.COORDINATOR))
    address = reverse("documents:meetings", args=[inspection.slug, "1", "minutes"])
    rule = {"every": "month", "which": "2", "weekday": "1"}
    ends = {**_date("first", date(2010, 10, 1)), **_date("until", date(2011, 4, 30))}
    response = client.post(address, rule | ends, follow=True)
    words = reading.main(response)
    assert "7 meetings from 12 October 2010 to 12 April 2011 are in the calendar." in words
    assert words.count("Missing") == 6
    wrong = client.post(address, rule | {**ends, **_date("until", date(2010, 9, 1))})
    assert wrong.status_code == 422
    assert "The last date must be 1 October 2010 or later" in reading.main(wrong)
    row = ExpectedMeeting.objects.get(held_on=date(2010, 12, 14))
    refused = client.post(reverse("documents:cancel-meeting", args=[inspection.slug, row.pk]), {"reason": " "})
    assert (refused.status_code, ExpectedMeeting.objects.exclude(cancelled_at=None).count()) == (422, 0)
    client.post(reverse("documents:cancel-meeting", args=[inspection.slug, row.pk]), {"reason": "Snow"})
    assert "Cancelled Snow" in reading.main(client.get(address))


def test_meeting_that_is_no_longer_wanted_is_not_called_missing(inspection):
    expect(inspection, date(2010, 8, 10), *TUESDAYS)
    client = reading.sign_in(make_person(inspection.council, Role.COORDINATOR))
    words = reading.main(client.get(reverse("documents:meetings", args=[inspection.slug, "1", "minutes"])))
    assert (words.count("Missing"), words.count("No file; no longer wanted")) == (6, 2)
