"""Who inspects, the set-up meeting and the log."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Event, Role
from contact import actions
from contact.models import Contact, SetUpMeeting
from inspections import inspectors_actions
from inspections.models import Inspector
from refusals import Refused
from tests import reading
from tests.factories.contact import meet
from tests.factories.people import at, make_person
from tests.reading import by_class, sign_in
from tests.timetable.worked import worked_example

pytestmark = pytest.mark.django_db

NOW = at("2011-04-20 09:00")


@pytest.fixture
def inspection() -> Iterator:
    with time_machine.travel(NOW, tick=False):
        yield worked_example()


@pytest.fixture
def office(inspection):
    return make_person(inspection.council, Role.DCS_OFFICE, name="Dina Sample")


def _add(inspection, name: str, part: str = "inspector") -> Inspector:
    return inspectors_actions.add_inspector(inspection=inspection, name=name, part=part, by=None, now=NOW)


def test_one_inspector_leads_at_a_time(inspection, office) -> None:
    lead = _add(inspection, "Ines Example", "lead")
    with pytest.raises(Refused, match="Ines Example is the lead inspector") as refused:
        _add(inspection, "Noor Example", "lead")
    assert refused.value.field == "part"
    with pytest.raises(Refused, match="on the list already"):
        _add(inspection, "ines  example")
    inspectors_actions.remove_inspector(inspector=lead, by=office, now=NOW)
    _add(inspection, "Noor Example", "lead")
    with pytest.raises(Refused, match="Noor Example is the lead inspector"):
        inspectors_actions.restore_inspector(inspector=lead, by=office, now=NOW)
    assert [person.name for person in Inspector.objects.filter(removed_at=None)] == ["Noor Example"]


def test_inspectors_are_shown_to_whoever_sees_the_timetable(inspection, office) -> None:
    meet(inspection, by=office, now=NOW)
    _add(inspection, "Ann Example", "health")
    lines = [
        "Ines Example, lead inspector, 01632 960777, ines@example.org",
        "Ann Example, cqc inspector",
    ]
    owner = make_person(inspection.council, Role.OWNER)
    for person, page in ((office, "countdown"), (owner, "days")):
        response = sign_in(person).get(reverse(f"timetable:{page}", args=[inspection.slug]))
        assert [text.lower() for text in reading.texts(response, by_class("house-inspectors") + "/li")] == [
            line.lower() for line in lines
        ]


def test_contact_is_logged_once_and_its_words_go_for_good(inspection, office) -> None:
    client, address = sign_in(office), reverse("contact:add-contact", args=[inspection.slug])
    sent = {"how": "call", "on_day": "20", "on_month": "4", "on_year": "2011", "at": "8:45am", "with_whom": "Ines"}
    sent |= {"by_whom": "Dina Sample", "said": "About Zebedee Fictional", "once": str(uuid.uuid4())}
    assert reading.success(client.post(address, sent, follow=True)) == ["Logged: contact with Ines."]
    client.post(address, sent)
    contact = Contact.objects.get()
    assert (contact.at, contact.said) == (at("2011-04-20 08:45"), "About Zebedee Fictional")
    address = reverse("contact:withdraw-contact", args=[inspection.slug, contact.pk])
    assert "deleted for good" in reading.main(client.get(address))
    assert Contact.objects.get().said == "About Zebedee Fictional"
    page = client.post(address, follow=True)
    (row,) = reading.rows(page, "Calls, emails and meetings with the inspectors, latest first")
    assert row[3] == "Taken out of the log 20 April 2011 at 9am by Dina Sample"
    assert Contact.objects.get().said == ""
    assert [event.verb for event in Event.objects.order_by("pk")] == ["logged", "withdrawn from the log"]
    assert "Zebedee" not in "".join(f"{event.subject}{event.detail}" for event in Event.objects.all())


def test_contact_still_to_come_is_refused_beside_its_field(inspection, office) -> None:
    facts = {"how": "call", "with_whom": "Ines", "by_whom": "Dina", "once": uuid.uuid4(), "by": office, "now": NOW}
    with pytest.raises(Refused) as refused:
        actions.record_contact(inspection=inspection, at=NOW + timedelta(minutes=1), **facts)
    assert (refused.value.field, Contact.objects.count()) == ("on", 0)


def test_form_of_one_inspection_is_refused_for_another(inspection, office) -> None:
    facts = {"how": "call", "with_whom": "Ines", "by_whom": "Dina", "at": NOW, "by": office, "now": NOW}
    once = uuid.uuid4()
    actions.record_contact(inspection=worked_example(), once=once, **facts)
    with pytest.raises(Refused, match="was used somewhere else already"):
        actions.record_contact(inspection=inspection, once=once, **facts)
    assert Contact.objects.filter(inspection=inspection).count() == 0


def test_set_up_meeting_keeps_what_was_written_before(inspection, office) -> None:
    who = {"inspection": inspection, "by": office, "now": NOW}
    assert actions.record_set_up_meeting(held_at=NOW, place="Room 1", **who) is True
    assert actions.record_set_up_meeting(held_at=NOW, place=" Room  1", **who) is False
    assert actions.record_set_up_meeting(held_at=NOW, place="Room 1", notes="Agreed.", **who) is True
    assert list(SetUpMeeting.objects.values_list("notes", flat=True)) == ["Agreed.", ""]
    page = sign_in(office).get(reverse("contact:contact", args=[inspection.slug]))
    assert "20 April 2011 at 9am, Room 1" in reading.texts(page, "//main//p")
    assert "Agreed." in reading.texts(page, "//main//p")


def test_contact_page_says_what_belongs_there_while_it_is_empty(inspection, office) -> None:
    page = sign_in(office).get(reverse("contact:contact", args=[inspection.slug]))
    assert reading.texts(page, by_class("govuk-body-l")) == ["Nothing has been asked for yet."]
    assert reading.texts(page, by_class("house-empty") + "/h3 | " + by_class("house-empty") + "/h2") == [
        "Nothing waits for an answer"
    ]
