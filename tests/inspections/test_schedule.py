"""The dates that follow from a notification, on the paper's framework and on one that shares nothing with it."""

import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworks import Library, Source, Timing
from inspections.schedule import schedule
from inspections.working_days import NotAWorkingDay, WorkingCalendar

DAY = timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
ENGLAND = WorkingCalendar()
NOTIFIED = date(2011, 4, 18)
LIBRARY = Library([Path(__file__).parent.parent / "data" / "frameworks"])
PAPER = LIBRARY.framework("slac-2009")
TINY = LIBRARY.framework("tiny-2030")


def with_step(framework, timing, **changes):
    """`framework` with one more step, "extra", with this `timing`."""
    step = replace(framework.steps[0], key="extra", title="Something more", timing=timing, **changes)
    return replace(framework, steps=(*framework.steps, step))


@pytest.fixture(scope="module")
def worked_example():
    return schedule(PAPER, NOTIFIED, ENGLAND)


@pytest.mark.parametrize(
    ("number", "day"),
    [
        (1, date(2011, 4, 18)),
        (4, date(2011, 4, 21)),
        (5, date(2011, 4, 26)),
        (8, date(2011, 5, 3)),
        (10, date(2011, 5, 5)),
        (11, date(2011, 5, 6)),
        (20, date(2011, 5, 19)),
        (25, date(2011, 5, 26)),
        (30, date(2011, 6, 3)),
        (35, date(2011, 6, 10)),
        (40, date(2011, 6, 17)),
    ],
)
def test_worked_example_puts_each_day_on_its_date(worked_example, number, day):
    assert worked_example.day(number).date == day
    assert worked_example.day(number).number == number
    assert worked_example.number_on(day) == number


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("notification", (1, 1)),
        ("set-up-call", (2, 2)),
        ("send-documents", (2, 2)),
        ("survey-letter", (3, 3)),
        ("case-list", (4, 4)),
        ("set-up-meeting", (5, 5)),
        ("initial-audits", (6, 10)),
        ("focus-group-arrangements", (10, 10)),
        ("fieldwork", (11, 19)),
        ("additional-audits", (19, 19)),
        ("fieldwork-ends", (20, 20)),
        ("report-drafted", (21, 25)),
        ("draft-report", (25, 25)),
        ("factual-accuracy", (26, 30)),
        ("final-report", (35, 35)),
        ("publication", (40, 40)),
    ],
)
def test_worked_example_puts_each_step_on_its_days(worked_example, key, days):
    dated = worked_example.step(key)
    assert (dated.first_day, dated.last_day) == days
    assert (dated.first, dated.last) == tuple(worked_example.day(number).date for number in days)


def test_worked_example_has_forty_days_and_every_step_on_one(worked_example):
    assert worked_example.last_day == 40
    assert [day.number for day in worked_example.days] == list(range(1, 41))
    assert worked_example.off_the_days == ()
    assert worked_example.anchors == {
        "notified": date(2011, 4, 18),
        "set-up-meeting": date(2011, 4, 26),
        "fieldwork-start": date(2011, 5, 6),
        "fieldwork-end": date(2011, 5, 19),
        "draft-received": date(2011, 5, 26),
        "final-received": date(2011, 6, 10),
        "published": date(2011, 6, 17),
    }


def test_worked_example_skips_sixteen_weekend_days_and_five_bank_holidays(worked_example):
    assert [item for item in worked_example.skipped if item[1] not in ("Saturday", "Sunday")] == [
        (date(2011, 4, 22), "Good Friday"),
        (date(2011, 4, 25), "Easter Monday"),
        (date(2011, 4, 29), "Wedding of William and Catherine"),
        (date(2011, 5, 2), "May Day"),
        (date(2011, 5, 30), "Spring bank holiday"),
    ]
    assert len(worked_example.skipped) == 21


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "Day 1 is 18 April 2011, the day of notification."),
        (2, "Day 2 is 19 April 2011, the working day after day 1."),
        (
            5,
            "Day 5 is 26 April 2011: Good Friday (22 April), Saturday, Sunday and Easter Monday (25 April) "
            "are not working days.",
        ),
        (12, "Day 12 is 9 May 2011: Saturday and Sunday are not working days."),
    ],
)
def test_day_explains_its_date(worked_example, number, words):
    assert worked_example.day(number).explanation == words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("notification", "Day 1 is 18 April 2011, the day of notification."),
        ("set-up-call", "Day 2 is 19 April 2011: 1 working day after 18 April 2011 (Notification)."),
        (
            "initial-audits",
            "Days 6 to 10 are 27 April to 5 May 2011: 5 to 9 working days after 18 April 2011 (Notification). "
            "Not counted: Good Friday (22 April), 4 weekend days, Easter Monday (25 April), "
            "Wedding of William and Catherine (29 April) and May Day (2 May).",
        ),
        (
            "focus-group-arrangements",
            "Day 10 is 5 May 2011: 1 working day before 6 May 2011 (Start of fieldwork).",
        ),
        (
            "fieldwork",
            "Days 11 to 19 are 6 May to 18 May 2011: from 6 May 2011 (Start of fieldwork) to 8 working days after it. "
            "Not counted: 4 weekend days.",
        ),
        (
            "publication",
            "Day 40 is 17 June 2011: 20 working days after 19 May 2011 (End of fieldwork). "
            "Not counted: 8 weekend days and Spring bank holiday (30 May).",
        ),
    ],
)
def test_step_explains_its_dates(worked_example, key, words):
    assert worked_example.step(key).explanation == words


