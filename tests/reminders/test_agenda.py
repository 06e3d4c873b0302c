"""The group's agenda: in the weekly email before and after the call, and as a page."""

import re
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import vacate_post
from accounts.models import Role
from audits.exports.actions import record_handed_over, request_export
from audits.models import AuditExport
from audits.moderating.follow_up_actions import add_follow_up
from audits.writing.actions import extend_audit
from audits.writing.concerns import acknowledge_concern, raise_concern
from contact.actions import record_contact, record_set_up_meeting
from contact.requests_actions import answer_request, record_request
from documents.reviews.actions import return_document
from documents.state import states
from inspections.actions import set_owners, withdraw
from inspections.audit import record
from inspections.dates_actions import move_step
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from reminders.models import Audience, Reminder
from reminders.records.agenda import SAID
from tests import reading
from tests.factories.audited import submit
from tests.factories.audits import make_selected_case
from tests.factories.crowd import crowd
from tests.factories.documents import complete
from tests.factories.people import at, make_person, make_post
from tests.reading import sign_in
from tests.reminders.conftest import CALL

pytestmark = pytest.mark.django_db


def agendas(person) -> list[str]:
    """The weekly reminder times whose agenda the person was sent, in order."""
    rows = Reminder.objects.filter(person=person, audience=Audience.GROUP).order_by("created_at", "pk")
    return [point.removeprefix("weekly:") for point in rows.values_list("point", flat=True)]


def changes(scene) -> None:
    """A week's work, with words in it that nobody else should read."""
    given = {"inspection": scene.inspection, "by": scene.coordinator, "now": at("2011-04-20 12:00")}
    complete(scene.inspection, "3", now=at("2011-04-20 11:00"))
    contents = states(snapshot_of(scene.inspection, now=given["now"]))["3"].contents
    return_document(document="3", contents=contents, reason="Names Jo Bloggs", **given)
    set_owners(item="document:5", posts=[make_post(scene.council, "Head of Testing")], **given)
    move_step(step_key="case-list", first=date(2011, 4, 27), reason="Jo Bloggs is ill", **given)
    vacate_post(post=scene.oscar.holdings.get().post, by=scene.coordinator, now=given["now"])


def test_agenda_goes_on_weekly_after_the_call_and_once_to_each(scene):
    member = make_person(scene.council, Role.MEMBER, name="Mia Member")
    scene.tick(CALL)
    # The reminder time of the day of the call lies before it; that of Easter Monday waits for Tuesday.
    assert agendas(member) == []
    scene.tick("2011-04-26 08:59")
    queued = scene.tick("2011-04-26 09:00").queued
    assert len({each.message.to for each in queued}) == len(queued)
    scene.tick("2011-04-26 09:01")
    assert agendas(member) == agendas(scene.coordinator) == ["2011-04-25"]
    assert agendas(scene.olive) == agendas(scene.office) == []
    (mail,) = scene.mails(member)
    framework = scene.inspection.framework
    unowned = len(framework.documents) - 3 + len(framework.focus_groups)
    assert mail.subject.startswith("Agenda: ")
    assert f"{unowned} without an owner – Full inspection" in mail.subject
    # The coordinator is told what is late on that day anyway, in the same email.
    (last,) = [each.message for each in queued if each.message.to == scene.coordinator.email]
    assert last.subject.startswith("Reminder: ")
    assert mail.text.count("Due by the next meeting, Monday 2 May 2011:") == 1
    # What that email names already is not named in its agenda once more.
    for document in ("1", "3", "10"):
        title = f". {framework.document(document).title}\n   Late"
        assert (mail.text.count(title), last.text.count(title)) == (1, 1)
    assert last.text.count("Late, or due by the next meeting, Monday 2 May 2011: the ") == 1
    assert mail.html.count("Agenda: owners still tbc") == 1
    # A week in which no tick ran is not made up for, and nothing of it is left out.
    changes_made = at("2011-05-06 12:00")
    vacate_post(post=scene.olive.holdings.get().post, by=None, now=changes_made)
    scene.tick("2011-05-17 10:00")
    assert agendas(member) == ["2011-04-25", "2011-05-16"]
    assert "Changed since 26 April 2011:\n\nPeople and posts\n- Chair: is vacant\n" in scene.mails(member)[-1].text
    withdraw(inspection=scene.inspection, reason="Deferred", by=None, now=at("2011-05-20 10:00"))
    assert scene.tick("2011-05-23 09:00").queued == []


