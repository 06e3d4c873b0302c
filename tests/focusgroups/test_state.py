"""The state of a focus group follows from its owner, its attendees and its briefing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from focusgroups.duties import duties
from focusgroups.state import AttendeeFact, BriefingFact, GroupState, state_of
from frameworks import FocusGroup, Preparation, Source
from inspections.duty import Owner
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