def test_deadlines_fall_at_five_in_london_and_only_on_what_is_owed(worked_example):
    assert worked_example.step("send-documents").due == datetime(2011, 4, 19, 17, 0, tzinfo=LONDON)
    assert {dated.step.key for dated in worked_example.steps if dated.due is None} == {
        step.key for step in PAPER.steps if not step.deadline
    }


@pytest.mark.parametrize(
    ("notified", "due", "in_utc"),
    [
        # The clocks went forward on 27 March 2011 and back on 30 October 2011.
        (date(2011, 3, 24), date(2011, 3, 25), "2011-03-25T17:00:00+00:00"),
        (date(2011, 3, 25), date(2011, 3, 28), "2011-03-28T16:00:00+00:00"),
        (date(2011, 10, 27), date(2011, 10, 28), "2011-10-28T16:00:00+00:00"),
        (date(2011, 10, 28), date(2011, 10, 31), "2011-10-31T17:00:00+00:00"),
    ],
)
def test_deadlines_keep_to_five_across_a_change_of_the_clocks(notified, due, in_utc):
    moment = schedule(PAPER, notified, ENGLAND).step("send-documents").due
    assert (moment.date(), moment.hour, moment.minute) == (due, 17, 0)
    assert moment.astimezone(ZoneInfo("UTC")).isoformat() == in_utc


def test_a_step_may_name_its_own_time():
    assert schedule(TINY, date(2030, 5, 1), ENGLAND).step("papers").due == datetime(2030, 5, 2, 12, 0, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("notified", "reason", "next_working"),
    [
        (date(2011, 4, 16), "Saturday", date(2011, 4, 18)),
        (date(2011, 4, 22), "Good Friday", date(2011, 4, 26)),
        (date(2011, 7, 6), "Council closed: move", date(2011, 7, 7)),
    ],
)
def test_notification_on_a_non_working_day_is_refused(notified, reason, next_working):
    calendar = WorkingCalendar({date(2011, 7, 6): "Council closed: move"})
    with pytest.raises(NotAWorkingDay) as refusal:
        schedule(PAPER, notified, calendar)
    assert (refusal.value.reason, refusal.value.next_working) == (reason, next_working)


def test_closure_announced_late_moves_every_later_day_and_says_so():
    later = schedule(PAPER, NOTIFIED, WorkingCalendar({date(2011, 5, 4): "Council closed: flood"}))
    assert later.day(8).date == date(2011, 5, 3)
    assert later.day(9).date == date(2011, 5, 5)
    assert later.day(9).explanation == "Day 9 is 5 May 2011: Council closed: flood (4 May) is not a working day."
    assert later.step("publication").last == date(2011, 6, 20)


def test_actual_date_replaces_the_computed_one_and_moves_what_hangs_on_it():
    known = schedule(PAPER, NOTIFIED, ENGLAND, actual={"draft-received": date(2011, 5, 31)})
    assert known.step("draft-report").last == date(2011, 5, 31)
    assert known.step("draft-report").explanation == "Day 27 is 31 May 2011: Draft report received, as recorded."
    check = known.step("factual-accuracy")
    assert (check.first, check.last) == (date(2011, 6, 1), date(2011, 6, 7))
    assert (check.first_day, check.last_day) == (28, 32)
    assert check.explanation == (
        "Days 28 to 32 are 1 June to 7 June 2011: 1 to 5 working days after 31 May 2011 "
        "(Draft report received, as recorded). Not counted: Saturday and Sunday."
    )
    # The paper counts publication from the end of fieldwork, so it stays.
    assert known.step("publication").last == date(2011, 6, 17)