def test_agenda_tells_what_changed_in_our_own_words(scene):
    scene.tick(CALL)
    changes(scene)
    scene.tick("2011-04-26 09:00")
    mail = scene.mails(scene.coordinator)[-1]
    titles = {key: scene.inspection.framework.document(key).title for key in ("3", "5")}
    said = mail.text.partition("Changed since 18 April 2011:\n\n")[2].partition("The agenda as it is now")[0]
    files = next(line for line in said.splitlines() if "added" in line)
    assert said.splitlines() == [
        "Documents",
        files,
        f"- {titles['3']}: returned",
        "",
        "Owners",
        f"- {titles['5']}: now with Head of Testing",
        "",
        "Dates",
        f"- Step moved: {scene.inspection.framework.step('case-list').title} from 21 April 2011 to 27 April 2011",
        "",
        "People and posts",
        "- Lead: is vacant",
        "",
    ]
    assert files.startswith(f"- {titles['3']}: ")
    assert "Bloggs" not in mail.text + mail.html
    assert ".pdf" not in mail.text + mail.html


def test_agenda_tells_of_contact_with_the_inspectors_and_none_of_its_words(scene):
    scene.tick(CALL)
    here = {"inspection": scene.inspection, "by": scene.office}
    words = {"about": "figures", "asked_by": "Ines Example", "text": "Of Jo Bloggs"}
    asked = record_request(
        **here,
        **words,
        asked_at=CALL,
        due=at("2011-04-28 12:00"),
        once=uuid4(),
        now=at("2011-04-19 10:00"),
    )
    answered = {"how": "email", "answered_at": at("2011-04-20 10:00"), "text": "Jo Bloggs", "evidence": "bloggs.pdf"}
    answer_request(request=asked, by=scene.office, now=at("2011-04-20 10:00"), **answered)
    for moment in ("2011-04-20 11:00", "2011-04-20 12:00"):
        call = {"how": "call", "at": CALL, "with_whom": "Ines Example", "by_whom": "Dan", "said": "Jo Bloggs"}
        record_contact(**here, **call, once=uuid4(), now=at(moment))
    for day in ("2011-04-26", "2011-04-27"):
        meeting = {"held_at": at(f"{day} 10:00"), "place": "Bloggs House", "notes": "Jo Bloggs"}
        record_set_up_meeting(**here, **meeting, now=at("2011-04-20 13:00"))
    scene.tick("2011-04-26 09:00")
    mail = scene.mails(scene.coordinator)[-1]
    said = mail.text.partition("Changed since 18 April 2011:\n\n")[2].partition("The agenda as it is now")[0]
    assert said.splitlines() == [
        "Contact with the inspectors",
        "- Inspectors’ request 1: figures or a list, asked for",
        "- Inspectors’ request 1: figures or a list, answered",
        "- Contact with an inspector: logged 2 times",
        "- Set-up meeting: 27 April 2011 at 10am",
        "",
    ]
    assert "loggs" not in mail.text + mail.html


