"""Steps moved, actual dates recorded, both undone: what follows, what is refused, what is recorded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Event, Role
from frameworks import NOTIFIED, Library
from inspections import dates_actions as actions
from inspections.actions import correct_notification, withdraw
from inspections.closures import add_closure
from inspections.date_warnings import date_warnings_of
from inspections.models import Inspection, StoredSetDate
from inspections.set_dates import ACTUAL, MOVED, SetDate, dates_with
from inspections.snapshot import snapshot_of
from inspections.working_days import WorkingCalendar
from refusals import Refused
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.processes import ENOUGH
from timetable.duties import all_duties

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = at("2011-04-20 10:00")
CALL = date(2011, 4, 18)
MEETING, SELECTION = "set-up-meeting", "initial-selection"
ASKED = "the lead inspector asked for it"
PAPER = Library().framework("slac-2009")


@pytest.fixture
def ada():
    return make_person(make_council(), Role.DCS_OFFICE, name="Ada Sample")


@pytest.fixture
def inspection(ada):
    return make_inspection(ada.memberships.get().council, notified=CALL)


def dates(inspection):
    return snapshot_of(Inspection.objects.get(pk=inspection.pk), now=NOW).schedule


def moved(inspection, step=MEETING, first=date(2011, 4, 28), last=None, reason=ASKED, by=None, **more):
    return actions.move_step(
        inspection=inspection, step_key=step, first=first, last=last, reason=reason, by=by, now=NOW, **more
    )


def known(inspection, anchor="fieldwork-end", day=date(2011, 5, 23), **more):
    return actions.record_actual_date(inspection=inspection, anchor_key=anchor, day=day, by=None, now=NOW, **more)


def undone(inspection, kind=MOVED, key=MEETING, **more):
    return actions.undo_date(inspection=inspection, kind=kind, key=key, by=None, now=NOW, **more)


def test_moved_step_explains_itself_and_is_on_record(inspection, ada) -> None:
    move, follows = moved(inspection, by=ada)
    assert (move.step, move.before, move.after) == (MEETING, date(2011, 4, 26), date(2011, 4, 28))
    # The first case files are named at the meeting.
    assert (follows.step, follows.before, follows.after) == (SELECTION, date(2011, 4, 26), date(2011, 4, 28))
    assert dates(inspection).step(MEETING).explanation == (
        "Day 7 is 28 April 2011. Moved from 26 April 2011 by Ada Sample on 20 April 2011: "
        "the lead inspector asked for it."
    )
    event = Event.objects.get()
    title = PAPER.step(MEETING).title
    assert (event.verb, event.subject, event.by) == ("step moved", f"{title}: 28 April 2011", ada)
    assert event.detail == {
        "step": MEETING,
        "before": ["2011-04-26"],
        "after": ["2011-04-28"],
        "reason": ASKED,
        "moved": [
            [title, "2011-04-26", "2011-04-28", MEETING],
            [PAPER.step(SELECTION).title, "2011-04-26", "2011-04-28", SELECTION],
        ],
    }
    assert Inspection.objects.get(pk=inspection.pk).version == 2


def test_duties_follow_a_moved_step_and_an_actual_date(inspection) -> None:
    moved(inspection, "case-list", date(2011, 5, 4))
    known(inspection, "draft-received", date(2011, 5, 31))
    duties = {duty.key: duty for duty in all_duties(snapshot_of(inspection, now=NOW))}
    assert (duties["step:case-list"].due, duties["step:case-list"].due_day) == (at("2011-05-04 17:00"), 9)
    assert (duties["step:factual-accuracy"].due, duties["step:factual-accuracy"].due_day) == (
        at("2011-06-07 17:00"),
        32,
    )


def test_what_hangs_on_a_moved_event_follows_and_undo_restores_every_date(inspection) -> None:
    before = dates(inspection)
    moves = moved(inspection, "fieldwork-ends", date(2011, 5, 23))
    assert [move.step for move in moves if move.deadline] == ["factual-accuracy", "circulate-report"]
    assert dates(inspection).last_day == 42
    back = undone(inspection, key="fieldwork-ends")
    assert [(move.before, move.after) for move in back] == [(move.after, move.before) for move in moves]
    assert dates(inspection) == before
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["step moved", "move undone"]
    row = StoredSetDate.objects.get()
    assert (row.first, row.undone_at) == (date(2011, 5, 23), NOW)


def test_actual_date_says_who_recorded_it_and_may_be_a_saturday(inspection, ada) -> None:
    known(inspection, "final-received", date(2011, 6, 11), note="It came by email")
    found = dates(inspection)
    assert found.why_anchor("final-received") == (
        "11 June 2011: Final report received, as recorded by the software on 20 April 2011: It came by email."
    )
    assert found.step("circulate-report").last == date(2011, 6, 13)


def test_a_date_set_anew_ends_the_one_before(inspection) -> None:
    moved(inspection)
    moved(inspection, first=date(2011, 5, 4))
    assert list(StoredSetDate.objects.values_list("first", "undone_at")) == [
        (date(2011, 5, 4), None),
        (date(2011, 4, 28), NOW),
    ]
    assert Event.objects.latest("pk").detail["before"] == ["2011-04-28"]


def test_a_form_sent_twice_has_one_effect(inspection) -> None:
    assert [moved(inspection, seen=0) is None for _ in range(2)] == [False, True]
    there = StoredSetDate.objects.get().pk
    assert [undone(inspection, seen=there) is None for _ in range(2)] == [False, True]
    assert (StoredSetDate.objects.count(), Event.objects.count()) == (1, 2)


def test_somebody_elses_move_since_is_not_overwritten(inspection, ada) -> None:
    moved(inspection, seen=0, by=ada)
    with pytest.raises(Refused) as refused:
        moved(inspection, first=date(2011, 5, 4), seen=0)
    assert refused.value.message == (
        "It was set to 28 April 2011 by Ada Sample on 20 April 2011: the lead inspector asked for it, since you "
        "looked. Look at it again before you change it."
    )
    there = StoredSetDate.objects.get().pk
    undone(inspection)
    with pytest.raises(Refused, match="Somebody has taken the date back since you looked"):
        moved(inspection, first=date(2011, 5, 4), seen=there)
    assert StoredSetDate.objects.filter(undone_at=None).count() == 0


@pytest.mark.parametrize(
    ("step", "first", "last", "field", "message"),
    [
        (MEETING, date(2011, 4, 25), None, "first", "Monday 25 April 2011 is not a working day (Easter Monday). The "
         "next working day is Tuesday 26 April 2011."),
        ("fieldwork", date(2011, 5, 9), date(2011, 5, 21), "last", "Saturday 21 May 2011 is not a working day "
         "(Saturday). The next working day is Monday 23 May 2011."),
        ("fieldwork", date(2011, 5, 9), date(2011, 5, 6), "last", "It cannot end on 6 May 2011, before it begins on "
         "9 May 2011."),
        (MEETING, date(2011, 4, 15), None, "first", "15 April 2011 is before the notification (18 April 2011). Choose "
         "that day or a later one."),
        (MEETING, date(2021, 4, 28), None, "first", "28 April 2021 is more than a year after the notification. Check "
         "the year."),
        (MEETING, date(2011, 4, 26), None, "first", "It is on 26 April 2011 already. Choose another day."),
        ("notification", date(2011, 4, 19), None, None, "This step is the notification itself. If its date is wrong, "
         "correct the notification."),
        ("tea", date(2011, 4, 19), None, None, f"{PAPER.title} has no step “tea”."),
    ],
)  # fmt: skip
def test_a_move_that_cannot_be_is_refused_with_what_would_be_right(
    inspection, step, first, last, field, message
) -> None:
    with pytest.raises(Refused) as refused:
        moved(inspection, step, first, last)
    assert (refused.value.field, refused.value.message) == (field, message)
    assert (StoredSetDate.objects.count(), Event.objects.count()) == (0, 0)


def test_a_move_needs_a_reason_a_notification_and_an_inspection_that_stands(inspection) -> None:
    with pytest.raises(Refused) as refused:
        moved(inspection, reason="  ")
    assert refused.value.field == "reason"
    with pytest.raises(Refused, match="notification has not been recorded yet"):
        moved(make_inspection(inspection.council))
    with pytest.raises(Refused, match="counts nothing from “notified”"):
        known(inspection, NOTIFIED)
    moved(inspection)
    withdraw(inspection=inspection, reason="Deferred", by=None, now=NOW)
    for act in (moved, known, undone):
        with pytest.raises(Refused, match="is withdrawn"):
            act(inspection)


def test_the_database_holds_one_date_at_a_time_and_no_move_without_a_reason(inspection) -> None:
    row = {"inspection": inspection, "key": MEETING, "first": CALL, "last": CALL, "set_at": NOW, "kind": MOVED}
    StoredSetDate.objects.create(reason="Once", **row)
    for fault in (
        {"reason": "Twice"},
        {"reason": "", "key": "other"},
        {"reason": "x", "key": "o", "last": date(2011, 1, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredSetDate.objects.create(**{**row, **fault})


def test_dates_in_an_impossible_order_are_warned_of(inspection) -> None:
    known(inspection, "fieldwork-end", date(2011, 5, 4))
    moved(inspection, "additional-audits", date(2011, 5, 4))
    moved(inspection, "focus-group-arrangements", date(2011, 5, 9))
    moved(inspection, "feedback", date(2011, 5, 5))
    audits, arranged, feedback = (
        PAPER.step(key).title for key in ("additional-audits", "focus-group-arrangements", "feedback")
    )
    assert date_warnings_of(snapshot_of(inspection, now=NOW)) == [
        "End of fieldwork (4 May 2011) comes before Start of fieldwork (6 May 2011), from which it is counted.",
        f"“{audits}” (4 May 2011) comes before Start of fieldwork (6 May 2011), from which it is counted.",
        f"“{arranged}” (9 May 2011) comes after Start of fieldwork (6 May 2011), before which it belongs.",
        f"End of fieldwork is recorded as 4 May 2011, yet “{feedback}” was moved to 5 May 2011. What is counted from "
        "it follows the recorded date.",
    ]


def test_a_moved_step_on_a_day_closed_since_and_before_a_corrected_call_is_warned_of(inspection) -> None:
    moved(inspection)
    add_closure(council=inspection.council, date=date(2011, 4, 28), reason="Flood", by=None, now=NOW)
    title = PAPER.step(MEETING).title
    assert date_warnings_of(snapshot_of(inspection, now=NOW)) == [
        f"“{title}” was moved to 28 April 2011, which does not count any more (Council closed: Flood). "
        "The next working day is Tuesday 3 May 2011."
    ]
    assert dates(inspection).step(MEETING).explanation.endswith("It is not a working day (Council closed: Flood).")
    correct_notification(
        inspection=inspection, notified_on=date(2011, 5, 4), reason="As written", by=None, now=at("2011-05-05 10:00")
    )
    assert date_warnings_of(snapshot_of(inspection, now=NOW))[-1] == (
        f"“{title}” (28 April 2011) comes before Notification (4 May 2011), from which it is counted."
    )


def test_proposal_says_what_would_be_late_at_once(inspection) -> None:
    snapshot = snapshot_of(inspection, now=at("2011-05-05 10:00"))
    set_date = SetDate(MOVED, "initial-audits", date(2011, 4, 27), date(2011, 5, 3), ASKED, None, NOW)
    title = PAPER.step("initial-audits").title
    assert actions.propose(snapshot, MOVED, "initial-audits", set_date).date_warnings == (
        f"“{title}” would be late at once: its new date has passed already.",
    )
    assert snapshot_of(inspection, now=NOW).set_dates == ()


def test_a_date_of_a_step_that_the_framework_has_no_more_is_kept_and_moves_nothing(inspection) -> None:
    before = dates(inspection)
    StoredSetDate.objects.create(
        inspection=inspection, kind=MOVED, key="gone", first=CALL, last=CALL, reason="Then", set_at=NOW
    )
    assert dates(inspection) == before
    assert undone(inspection, key="gone") == ()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_move_one_step_at_once_do_not_both_move_it() -> None:
    inspection = make_inspection(make_council(), notified=CALL)
    start = Barrier(2)

    def move(day: date) -> str:
        start.wait(ENOUGH)
        try:
            moved(inspection, first=day, seen=0)
        except Refused as refused:
            return refused.message
        finally:
            connection.close()
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(move, (date(2011, 4, 28), date(2011, 5, 4))))
    assert said[0].startswith("It was set to ")
    assert said[1] == "moved"
    assert (StoredSetDate.objects.count(), Event.objects.count()) == (1, 1)


# Any notification, any closures, any dates set

ANCHORS = [anchor.key for anchor in PAPER.anchors if anchor.timing]
MOVABLE = [step for step in PAPER.steps if not actions.is_notification(PAPER, step)]


@st.composite
def cases(draw):
    """A notification, closures, steps moved and actual dates, all on working days after the notification."""
    start = draw(st.dates(date(1995, 1, 1), date(2090, 12, 31)))
    closed = draw(st.sets(st.integers(1, 90), max_size=10))
    calendar = WorkingCalendar({start + timedelta(days=n): "Council closed" for n in closed})
    notified = calendar.next_working(start)
    set_dates = []
    for step in draw(st.lists(st.sampled_from(MOVABLE), unique=True, max_size=4)):
        first = calendar.add(notified, draw(st.integers(0, 60)))
        length = draw(st.integers(0, 8)) if step.timing.first != step.timing.last else 0
        set_dates.append(SetDate(MOVED, step.key, first, calendar.add(first, length), ASKED, None, NOW))
    for anchor in draw(st.lists(st.sampled_from(ANCHORS), unique=True, max_size=3)):
        day = calendar.add(notified, draw(st.integers(0, 60)))
        set_dates.append(SetDate(ACTUAL, anchor, day, day, "", None, NOW))
    return notified, calendar, set_dates, draw(st.permutations(set_dates))


@settings(max_examples=120)
@given(cases())
def test_any_dates_that_are_set_hold_and_the_rest_keeps_its_distance(case) -> None:
    notified, calendar, set_dates, shuffled = case
    found = dates_with(PAPER, notified, calendar, set_dates)
    assert found == dates_with(PAPER, notified, calendar, shuffled)
    set_steps = {set_date.key: (set_date.first, set_date.last) for set_date in set_dates if set_date.kind == MOVED}
    known_events = {set_date.key: set_date.first for set_date in set_dates if set_date.kind == ACTUAL}
    assert {key: found.anchors[key] for key in known_events} == known_events
    for dated in found.steps:
        key, timing = dated.step.key, dated.step.timing
        if key in set_steps:
            assert (dated.first, dated.last) == set_steps[key]
        else:
            origin = found.anchors[timing.anchor]
            assert (dated.first, dated.last) == (calendar.add(origin, timing.first), calendar.add(origin, timing.last))
    for anchor in PAPER.anchors:
        events = [s.key for s in PAPER.steps if s.timing.anchor == anchor.key and s.timing.first == 0]
        if anchor.timing and anchor.key not in known_events and events[0] not in set_steps:
            assert found.anchors[anchor.key] == calendar.add(found.anchors[anchor.timing.anchor], anchor.timing.last)


@settings(max_examples=15)
@given(cases())
def test_any_dates_set_and_undone_in_any_order_leave_every_date_as_it_was(case) -> None:
    notified, calendar, set_dates, shuffled = case
    with transaction.atomic():
        inspection = make_inspection(make_council(), notified=notified)
        for day, reason in calendar.closures.items():
            inspection.council.closure_days.create(date=day, reason=reason, added_at=NOW)
        before = dates(inspection)
        for set_date in set_dates:
            if set_date.kind == ACTUAL:
                known(inspection, set_date.key, set_date.first)
            elif (dated := dates(inspection).step(set_date.key)) and (dated.first, dated.last) != (
                set_date.first,
                set_date.last,
            ):
                moved(inspection, set_date.key, set_date.first, set_date.last)
        set_now = {
            (set_date.kind, set_date.key): (set_date.first, set_date.last)
            for set_date in snapshot_of(inspection, now=NOW).set_dates
        }
        for (kind, key), (first, last) in set_now.items():
            row = dates(inspection)
            found = (row.anchors[key],) * 2 if kind == ACTUAL else (row.step(key).first, row.step(key).last)
            assert found == (first, last)
        for set_date in shuffled:
            undone(inspection, set_date.kind, set_date.key)
        assert dates(inspection) == before
        transaction.set_rollback(True)
