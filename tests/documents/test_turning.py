"""The day on which a document goes out of date is known in advance, and every page says the same day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role
from documents.duties import duties
from documents.evidence import freshness
from documents.records import CurrentFile
from documents.state import part_state, states
from frameworks import Freshness, Part
from inspections.models import Inspection, library
from inspections.snapshot import Snapshot, snapshot_of
from inspections.working_days import WorkingCalendar
from readiness.dashboard import dashboard, headline
from tests import reading
from tests.factories.documents import complete, make_version
from tests.factories.people import LONDON, NOW, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db

SUMMARIES = library().framework("slac-2009").document("9").part("summaries")
# Two years before 10 April 2011: within the usual fortnight of NOW, which is 1 April 2011.
SOON = date(2009, 4, 9)


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council())


def on(snapshot: Snapshot, day: date) -> Snapshot:
    return replace(snapshot, now=datetime(day.year, day.month, day.day, 12, tzinfo=LONDON))


@pytest.mark.parametrize(
    "as_at, day",
    [
        (date(2009, 4, 9), date(2011, 4, 10)),
        (date(2010, 2, 28), date(2012, 3, 1)),
        (date(2012, 2, 29), date(2014, 3, 1)),
        (date(2010, 12, 31), date(2013, 1, 1)),
    ],
)
def test_part_says_the_first_day_on_which_it_is_too_old(inspection, as_at, day):
    row = make_version(inspection, "9", "summaries", as_at=as_at)
    snapshot = on(snapshot_of(inspection, now=NOW), as_at + timedelta(days=1))
    found = states(snapshot)["9"]
    assert (found.turns_on, found.is_stale) == (day, False)
    assert found.turning == (f"Goes out of date on {day:%-d %B %Y} unless something newer is added.",)
    assert states(on(snapshot, day - timedelta(days=1)))["9"].is_stale is False
    assert states(on(snapshot, day))["9"].is_stale is True
    assert row.as_at == as_at


@given(st.dates(date(2005, 1, 1), date(2012, 12, 31)), st.integers(1, 5), st.booleans())
def test_day_is_the_first_stale_one_whatever_freshness_is_counted_from(as_at, years, from_the_call):
    snapshot = _snapshot()
    later = next(row.key for row in snapshot.framework.anchors if row.timing is not None and row.timing.first > 0)
    anchor = "notified" if from_the_call else later
    part: Part = replace(SUMMARIES, freshness=Freshness("within-years", anchor, years))
    files = [_current(as_at)]
    start = on(snapshot, as_at + timedelta(days=1))
    day, _ = freshness.turning(part, files, start)
    assert part_state(part, files, None, on(snapshot, day)).is_stale
    assert not part_state(part, files, None, on(snapshot, day - timedelta(days=1))).is_stale


def _snapshot() -> Snapshot:
    inspection = Inspection(council_id=1, slug="made-up", framework_key="slac-2009", opened_at=NOW)
    return Snapshot(
        inspection=inspection,
        framework=inspection.framework,
        plan=None,
        calendar=WorkingCalendar(),
        schedule=None,
        owners={},
        now=NOW,
    )


def _current(as_at: date):
    facts: dict[str, Any] = dict.fromkeys(CurrentFile._fields, "")
    return CurrentFile(**facts | {"file": 1, "version": 1, "number": 1, "size": 1, "as_at": as_at})


def test_two_are_needed_then_the_second_newest_says_the_day(inspection):
    part = replace(SUMMARIES, needed=2)
    files = [_current(date(2010, 5, 1)), _current(date(2009, 6, 1)), _current(date(2007, 1, 1))]
    found = part_state(part, files, None, snapshot_of(inspection, now=NOW))
    assert found.turns_on == date(2011, 6, 2)


def test_after_the_call_nothing_turns_any_more(inspection):
    make_version(inspection, "9", "summaries", as_at=SOON)
    Inspection.objects.filter(pk=inspection.pk).update(notified_on=date(2011, 4, 1), notification_recorded_at=NOW)
    inspection.refresh_from_db()
    found = states(snapshot_of(inspection, now=NOW + timedelta(days=30)))["9"]
    assert (found.turns_on, found.is_turning, found.is_stale) == (None, False, False)


def test_plan_says_how_far_ahead_it_is_pointed_out(inspection):
    make_version(inspection, "9", "summaries", as_at=date(2009, 5, 9))
    snapshot = snapshot_of(inspection, now=NOW)
    assert states(snapshot)["9"].is_turning is False
    plan = replace(library().plan("oxfordshire"), turning_days=60)
    assert states(replace(snapshot, plan=plan))["9"].is_turning is True


def test_dashboard_warns_after_what_is_wrong_and_counts_it_not_as_wrong(inspection):
    make_ownership(
        inspection, "document:9", make_post(inspection.council, holder=make_person(inspection.council, Role.OWNER))
    )
    make_version(inspection, "9", "summaries", as_at=SOON)
    snapshot = snapshot_of(inspection, now=NOW)
    duty = next(duty for duty in duties(snapshot) if duty.key == "document:9")
    assert (duty.done, duty.turns_on) == (True, date(2011, 4, 10))
    board = dashboard(snapshot)
    assert [(problem.kind, problem.duty.key) for problem in board.problems][-1] == ("turning", "document:9")
    assert board.wrong == len(board.problems) - 1
    assert str(board.wrong) in headline(board, snapshot)


def test_register_marks_filters_and_sorts_what_turns(inspection, time_machine):
    time_machine.move_to(NOW, tick=False)
    for key in ("9", "10"):
        complete(inspection, key)
    make_version(inspection, "9", "summaries", as_at=SOON)
    client = reading.sign_in(make_person(inspection.council, Role.COORDINATOR))
    address = reverse("documents:list", args=[inspection.slug])
    assert "Fresh until" in reading.main(client.get(address))
    titles = [row.document.key for row in client.get(address, {"sort": "turns_on"}).context["table"].data]
    assert (titles[0], len(titles)) == ("9", 13)
    assert "No document matches" in reading.main(client.get(address, {"state": "turning"}))