def test_actual_date_on_a_weekend_counts_from_the_next_working_day():
    known = schedule(PAPER, NOTIFIED, ENGLAND, actual={"final-received": date(2011, 6, 11)})
    assert known.anchors["final-received"] == date(2011, 6, 11)
    assert known.step("circulate-report").last == date(2011, 6, 13)
    assert known.step("circulate-report").explanation == (
        "Day 36 is 13 June 2011: the first working day after 11 June 2011 (Final report received, as recorded). "
        "Not counted: Saturday and Sunday."
    )


def test_moved_step_keeps_the_dates_given_and_says_what_they_replace():
    moved = schedule(PAPER, NOTIFIED, ENGLAND, moved={"set-up-meeting": (date(2011, 4, 28), date(2011, 4, 28))})
    meeting = moved.step("set-up-meeting")
    assert (meeting.first, meeting.last, meeting.first_day, meeting.moved) == (
        date(2011, 4, 28),
        date(2011, 4, 28),
        7,
        True,
    )
    assert meeting.explanation == (
        "Moved for this inspection to 28 April 2011. Without that it would be 26 April 2011."
    )
    # The inspectors name the first case files there, so that recording them follows; nothing else moves.
    assert [dated.step.key for dated in moved.day(7).steps][:2] == ["set-up-meeting", "initial-selection"]
    before = schedule(PAPER, NOTIFIED, ENGLAND)
    follow = ("set-up-meeting", "initial-selection")
    assert [d for d in moved.steps if d.step.key not in follow] == [d for d in before.steps if d.step.key not in follow]


def test_moved_event_takes_its_anchor_and_everything_counted_from_it_along():
    new = date(2011, 5, 23)
    moved = schedule(PAPER, NOTIFIED, ENGLAND, moved={"fieldwork-ends": (new, new)})
    assert moved.anchors["fieldwork-end"] == new
    assert moved.step("fieldwork-ends").explanation == (
        "Moved for this inspection to 23 May 2011. Without that it would be 19 May 2011."
    )
    assert moved.step("feedback").explanation == "Day 22 is 23 May 2011: End of fieldwork, moved."
    assert moved.step("factual-accuracy").last_day == 32
    assert moved.step("publication").last_day == 42
    assert moved.last_day == 42
    assert moved.days[-1].date == moved.step("publication").last == date(2011, 6, 21)
    assert moved.step("fieldwork").last_day == 19


def test_moved_range_takes_along_what_hangs_on_its_first_day():
    moved = schedule(PAPER, NOTIFIED, ENGLAND, moved={"fieldwork": (date(2011, 5, 9), date(2011, 5, 20))})
    assert (moved.step("fieldwork").first, moved.step("fieldwork").last) == (date(2011, 5, 9), date(2011, 5, 20))
    assert moved.step("fieldwork").explanation == (
        "Moved for this inspection to 9 May to 20 May 2011. Without that it would be 6 May to 18 May 2011."
    )
    assert moved.step("focus-group-arrangements").last == date(2011, 5, 6)
    assert moved.step("publication").last_day == 41


def test_only_the_first_step_of_an_anchor_takes_it_along():
    moved = schedule(PAPER, NOTIFIED, ENGLAND, moved={"feedback": (date(2011, 5, 20), date(2011, 5, 20))})
    assert moved.step("feedback").last_day == 21
    assert moved.step("publication").last_day == 40


def test_actual_date_holds_against_a_move_of_its_event():
    both = schedule(
        PAPER,
        NOTIFIED,
        ENGLAND,
        actual={"fieldwork-end": date(2011, 5, 20)},
        moved={"fieldwork-ends": (date(2011, 5, 23), date(2011, 5, 23))},
    )
    assert both.step("fieldwork-ends").last == date(2011, 5, 23)
    assert both.step("publication").last_day == 41


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"actual": {"tea": NOTIFIED}}, "no date called “tea”"),
        ({"moved": {"tea": (NOTIFIED, NOTIFIED)}}, "no step called “tea”"),
        ({"moved": {"fieldwork": (date(2011, 5, 20), date(2011, 5, 9))}}, "cannot end on 9 May 2011, before 20 May"),
        ({"actual": {"notified": date(2011, 4, 19)}}, "only one of them"),
    ],
)
def test_what_the_framework_has_not_is_refused_by_name(options, words):
    with pytest.raises(ValueError, match=words):
        schedule(PAPER, NOTIFIED, ENGLAND, **options)


def test_dates_beyond_the_range_are_refused():
    with pytest.raises(ValueError, match="2100"):
        schedule(PAPER, date(2100, 12, 1), ENGLAND)
    with pytest.raises(ValueError, match="1 January 1990"):
        schedule(PAPER, date(1980, 1, 7), ENGLAND)


