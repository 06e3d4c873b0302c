"""Naming attendees, taking them off and back on, recording that they were briefed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Event, Role
from focusgroups import actions
from focusgroups.models import Attendee, Briefing
from focusgroups.state import GroupState, states
from inspections.models import Inspection
from refusals import Refused
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.timetable.worked import stands

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW, LATER, LAST = at("2011-04-01 09:00"), at("2011-04-01 10:00"), at("2011-04-01 11:00")


@pytest.fixture
def inspection():
    found = make_inspection(make_council())
    key = found.framework.focus_groups[0].key
    make_ownership(found, f"focus-group:{key}", make_post(found.council))
    return found


@pytest.fixture
def by(inspection):
    return make_person(inspection.council, Role.COORDINATOR, name="Cora Sample")


def _key(inspection) -> str:
    return inspection.framework.focus_groups[0].key


def _add(inspection, name="Ann Example", *, now=NOW, group=None, **given) -> Attendee:
    return actions.add_attendee(
        inspection=inspection, group=group or _key(inspection), name=name, by=None, now=now, **given
    )


def _brief(inspection, *, now, by=None, note="") -> Briefing:
    return actions.record_briefing(inspection=inspection, group=_key(inspection), by=by, now=now, note=note)


def _state(inspection) -> GroupState:
    return states(stands(inspection, "2011-04-02 09:00"))[_key(inspection)]


def _verbs(inspection) -> list[str]:
    return list(Event.objects.filter(inspection=inspection.slug).order_by("pk").values_list("verb", flat=True))


def _version(inspection) -> int:
    return Inspection.objects.get(pk=inspection.pk).version


def test_attendee_is_kept_as_typed_without_stray_spaces(inspection) -> None:
    added = _add(inspection, "  Ann   Example ", role=" Nurse ", organisation=" The PCT ", email=" Ann@Example.ORG ")
    found = Attendee.objects.get(pk=added.pk)
    assert (found.name, found.role, found.organisation, found.email) == (
        "Ann Example",
        "Nurse",
        "The PCT",
        "ann@example.org",
    )
    event = Event.objects.get(inspection=inspection.slug)
    assert (event.verb, event.subject) == ("attendee added", inspection.framework.focus_groups[0].title)


@pytest.mark.parametrize("name", ["", "   ", "\t\n"])
def test_attendee_without_a_name_is_refused(inspection, name) -> None:
    with pytest.raises(Refused, match="Enter the name") as refused:
        _add(inspection, name)
    assert refused.value.field == "name"
    assert (Attendee.objects.count(), _verbs(inspection)) == (0, [])


def test_attendee_of_an_unknown_group_is_refused(inspection) -> None:
    with pytest.raises(Refused, match="no such group"):
        _add(inspection, group="safeguarding-99")
    assert Attendee.objects.count() == 0


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        ({"email": "ann@example.org"}, {"name": "A. Example", "email": "ANN@example.org"}, "email"),
        ({"role": "Nurse", "organisation": "PCT"}, {"role": "nurse", "organisation": "pct"}, "name"),
        ({}, {"name": "ann example"}, "name"),
    ],
)
def test_form_sent_twice_adds_one_attendee(inspection, first, second, field) -> None:
    _add(inspection, **first)
    version = _version(inspection)
    with pytest.raises(Refused) as refused:
        _add(inspection, now=LATER, **second)
    assert (refused.value.message, refused.value.field) == (
        "Ann Example is on the list of this group already.",
        field,
    )
    assert (Attendee.objects.count(), _version(inspection)) == (1, version)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"role": "Nurse"}, {"role": "Police officer"}),
        ({"email": "ann@example.org"}, {"email": "ann.other@example.org"}),
        ({}, {"email": "ann@example.org"}),
    ],
)
def test_two_people_of_one_name_are_told_apart(inspection, first, second) -> None:
    _add(inspection, **first)
    _add(inspection, **second)
    assert Attendee.objects.count() == 2


def test_one_person_attends_several_groups(inspection) -> None:
    other = inspection.framework.focus_groups[1].key
    for group in (None, other):
        _add(inspection, email="ann@example.org", group=group)
    assert Attendee.objects.count() == 2


def test_database_refuses_one_address_twice_on_a_list(inspection) -> None:
    ann = _add(inspection, email="ann@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendee.objects.create(inspection=inspection, group=ann.group, name="Twin", email=ann.email, added_at=NOW)


def test_attendee_removed_and_put_back_leaves_a_trace_and_each_once(inspection, by) -> None:
    ann = _add(inspection)
    results = [
        actions.remove_attendee(attendee=ann, by=by, now=LATER),
        actions.remove_attendee(attendee=ann, by=by, now=LATER),
        actions.restore_attendee(attendee=ann, by=by, now=LAST),
        actions.restore_attendee(attendee=ann, by=by, now=LAST),
    ]
    assert results == [True, False, True, False]
    assert _verbs(inspection) == ["attendee added", "attendee removed", "attendee put back"]
    assert [row.name for row in _state(inspection).attendees] == ["Ann Example"]


@pytest.mark.parametrize("given", [{"email": "ann@example.org"}, {}])
def test_attendee_added_anew_is_not_put_back_a_second_time(inspection, by, given) -> None:
    ann = _add(inspection, **given)
    actions.remove_attendee(attendee=ann, by=by, now=NOW)
    _add(inspection, now=LATER, **given)
    with pytest.raises(Refused, match="on the list of this group already"):
        actions.restore_attendee(attendee=ann, by=by, now=LAST)
    assert len(_state(inspection).attendees) == 1


def test_briefing_needs_somebody_to_brief(inspection, by) -> None:
    ann = _add(inspection)
    actions.remove_attendee(attendee=ann, by=by, now=NOW)
    with pytest.raises(Refused, match="Name the attendees first"):
        _brief(inspection, now=LATER)
    assert Briefing.objects.count() == 0


def test_briefing_recorded_twice_is_one_briefing(inspection, by) -> None:
    _add(inspection)
    first = _brief(inspection, now=LATER, by=by, note=" By email. ")
    version = _version(inspection)
    assert _brief(inspection, now=LAST, note="Again") == first
    assert (Briefing.objects.count(), _version(inspection)) == (1, version)
    state = _state(inspection)
    assert (state.state, state.briefed_at, state.briefed_by, state.briefing_note) == (
        "ready",
        LATER,
        "Cora Sample",
        "By email.",
    )


def test_attendee_added_after_the_briefing_has_not_had_it(inspection, by) -> None:
    _add(inspection)
    _brief(inspection, now=NOW)
    _add(inspection, "Bob Example", now=LATER)
    assert (_state(inspection).state, [row.name for row in _state(inspection).unbriefed]) == (
        "partial",
        ["Bob Example"],
    )
    _brief(inspection, now=LAST, by=by)
    assert (_state(inspection).state, Briefing.objects.count()) == ("ready", 2)


def test_attendee_put_back_is_briefed_only_if_they_were_there_to_be_briefed(inspection, by) -> None:
    ann, bob = _add(inspection), _add(inspection, "Bob Example")
    actions.remove_attendee(attendee=bob, by=by, now=at("2011-04-01 09:30"))
    _brief(inspection, now=LATER)
    actions.remove_attendee(attendee=ann, by=by, now=at("2011-04-01 10:30"))
    for attendee in (ann, bob):
        actions.restore_attendee(attendee=attendee, by=by, now=LAST)
    assert _state(inspection).missing == ("Added since the briefing: Bob Example.",)


def test_briefing_taken_back_is_owed_again_and_kept_on_record(inspection, by) -> None:
    _add(inspection)
    _brief(inspection, now=NOW)
    key = _key(inspection)
    results = [actions.undo_briefing(inspection=inspection, group=key, by=by, now=LATER) for _ in range(2)]
    assert results == [True, False]
    assert (_state(inspection).state, _state(inspection).briefed_at) == ("partial", None)
    assert (Briefing.objects.get().undone_at, Briefing.objects.get().undone_by) == (LATER, by)
    assert _verbs(inspection) == ["attendee added", "attendees briefed", "briefing taken back"]
    _brief(inspection, now=LAST)
    assert _state(inspection).state == "ready"
