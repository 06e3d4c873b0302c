"""The state of a focus group follows from its owner, its attendees and its briefing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from focusgroups.duties import duties
from focusgroups.state import AttendeeFact, BriefingFact, GroupState, state_of, states
from frameworks import FocusGroup, Preparation, Source
from inspections.dates_actions import move_step
from inspections.duty import Owner
from inspections.snapshot import snapshot_of
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_post
from tests.timetable.worked import stands, worked_example

ADDED = at("2011-04-01 09:00")
BRIEFED = at("2011-04-02 09:00")
LATER = at("2011-04-03 09:00")
SOURCE = Source("other", "the tests")
GROUP = FocusGroup(strand="care", number=1, title="Carers", kind="focus-group", source=SOURCE, kind_source=SOURCE)
OWNER = Owner(post=1, name="Head of Testing", organisation="Council")
ASKED = tuple(Preparation(key, key.title(), SOURCE) for key in ("owner", "attendees", "briefed", "booked"))


def _state(*, owned: bool, added: tuple = (), briefed=None, asked: tuple[Preparation, ...] = ASKED) -> GroupState:
    return state_of(
        GROUP,
        owners=(OWNER,) if owned else (),
        attendees=tuple(AttendeeFact(n, f"Attendee {n}", "", "", "", moment) for n, moment in enumerate(added)),
        briefing=BriefingFact(briefed, "By email", None) if briefed else None,
        preparation=asked,
    )


@pytest.mark.parametrize(
    ("owned", "added", "briefed", "state", "marks", "missing"),
    [
        (False, (), None, "tbc", (0, 0, 0), ("No owner yet.", "No attendees named.")),
        (False, (ADDED,), None, "tbc", (0, 1, 0), ("No owner yet.", "Attendees not briefed.")),
        (False, (ADDED,), BRIEFED, "tbc", (0, 1, 1), ("No owner yet.",)),
        (True, (), None, "to do", (1, 0, 0), ("No attendees named.",)),
        (True, (), BRIEFED, "to do", (1, 0, 0), ("No attendees named.",)),
        (True, (ADDED,), None, "partial", (1, 1, 0), ("Attendees not briefed.",)),
        (True, (ADDED,), BRIEFED, "ready", (1, 1, 1), ()),
        (True, (BRIEFED,), BRIEFED, "ready", (1, 1, 1), ()),
        (True, (ADDED, LATER), BRIEFED, "partial", (1, 1, 0), ("Added since the briefing: Attendee 1.",)),
        (True, (LATER, LATER), BRIEFED, "partial", (1, 1, 0), ("Added since the briefing: Attendee 0, Attendee 1.",)),
    ],
)
def test_state_follows_from_owner_attendees_and_briefing(owned, added, briefed, state, marks, missing) -> None:
    found = _state(owned=owned, added=added, briefed=briefed)
    assert (found.state, found.missing, found.is_ready) == (state, missing, state == "ready")
    assert [(mark.key, mark.done) for mark in found.preparation] == list(
        zip(("owner", "attendees", "briefed"), map(bool, marks), strict=True)
    )


def test_booking_is_neither_claimed_nor_counted_against_a_group() -> None:
    found = _state(owned=True, added=(ADDED,), briefed=BRIEFED)
    assert found.is_ready
    assert [mark.label for mark in found.preparation] == ["Owner", "Attendees", "Briefed"]


def test_what_the_framework_does_not_ask_is_not_missing() -> None:
    found = _state(owned=True, added=(ADDED,), asked=ASKED[:2])
    assert (found.state, found.missing, len(found.preparation)) == ("ready", (), 2)


@pytest.mark.django_db
def test_every_group_is_a_duty_of_the_day_that_the_framework_sets() -> None:
    inspection = worked_example()
    group = inspection.framework.focus_groups[0]
    make_ownership(inspection, f"focus-group:{group.key}", make_post(inspection.council, "Head of Testing"))
    found = duties(stands(inspection, "2011-04-20 09:00"))
    assert [duty.key for duty in found] == [f"focus-group:{g.key}" for g in inspection.framework.focus_groups]
    assert len(found) == 37
    assert {(duty.due, duty.due_day, duty.done) for duty in found} == {(at("2011-05-05 17:00"), 10, False)}
    assert [owner.name for owner in found[0].owners] == ["Head of Testing"]
    assert (found[0].state, found[1].state, found[1].is_unowned) == ("to do", "tbc", True)
    assert not found[0].is_late(at("2011-05-05 17:00"))
    assert found[0].is_late(at("2011-05-05 17:00") + timedelta(seconds=1))


@pytest.mark.django_db
def test_duties_before_notification_have_a_day_and_no_date() -> None:
    found = duties(stands(make_inspection(make_council()), "2011-04-20 09:00"))
    assert {(duty.due, duty.due_day) for duty in found} == {(None, 10)}


BEFORE_THE_CALL = "Who takes part depends on the cases that the inspectors select on day 5."
ON_DAY_FIVE = "Who takes part depends on the cases that the inspectors select on day 5, 26 April 2011."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("notified", "now", "said"),
    [
        (None, "2011-04-26 09:00", BEFORE_THE_CALL),
        (date(2011, 4, 18), "2011-04-18 09:00", ON_DAY_FIVE),
        (date(2011, 4, 18), "2011-04-25 23:59", ON_DAY_FIVE),
        (date(2011, 4, 18), "2011-04-26 00:00", ""),
        (date(2011, 4, 18), "2011-06-01 09:00", ""),
    ],
)
def test_groups_that_depend_on_selected_cases_say_so_until_the_cases_are_selected(notified, now, said) -> None:
    inspection = make_inspection(make_council(), notified=notified)
    found = states(snapshot_of(inspection, now=at(now)))
    depending = {key: state.depends for key, state in found.items() if state.depends}
    assert depending == (dict.fromkeys(("looked-after-12", "looked-after-13"), said) if said else {})


@pytest.mark.django_db
def test_the_day_on_which_cases_are_selected_moves_with_its_step() -> None:
    inspection = make_inspection(make_council(), notified=date(2011, 4, 18))
    who: dict[str, Any] = {"by": None, "now": at("2011-04-19 09:00")}
    move_step(inspection=inspection, step_key="initial-selection", first=date(2011, 4, 27), reason="Asked for", **who)
    found = states(snapshot_of(inspection, now=at("2011-04-26 09:00")))["looked-after-12"]
    assert found.depends == ("Who takes part depends on the cases that the inspectors select on day 6, 27 April 2011.")


def test_a_group_that_depends_on_no_cases_says_nothing() -> None:
    assert _state(owned=True).depends == ""