def test_council_closed_for_good_is_reported():
    calendar = WorkingCalendar({NOTIFIED + DAY * n: "Council closed" for n in range(5, 2000)})
    with pytest.raises(ValueError, match="check the closure days"):
        schedule(PAPER, NOTIFIED, calendar)


# Another framework: on site from the first Monday after the call


@pytest.mark.parametrize(
    ("notified", "start", "end"),
    [
        (date(2030, 1, 9), date(2030, 1, 14), date(2030, 1, 18)),
        # Called on a Monday: the Monday after, not the same day.
        (date(2030, 1, 14), date(2030, 1, 21), date(2030, 1, 25)),
        # Monday 22 April 2030 is Easter Monday: they come on the Tuesday, and five working days later leave.
        (date(2030, 4, 17), date(2030, 4, 22), date(2030, 4, 29)),
    ],
)
def test_first_monday_after_notification_starts_the_week_on_site(notified, start, end):
    dates = schedule(TINY, notified, ENGLAND)
    visit = dates.step("visit")
    assert visit.first == ENGLAND.next_working(start)
    assert visit.last == end
    assert dates.anchors["fieldwork-start"] == ENGLAND.next_working(start)
    assert dates.step("letter").last == ENGLAND.add(end, 10)


def test_first_monday_is_named_in_the_explanation():
    framework = with_step(TINY, Timing("notified", "working", 1, 2, 0))
    assert schedule(framework, date(2030, 4, 17), ENGLAND).step("extra").explanation == (
        "Days 4 to 5 are 24 April to 25 April 2030: 1 to 2 working days after the first working day after "
        "22 April 2030, the first Monday after 17 April 2030 (The call). Not counted: Easter Monday (22 April)."
    )


def test_calendar_days_may_fall_on_a_weekend_and_say_so():
    framework = with_step(TINY, Timing("notified", "calendar", 3, 3), deadline=True)
    dated = schedule(framework, date(2030, 1, 9), ENGLAND).step("extra")
    assert dated.last == date(2030, 1, 12)
    assert (dated.first_day, dated.last_day) == (None, None)
    assert dated.due == datetime(2030, 1, 12, 17, 0, tzinfo=LONDON)
    assert dated.explanation == (
        "12 January 2030: 3 calendar days after 9 January 2030 (The call). It is not a working day (Saturday)."
    )


def test_steps_that_no_day_shows_are_listed_apart():
    framework = with_step(TINY, Timing("notified", "working", -3, -3))
    dates = schedule(framework, date(2030, 1, 9), ENGLAND)
    assert dates.step("extra").last == date(2030, 1, 4)
    assert dates.step("extra").last_day is None
    assert [dated.step.key for dated in dates.off_the_days] == ["conference", "extra"]


def test_stated_date_is_unknown_until_it_is_entered():
    unknown = schedule(TINY, date(2030, 1, 9), ENGLAND)
    conference = unknown.step("conference")
    assert (conference.first, conference.last, conference.due, conference.last_day) == (None, None, None, None)
    assert conference.explanation == "This date is not counted from another: it is entered when it is stated."
    assert "conference" not in unknown.anchors
    framework = with_step(TINY, Timing("conference", "working", 5, 5), deadline=True)
    waiting = schedule(framework, date(2030, 1, 9), ENGLAND).step("extra")
    assert (waiting.last, waiting.due) == (None, None)
    assert waiting.explanation == "This date is counted from another that is not known yet: Conference."


@pytest.mark.parametrize(
    "options",
    [
        {"actual": {"conference": date(2030, 2, 6)}},
        {"moved": {"conference": (date(2030, 2, 6), date(2030, 2, 6))}},
    ],
)
def test_stated_date_once_entered_moves_what_hangs_on_it(options):
    framework = with_step(TINY, Timing("conference", "working", 5, 5), deadline=True)
    dates = schedule(framework, date(2030, 1, 9), ENGLAND, **options)
    assert dates.step("conference").last == date(2030, 2, 6)
    assert dates.step("extra").due == datetime(2030, 2, 13, 17, 0, tzinfo=LONDON)


def test_anchor_may_hang_on_one_that_stands_later_in_the_file():
    backwards = replace(PAPER, anchors=tuple(reversed(PAPER.anchors)))
    assert schedule(backwards, NOTIFIED, ENGLAND).step("publication").last_day == 40


def test_anchors_in_a_circle_leave_their_dates_unknown():
    source = Source("other", "made up")
    ring = [
        replace(PAPER.anchors[1], key=key, timing=Timing(on), source=source) for key, on in (("a", "b"), ("b", "a"))
    ]
    framework = with_step(replace(PAPER, anchors=(*PAPER.anchors, *ring)), Timing("a"))
    assert schedule(framework, NOTIFIED, ENGLAND).step("extra").last is None


