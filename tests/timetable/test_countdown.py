"""The countdown's view of an inspection, on the worked example: notified Monday 18 April 2011."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import audits.duties
import cases.duties
from accounts.models import Role
from inspections.actions import withdraw
from tests.factories.people import NOW, at
from tests.timetable.worked import duty, owner, stands, worked_example
from timetable.countdown import Countdown, OwnerContact, countdown, in_words, where
from timetable.duties import step_duties

CASE_LIST_DUE = at("2011-04-21 17:00")
SURVEYS = ("survey:children", "survey:social-workers", "survey:voluntary-sector")


@pytest.fixture
def inspection(db):
    return worked_example()


def _countdown(inspection, moment: str, *duties, **given) -> Countdown:
    snapshot = stands(inspection, moment)
    found = [*step_duties(snapshot), *cases.duties.duties(snapshot), *audits.duties.duties(snapshot)]
    return countdown(snapshot, duties or found, **given)


def _keys(tasks) -> list[str]:
    return [task.dated.step.key for task in tasks]


def _row(view: Countdown, number: int):
    return view.days[number - 1]


@pytest.mark.parametrize(
    ("moment", "words", "phase"),
    [
        ("2011-04-18 09:00", "Day 1 of 40", "Before fieldwork"),
        ("2011-04-21 23:59", "Day 4 of 40", "Before fieldwork"),
        ("2011-04-23 12:00", "Day 4 of 40", "Before fieldwork"),
        ("2011-04-25 12:00", "Day 4 of 40", "Before fieldwork"),
        ("2011-04-26 00:00", "Day 5 of 40", "Before fieldwork"),
        ("2011-05-05 18:00", "Day 10 of 40", "Before fieldwork"),
        ("2011-05-06 08:00", "Day 11 of 40", "Fieldwork"),
        ("2011-05-19 18:00", "Day 20 of 40", "Fieldwork"),
        ("2011-05-20 08:00", "Day 21 of 40", "Report"),
        ("2011-06-17 23:59", "Day 40 of 40", "Report"),
        ("2011-06-18 00:00", "All 40 days have passed", "Over"),
        ("2011-07-01 09:00", "All 40 days have passed", "Over"),
    ],
)
def test_countdown_says_which_day_it_is_and_the_phase(inspection, moment, words, phase) -> None:
    view = _countdown(inspection, moment)
    assert (where(view.snapshot), view.phase, view.is_over) == (words, phase, phase == "Over")


def test_where_is_empty_before_notification(db) -> None:
    assert where(stands(worked_example(None), "2011-04-18 09:00")) == ""


def test_countdown_before_notification_is_refused(db) -> None:
    with pytest.raises(ValueError, match="before the notification"):
        countdown(stands(worked_example(None), "2011-04-18 09:00"), [])


@pytest.mark.parametrize(
    ("moment", "today", "tomorrow", "next_day"),
    [
        (
            "2011-04-18 09:00",
            ["notification"],
            ["set-up-call", "core-documents", "send-documents"],
            date(2011, 4, 19),
        ),
        ("2011-04-21 09:00", ["case-list"], ["set-up-meeting", "initial-selection"], date(2011, 4, 26)),
        # The Saturday of Easter: nothing is done today, and the next day is the Tuesday after it.
        ("2011-04-23 09:00", [], ["set-up-meeting", "initial-selection"], date(2011, 4, 26)),
        # The royal wedding lies within the days of the audits, and is none of them.
        ("2011-04-29 09:00", [], ["initial-audits"], date(2011, 5, 3)),
        ("2011-05-04 09:00", ["initial-audits"], ["initial-audits", "focus-group-arrangements"], date(2011, 5, 5)),
        (
            "2011-05-18 09:00",
            ["fieldwork", "additional-selection", "additional-audits", "additional-audits-handed-over"],
            ["fieldwork-ends", "feedback", "survey-results"],
            date(2011, 5, 19),
        ),
        ("2011-06-06 09:00", [], [], date(2011, 6, 7)),
        ("2011-06-17 09:00", ["publication"], [], date(2011, 6, 20)),
        ("2011-06-20 09:00", [], [], date(2011, 6, 21)),
    ],
)
def test_today_and_the_next_working_day_have_their_steps(inspection, moment, today, tomorrow, next_day) -> None:
    view = _countdown(inspection, moment)
    assert (_keys(view.today), _keys(view.tomorrow), view.next_day) == (today, tomorrow, next_day)


@pytest.mark.parametrize(
    ("moment", "why", "number"),
    [
        ("2011-04-21 09:00", "", 5),
        ("2011-04-22 09:00", "Good Friday", 5),
        ("2011-04-23 09:00", "Saturday", 5),
        ("2011-04-25 09:00", "Easter Monday", 5),
        ("2011-06-18 09:00", "Saturday", None),
    ],
)
def test_a_day_that_does_not_count_says_why_and_which_comes_next(inspection, moment, why, number) -> None:
    view = _countdown(inspection, moment)
    assert (view.why_not_today, view.next_number) == (why, number)


@pytest.mark.parametrize(
    ("moment", "key", "left", "with_it", "late"),
    [
        ("2011-04-18 09:00", "step:send-documents", "1 day 8 hours", 1, []),
        ("2011-04-19 17:00", "step:send-documents", "less than a minute", 1, []),
        ("2011-04-19 17:01", "survey:children", "23 hours 59 minutes", 3, ["step:send-documents"]),
        ("2011-04-21 16:15", "step:case-list", "45 minutes", 1, ["step:send-documents", *SURVEYS]),
    ],
)
def test_next_deadline_is_the_first_that_is_still_owed(inspection, moment, key, left, with_it, late) -> None:
    view = _countdown(inspection, moment)
    assert (view.next_deadline.key, view.time_left, view.due_with_it) == (key, left, with_it)
    assert [duty.key for duty in view.late] == late


def test_time_to_the_next_deadline_is_real_time_across_the_change_of_the_clocks(db) -> None:
    inspection = worked_example(date(2011, 3, 24))
    due = at("2011-03-28 17:00")
    view = _countdown(inspection, "2011-03-26 17:00", duty("step:send-documents", due=due))
    assert view.time_left == "1 day 23 hours"


def test_things_due_at_the_same_moment_are_counted_and_done_ones_are_not(inspection) -> None:
    owed = [duty(f"document:{n}", owner(), due=CASE_LIST_DUE, done=n == 3) for n in range(1, 4)]
    view = _countdown(inspection, "2011-04-21 09:00", *owed, duty("step:x", due=CASE_LIST_DUE + timedelta(minutes=1)))
    assert (view.next_deadline.key, view.due_with_it, view.late) == ("document:1", 2, ())


def test_nothing_ahead_leaves_no_deadline(inspection) -> None:
    view = _countdown(inspection, "2011-06-20 09:00")
    assert (view.next_deadline, view.time_left, view.due_with_it) == (None, "", 0)
    assert [duty.key for duty in view.late][:4] == ["step:send-documents", *SURVEYS]
    assert len(view.late) == 10


def test_nothing_is_owed_once_it_is_withdrawn(inspection) -> None:
    withdraw(inspection=inspection, reason="Deferred", by=None, now=NOW)
    view = countdown(stands(inspection, "2011-04-21 09:00"), [])
    assert (view.next_deadline, view.late, view.phase) == (None, (), "Withdrawn")
    assert [task.state for task in view.tasks] == [""] * 24


@pytest.mark.parametrize(
    ("done", "moment", "state"),
    [
        ((False, False), "2011-04-21 17:00", "to do"),
        ((True, False), "2011-04-21 17:00", "partial"),
        ((True, True), "2011-04-21 17:01", "done"),
        ((True, False), "2011-04-21 17:01", "late"),
        ((False, False), "2011-04-21 17:01", "late"),
    ],
)
def test_state_of_a_step_follows_from_its_duties(inspection, done, moment, state) -> None:
    owed = [duty(f"document:{n}", owner(), due=CASE_LIST_DUE, done=is_done) for n, is_done in enumerate(done)]
    view = _countdown(inspection, moment, *owed)
    task = next(task for task in view.tasks if task.dated.step.duty == "documents")
    assert (task.state, task.done, task.total, task.is_late) == (state, sum(done), 2, state == "late")


def test_contacts_are_those_who_have_not_done_theirs_each_once(inspection) -> None:
    pat, lee = owner(), owner("Head of Other Things", post=2, holder="Lee Sample")
    owed = [
        duty("document:1", pat, due=CASE_LIST_DUE),
        duty("document:2", pat, lee, due=CASE_LIST_DUE),
        duty("document:3", owner("Done already", post=3), due=CASE_LIST_DUE, done=True),
        duty("document:4", owner("Vacant post", post=4, holder=None), due=CASE_LIST_DUE),
        duty("document:5", due=CASE_LIST_DUE),
    ]
    view = _countdown(inspection, "2011-04-19 09:00", *owed)
    task = next(task for task in view.tasks if task.dated.step.duty == "documents")
    assert task.contacts == (
        OwnerContact("Pat Sample", "Head of Testing", "01632 960001", "pat@example.org"),
        OwnerContact("Lee Sample", "Head of Other Things", "01632 960001", "lee@example.org"),
        OwnerContact("", "Vacant post"),
    )
    assert task.unowned == 1


def test_contacts_of_what_a_role_owes_are_the_people_of_the_role(inspection) -> None:
    dina = OwnerContact("Dina Sample", "DCS office", "01632 960002", "dina@example.org")
    others = OwnerContact("Cora Sample", "Coordinator")
    people = [(Role.DCS_OFFICE, dina), (Role.COORDINATOR, others)]
    view = _countdown(
        inspection, "2011-06-03 09:00", duty("step:factual-accuracy", due=CASE_LIST_DUE), role_contacts=people
    )
    assert {contact for task in view.today for contact in task.contacts} == {dina}


def test_every_working_day_has_a_row_with_its_reason(inspection) -> None:
    view = _countdown(inspection, "2011-04-26 09:00")
    assert [row.number for row in view.days] == list(range(1, 41))
    assert _row(view, 5).explanation == (
        "Day 5 is 26 April 2011: Good Friday (22 April), Saturday, Sunday and Easter Monday (25 April) are not "
        "working days."
    )
    assert [_row(view, number).state for number in (4, 5, 6, 40)] == ["past", "today", "coming", "coming"]
    assert _keys(_row(view, 6).tasks) == ["initial-audits"]
    assert _keys(_row(view, 7).tasks) == []
    assert _keys(_row(view, 10).tasks) == ["initial-audits", "focus-group-arrangements"]
    assert [row.number for row in view.days if row.is_late] == [2, 3, 4]


def test_every_step_is_shown_on_a_day_or_apart(inspection) -> None:
    view = _countdown(inspection, "2011-04-26 09:00")
    shown = {task.dated.step.key for row in view.days for task in row.tasks}
    assert shown | set(_keys(view.off_the_days)) == {step.key for step in inspection.framework.steps}
    assert view.off_the_days == ()


def test_strip_has_every_calendar_day_with_gaps_that_say_why(inspection) -> None:
    strip = {cell["date"]: cell for cell in _countdown(inspection, "2011-04-26 09:00").strip}
    assert list(strip) == [date(2011, 4, 18) + timedelta(days=n) for n in range(61)]
    assert max(strip) == date(2011, 6, 17)
    assert strip[date(2011, 4, 18)] == {
        "date": date(2011, 4, 18),
        "number": 1,
        "reason": "",
        "state": "past",
        "deadline": False,
        "href": "#day-1",
    }
    states = {day: (strip[day]["state"], strip[day]["number"], strip[day]["reason"]) for day in strip}
    assert states[date(2011, 4, 20)] == ("late", 3, "")
    assert states[date(2011, 4, 22)] == ("holiday", None, "Good Friday")
    assert states[date(2011, 4, 23)] == ("weekend", None, "Saturday")
    assert states[date(2011, 4, 25)] == ("holiday", None, "Easter Monday")
    assert states[date(2011, 4, 26)] == ("today", 5, "")
    assert states[date(2011, 6, 17)] == ("coming", 40, "")
    assert [day.day for day, cell in strip.items() if cell["deadline"] and day.month == 4] == [19, 20, 21, 26]


def test_strip_says_that_today_is_late_and_today(inspection) -> None:
    strip = _countdown(inspection, "2011-04-21 17:30", duty("step:case-list", due=CASE_LIST_DUE)).strip
    assert [(cell["number"], cell["reason"]) for cell in strip if cell["state"] == "late"] == [(4, "today")]
    assert [cell["number"] for cell in strip if cell["state"] == "today"] == []


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=-1), "less than a minute"),
        (timedelta(0), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute"),
        (timedelta(hours=23, minutes=59), "23 hours 59 minutes"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1, minutes=30), "1 day"),
        (timedelta(days=2, hours=1, minutes=30), "2 days 1 hour"),
        (timedelta(days=40, hours=23), "40 days 23 hours"),
    ],
)
def test_a_length_of_time_in_words(left, words) -> None:
    assert in_words(left) == words


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)))
def test_words_never_say_more_time_than_there_is(left: timedelta) -> None:
    said = in_words(left)
    units = {"day": 86400, "hour": 3600, "minute": 60}
    parts = [] if said == "less than a minute" else said.split()
    seconds = sum(int(n) * units[unit.rstrip("s")] for n, unit in zip(parts[::2], parts[1::2], strict=True))
    assert 0 <= left.total_seconds() - seconds < (3600 if "day" in said else 60)
