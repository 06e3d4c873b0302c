"""Recording a step as done and taking it back."""

from __future__ import annotations

import pytest

from accounts.models import Event, Role
from inspections.actions import withdraw
from inspections.models import Inspection
from refusals import Refused
from tests.factories.people import at, make_ownership, make_person, make_post
from tests.timetable.worked import stands, worked_example
from timetable.actions import record_step, undo_step
from timetable.duties import all_duties, step_duties
from timetable.models import StepRecord

pytestmark = pytest.mark.django_db

NOW = at("2011-04-20 09:00")
LATER = at("2011-04-20 10:00")


@pytest.fixture
def inspection():
    return worked_example()


@pytest.fixture
def office(inspection):
    return make_person(inspection.council, Role.DCS_OFFICE, name="Dina Sample")


def _record(inspection, step="factual-accuracy", *, by=None, now=NOW, note="") -> bool:
    return record_step(inspection=inspection, step_key=step, by=by, now=now, note=note)


def _duty(inspection, key="step:factual-accuracy", moment="2011-04-20 12:00"):
    (found,) = (duty for duty in step_duties(stands(inspection, moment)) if duty.key == key)
    return found


def _trace(inspection) -> list[tuple[str, str]]:
    return list(Event.objects.filter(inspection=inspection.slug).order_by("pk").values_list("verb", "subject"))


def test_step_recorded_done_says_who_when_and_the_note(inspection, office) -> None:
    assert _record(inspection, by=office, note="  By secure email.\n")
    done = _duty(inspection)
    assert (done.done, done.state, done.missing) == (True, "done", ())
    assert (done.done_at, done.done_by, done.note) == (NOW, "Dina Sample", "By secure email.")
    assert _trace(inspection) == [("recorded done", done.title)]


def test_step_recorded_twice_is_recorded_once(inspection, office) -> None:
    assert _record(inspection, by=office, note="First")
    before = Inspection.objects.get(pk=inspection.pk).version
    assert not _record(inspection, now=LATER, note="Second")
    assert [(row.done_at, row.done_by, row.note) for row in StepRecord.objects.all()] == [(NOW, office, "First")]
    assert Inspection.objects.get(pk=inspection.pk).version == before


def test_step_taken_back_is_owed_again_and_the_row_stays(inspection, office) -> None:
    _record(inspection, by=office)
    assert undo_step(inspection=inspection, step_key="factual-accuracy", by=office, now=LATER)
    assert not undo_step(inspection=inspection, step_key="factual-accuracy", by=office, now=LATER)
    owed = _duty(inspection)
    assert (owed.done, owed.state, owed.missing) == (False, "to do", ("Not recorded as done.",))
    row = StepRecord.objects.get()
    assert (row.done_at, row.undone_at, row.undone_by) == (NOW, LATER, office)
    assert [verb for verb, _ in _trace(inspection)] == ["recorded done", "taken back"]
    assert _record(inspection, by=office, now=LATER)
    assert StepRecord.objects.count() == 2


def test_undoing_what_was_never_done_does_nothing(inspection, office) -> None:
    assert not undo_step(inspection=inspection, step_key="factual-accuracy", by=office, now=NOW)
    assert _trace(inspection) == []


@pytest.mark.parametrize("step", ["core-documents", "focus-group-arrangements", "notification", "fieldwork", "no-such"])
def test_step_that_is_not_recorded_by_hand_is_refused(inspection, office, step) -> None:
    with pytest.raises(Refused, match=r"^This step is not recorded by hand\.$"):
        _record(inspection, step)
    with pytest.raises(Refused, match=r"^This step is not recorded by hand\.$"):
        undo_step(inspection=inspection, step_key=step, by=office, now=NOW)
    assert (StepRecord.objects.count(), _trace(inspection)) == (0, [])


def test_step_before_notification_is_refused() -> None:
    inspection = worked_example(None)
    with pytest.raises(Refused, match="not been recorded yet"):
        _record(inspection)
    assert StepRecord.objects.count() == 0


def test_step_of_a_withdrawn_inspection_is_refused(inspection, office) -> None:
    _record(inspection, by=office)
    withdraw(inspection=inspection, reason="Deferred", by=office, now=LATER)
    with pytest.raises(Refused, match="nothing more is owed"):
        _record(inspection, "circulate-report")
    with pytest.raises(Refused, match="stands"):
        undo_step(inspection=inspection, step_key="factual-accuracy", by=office, now=LATER)
    assert [(row.step, row.undone_at) for row in StepRecord.objects.all()] == [("factual-accuracy", None)]
    assert all_duties(stands(inspection, "2011-04-20 12:00")) == []


def test_steps_are_owed_by_their_posts_else_by_the_office(inspection) -> None:
    post = make_post(inspection.council, "Head of Lists")
    make_ownership(inspection, "step:factual-accuracy", post)
    owned, other = _duty(inspection), _duty(inspection, "step:circulate-report")
    assert ([owner.name for owner in owned.owners], owned.role) == (["Head of Lists"], None)
    assert (other.owners, other.role, other.is_unowned) == ((), Role.DCS_OFFICE, False)


def test_every_deadline_recorded_by_hand_is_a_duty_on_its_day(inspection) -> None:
    duties = step_duties(stands(inspection, "2011-04-20 12:00"))
    assert [(duty.key, duty.due_day, f"{duty.due:%d %b %H:%M}") for duty in duties] == [
        ("step:send-documents", 2, "19 Apr 17:00"),
        ("step:factual-accuracy", 30, "03 Jun 17:00"),
        ("step:circulate-report", 35, "10 Jun 17:00"),
    ]


def test_all_duties_are_documents_groups_and_steps_each_once(inspection) -> None:
    duties = all_duties(stands(inspection, "2011-04-20 12:00"))
    kinds = [duty.kind.prefix for duty in duties]
    assert kinds == ["document"] * 13 + ["focus-group"] * 37 + ["step"] * 4 + ["survey"] * 3 + ["step"] * 3
    assert len({duty.key for duty in duties}) == 60