def test_day_outside_the_schedule_is_refused(worked_example):
    for number in (0, 41, -1):
        with pytest.raises(IndexError, match="the days run from 1 to 40"):
            worked_example.day(number)
    with pytest.raises(KeyError):
        worked_example.step("tea")
    assert worked_example.number_on(date(2011, 4, 22)) is None
    assert worked_example.number_on(date(2011, 4, 15)) is None
    assert worked_example.number_on(date(2011, 6, 20)) is None


def test_schedule_is_fast_enough_to_work_out_on_every_request():
    """It takes no longer than to write down a thousand dates, about a millisecond, however busy the machine is."""

    def cost(work) -> float:
        began = time.process_time()
        for _ in range(20):
            work()
        return time.process_time() - began

    def thousand() -> list[str]:
        return [str(NOTIFIED + timedelta(number)) for number in range(1000)]

    assert min(cost(lambda: schedule(PAPER, NOTIFIED, ENGLAND)) / cost(thousand) for _ in range(5)) < 1


# Any start, any closures


@st.composite
def cases(draw):
    """A notification on a working day, and a calendar with any closures around it."""
    start = draw(st.dates(date(1991, 1, 1), date(2098, 12, 31)))
    closed = draw(st.dictionaries(st.integers(-20, 120), st.just("Council closed: move")))
    calendar = WorkingCalendar({start + DAY * offset: reason for offset, reason in closed.items()})
    return calendar.next_working(start), calendar


@given(cases())
def test_any_schedule_keeps_the_paper_s_day_numbers(case):
    notified, calendar = case
    dates = schedule(PAPER, notified, calendar)
    example = schedule(PAPER, NOTIFIED, ENGLAND)
    assert [calendar.day_number(notified, day.date) for day in dates.days] == list(range(1, 41))
    for dated in dates.steps:
        plain = example.step(dated.step.key)
        assert (dated.first_day, dated.last_day) == (plain.first_day, plain.last_day)
        assert dated.first <= dated.last
        assert calendar.is_working(dated.first)
        assert calendar.is_working(dated.last)


@given(cases())
def test_any_schedule_splits_its_days_into_working_and_skipped(case):
    notified, calendar = case
    dates = schedule(PAPER, notified, calendar)
    everything = [notified + DAY * n for n in range((dates.days[-1].date - notified).days + 1)]
    assert sorted([day.date for day in dates.days] + [day for day, _ in dates.skipped]) == everything
    assert dates.skipped == calendar.skipped(notified, dates.days[-1].date)


@given(cases(), st.integers(1, 60))
def test_another_closure_never_brings_a_step_forward(case, offset):
    notified, calendar = case
    closed = notified + DAY * offset
    before = schedule(PAPER, notified, calendar)
    after = schedule(PAPER, notified, WorkingCalendar({**calendar.closures, closed: "Council closed: flood"}))
    for then, now in zip(before.steps, after.steps, strict=True):
        assert now.last >= then.last
        assert now.last == then.last or then.last >= closed


@given(cases(), st.integers(1, 60), st.sampled_from([anchor.key for anchor in PAPER.anchors if anchor.timing]))
def test_any_actual_date_moves_what_hangs_on_it_and_nothing_else(case, offset, anchor):
    notified, calendar = case
    actual = notified + DAY * offset
    before = schedule(PAPER, notified, calendar)
    after = schedule(PAPER, notified, calendar, actual={anchor: actual})
    hanging = {anchor}
    for _ in PAPER.anchors:
        hanging |= {other.key for other in PAPER.anchors if other.timing and other.timing.anchor in hanging}
    for then, now in zip(before.steps, after.steps, strict=True):
        if then.step.timing.anchor not in hanging:
            assert now == then
        elif then.step.timing.anchor == anchor:
            assert now.last == calendar.add(calendar.next_working(actual), then.step.timing.last)


def test_deadline_falls_at_the_hour_that_the_plan_sets_also_where_the_step_was_moved():
    plan = LIBRARY.plan("tinytown")
    moved = {"papers": (date(2030, 6, 5), date(2030, 6, 5))}
    dates = schedule(TINY, date(2030, 6, 3), ENGLAND, plan, moved=moved)
    assert dates.step("papers").due == datetime(2030, 6, 5, 11, 30, tzinfo=LONDON)
    assert dates.step("send-papers").due == datetime(2030, 6, 4, 16, 0, tzinfo=LONDON)
