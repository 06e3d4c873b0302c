"""Closure days: what adding or removing one moves, what is refused, and that dates always agree with the days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Event
from inspections import closures
from inspections.actions import record_notification, withdraw
from inspections.models import ClosureDay, Inspection, library
from inspections.moves import moves_between
from inspections.schedule import schedule
from inspections.snapshot import calendar_of, snapshot_of
from inspections.working_days import WorkingCalendar
from refusals import Refused
from tests.factories.people import at, make_council, make_inspection, make_person

NOW = at("2011-04-18 12:00")
CALL = date(2011, 4, 18)
MAY_DAY = date(2011, 5, 4)  # a Wednesday that counts: day 9

pytestmark = pytest.mark.django_db


def added(council, day=MAY_DAY, **changes):
    given = {"date": day, "reason": "Flood", "by": None, "now": NOW}
    return closures.add_closure(council=council, **(given | changes))


def last_dates(inspection) -> dict[str, date | None]:
    return {dated.step.key: dated.last for dated in snapshot_of(inspection, now=NOW).schedule.steps}


def test_closure_moves_every_date_after_it_and_none_before() -> None:
    council = make_council()
    inspection = make_inspection(council, notified=CALL)
    before = last_dates(inspection)
    moved = added(council)
    after = last_dates(inspection)
    assert [moves.inspection for moves in moved] == [inspection]
    assert {move.step: (move.before, move.after) for move in moved[0].steps} == {
        key: (before[key], after[key]) for key in before if before[key] != after[key]
    }
    assert {key for key in before if before[key] != after[key]} == {key for key in before if before[key] >= MAY_DAY}


def test_closure_is_explained_by_its_reason() -> None:
    council = make_council()
    inspection = make_inspection(council)
    added(council)
    added(council, date(2011, 5, 5), kind=ClosureDay.Kind.BANK_HOLIDAY, reason="Coronation")
    calendar = calendar_of(inspection)
    assert [calendar.why_not(MAY_DAY), calendar.why_not(date(2011, 5, 5))] == ["Council closed: Flood", "Coronation"]


def test_closure_is_on_the_record_of_council_and_inspection() -> None:
    council = make_council()
    person = make_person(council)
    inspection, quiet = make_inspection(council, notified=CALL), make_inspection(council)
    added(council, by=person)
    rows = Event.objects.order_by("pk").values_list("verb", "subject", "inspection", "by")
    said = "Wednesday 4 May 2011: Council closed: Flood"
    assert list(rows) == [
        ("closure day added", said, "", person.pk),
        ("dates moved", said, inspection.slug, person.pk),
    ]
    move = Event.objects.get(inspection=inspection.slug).detail["moved"][0]
    assert (move[1] < move[2], move[3]) == (True, "initial-audits")
    versions = dict(Inspection.objects.values_list("pk", "version"))
    assert versions == {inspection.pk: 2, quiet.pk: 2}


def test_closure_sent_twice_has_one_effect() -> None:
    council = make_council()
    make_inspection(council, notified=CALL)
    assert [bool(added(council)), bool(added(council))] == [True, False]
    assert ClosureDay.objects.count() == 1
    assert Event.objects.count() == 2


def test_closure_moves_nothing_of_other_councils_nor_of_withdrawn_inspections() -> None:
    council, other = make_council(), make_council()
    elsewhere, gone = make_inspection(other, notified=CALL), make_inspection(council, notified=CALL)
    withdraw(inspection=gone, reason="Deferred", by=None, now=NOW)
    before = last_dates(elsewhere)
    assert added(council) == []
    assert last_dates(elsewhere) == before
    assert Inspection.objects.get(pk=elsewhere.pk).version == 1


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (date(2011, 4, 23), "23 April 2011 does not count anyway: Saturday."),
        (date(2011, 4, 29), "29 April 2011 does not count anyway: "),
        (CALL, "“The inspection” was notified on 18 April 2011, so that day counts as day 1."),
        (date(1066, 10, 14), "1990"),
    ],
)
def test_closure_refuses_a_day_that_cannot_be_one(day, message) -> None:
    council = make_council()
    make_inspection(council, notified=CALL, title="The inspection")
    with pytest.raises(Refused) as refused:
        added(council, day)
    assert refused.value.field == "date"
    assert message in refused.value.message
    assert (ClosureDay.objects.count(), Event.objects.count()) == (0, 0)


def test_closure_refuses_a_day_that_is_there_and_an_empty_reason() -> None:
    council = make_council()
    added(council)
    with pytest.raises(Refused, match="4 May 2011 is already a day that does not count: Council closed: Flood"):
        added(council, reason="Snow")
    with pytest.raises(Refused) as refused:
        added(council, date(2011, 5, 5), reason=" ")
    assert refused.value.field == "reason"


def test_removing_moves_the_dates_back_once() -> None:
    council = make_council()
    inspection = make_inspection(council, notified=CALL)
    before = last_dates(inspection)
    there = added(council)[0].steps
    day = ClosureDay.objects.get()
    back = closures.remove_closure(day=day, by=None, now=NOW)[0].steps
    assert [(move.before, move.after) for move in back] == [(move.after, move.before) for move in there]
    assert last_dates(inspection) == before
    assert closures.remove_closure(day=day, by=None, now=NOW) == []
    assert Event.objects.filter(verb="closure day removed").count() == 1


def test_closure_of_the_plan_on_the_day_of_notification_does_not_stop_the_pages() -> None:
    # The plan's file can change after the call; the call came all the same.
    council = make_council()
    inspection = make_inspection(council, notified=MAY_DAY)
    ClosureDay.objects.create(council=council, date=MAY_DAY, reason="Flood", added_at=NOW)
    assert snapshot_of(inspection, now=NOW).schedule.day(1).date == MAY_DAY


def test_notification_on_a_closure_day_is_refused_with_the_reason() -> None:
    council = make_council()
    added(council, CALL)
    with pytest.raises(Refused) as refused:
        record_notification(inspection=make_inspection(council), notified_on=CALL, by=None, now=NOW)
    assert refused.value.message == (
        "Monday 18 April 2011 is not a working day (Council closed: Flood). "
        "The next working day is Tuesday 19 April 2011."
    )


def test_day_counts_the_day_of_notification_as_the_first() -> None:
    inspection = make_inspection(make_council(), notified=CALL)
    days = [snapshot_of(inspection, now=at(f"2011-{text} 12:00")).day for text in ("04-17", "04-18", "04-22", "05-06")]
    assert days == [None, 1, 4, 11]


@settings(max_examples=60)
@given(
    offset=st.integers(0, 2000),
    closed=st.sets(st.integers(1, 90), max_size=8),
    extra=st.integers(1, 90),
)
def test_adding_a_closure_never_moves_a_date_backwards_nor_touches_one_before_it(offset, closed, extra) -> None:
    framework = library().framework("slac-2009")
    notified = WorkingCalendar().next_working(date(2009, 4, 1) + timedelta(days=offset))
    days = {notified + timedelta(days=n): "Closed" for n in closed}
    day = notified + timedelta(days=extra)
    before = schedule(framework, notified, WorkingCalendar(days))
    after = schedule(framework, notified, WorkingCalendar({**days, day: "Closed too"}))
    moves = moves_between(before, after)
    assert all(move.before >= day and move.after > move.before for move in moves)
    if not WorkingCalendar(days).is_working(day):
        assert moves == ()