def test_agenda_tells_of_audits_and_not_whose_audit_it_is(scene):
    scene.tick(CALL)
    given = {"by": scene.office, "now": at("2011-04-20 10:00")}
    cases = [make_selected_case(scene.inspection, identifier=f"Secret-{number}", **given) for number in (1, 2)]
    for case in cases:
        submit(case, now=CALL)
        add_follow_up(audit=case.audit, what="Visit Jo Bloggs", who="Jo Bloggs", due_on=date(2011, 5, 1), **given)
        raise_concern(audit=case.audit, words="Jo Bloggs", **given | {"by": None})
        acknowledge_concern(audit=case.audit, done="Jo Bloggs is safe", **given)
    export, _ = request_export(inspection=scene.inspection, selection="initial", **given)
    # As the worker leaves it.
    AuditExport.objects.update(state=AuditExport.State.READY, made_at=given["now"], cases=[1, 2])
    record(scene.inspection, verb="audits exported", subject=str(export), detail={}, **given)
    handed = {"recipient": "Jo Bloggs", "how": "On paper", "handed_over_at": given["now"], "is_partial": False}
    record_handed_over(export=export, once=uuid4(), **handed, **given)
    extend_audit(
        audit=make_selected_case(scene.inspection, **given).audit, to=at("2011-06-01 12:00"), why="Ill", **given
    )
    scene.tick("2011-04-26 09:00")
    mail = scene.mails(scene.coordinator)[-1]
    said = mail.text.partition("Changed since 18 April 2011:\n\n")[2].partition("The agenda as it is now")[0]
    assert said.splitlines() == [
        "Also done",
        "- Audits of cases: 2 follow-up actions added",
        "- Audit export 1: asked for",
        "- Audit export 1: ready",
        "- Audit export 1: recorded as handed over",
        "- Case 3: its audit given more time",
        "",
    ]
    assert [word for word in ("Bloggs", "Secret-", "concern") if word in mail.text + mail.html] == []


# Verbs of the audits that the agenda leaves out: drafts, files, people's parts and own cases, immediate concerns.
UNSAID = {
    "audit written",
    "contribution written",
    "file added to an audit",
    "file removed from an audit",
    "audit passed on",
    "own case declared",
    "immediate concern raised",
    "immediate concern acknowledged",
}


def test_every_verb_of_the_audits_is_said_or_left_out_on_purpose():
    sources = [path.read_text() for path in (Path(settings.BASE_DIR) / "audits").rglob("*.py")]
    recorded = re.compile(r'record(?:_on_case|_of_auditor)?\([^)]*?verb="([^"]+)"', re.DOTALL)
    verbs = {verb for source in sources for verb in recorded.findall(source)}
    assert len(verbs) > len(UNSAID)
    assert verbs - set(SAID) == UNSAID


def test_weekly_summary_before_the_call_has_the_agenda_for_the_group_alone(waiting):
    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    waiting.tick("2011-04-04 09:00")
    (mail,) = waiting.mails(waiting.coordinator)
    assert mail.text.count("Owners still tbc:") == 1
    assert mail.text.count("All documents that are incomplete or going out of date:") == 1
    (mail,) = waiting.mails(waiting.olive)
    assert "agenda" not in mail.text.lower()


def test_agenda_is_a_page_of_what_is_late_due_missing_and_changed(scene, time_machine):
    scene.tick(CALL)
    changes(scene)
    time_machine.move_to(at("2011-04-21 09:00"))
    response = sign_in(scene.office).get(reverse("reminders:agenda", args=[scene.inspection.slug]))
    assert reading.texts(response, "//main//h2") == [
        "1. Late",
        "2. Due by the next meeting, Monday 25 April 2011",
        "3. Owners still tbc, posts vacant",
        "4. Going out of date",
        "5. Changed since the meeting of 18 April 2011",
    ]
    assert reading.texts(response, "//main//h3") == ["Documents", "Owners", "Dates", "People and posts"]
    assert "Bloggs" not in response.content.decode()


@pytest.mark.database
def test_agenda_asks_as_many_questions_of_thirty_of_everything_as_of_one(scene, time_machine):
    time_machine.move_to(at("2011-04-21 09:00"))
    client, counts = sign_in(scene.coordinator), []
    for _ in range(2):
        crowd(scene.inspection, 1 if not counts else 29)
        client.get(reverse("reminders:agenda", args=[scene.inspection.slug]))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("reminders:agenda", args=[scene.inspection.slug]))
        counts.append(len(captured))
        time_machine.shift(timedelta(minutes=1))
    assert counts[0] == counts[1]
