"""A second framework, as different from the paper's as the format allows, works on every page without its own code."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings as project
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from icalendar import Calendar

import tests.table as table
from accounts import address_changes
from accounts.invitations import invite_person, join, path_of
from accounts.models import AddressChange, Council, Role, User
from audits.models import Assignment, Audit, AuditFile
from audits.moderating.follow_up_actions import add_follow_up
from audits.stored_files import FOLDER as AUDIT_FILES
from cases.stored_files import FOLDER
from documents.evidence import actions as papers
from documents.evidence.previews import make as make_preview
from documents.meetings.actions import expect_meetings
from documents.models import File, Version
from documents.reviews import actions as reviewing
from evidencepack.models import PDF, Pack, PackState
from feeds.actions import make_feed
from feeds.models import FeedKind
from feeds.secret import token_of
from focusgroups import actions as groups
from frameworks import Framework
from inspections.actions import open_inspection, record_notification
from inspections.closures import add_closure
from inspections.models import Inspection
from inspections.owners_actions import keep_owners_file
from readiness import mailbox
from tests import reading
from tests.access.imports import fill as fill_imports
from tests.access.reminders import first_coming
from tests.audits.making import give_part, store_file
from tests.cases.exports.acts import ready_export
from tests.factories.audited import make_export, submit
from tests.factories.audits import make_selected_case
from tests.factories.contact import meet
from tests.factories.documents import add, pdf_bytes, received
from tests.factories.intake import archive, folder_zip, wait
from tests.factories.moderated import moderated_case
from tests.factories.people import PASSWORD, at, make_council, make_ownership, make_person, make_post
from tests.reading import sign_in
from tests.test_house import facts

TINY = Path(project.BASE_DIR) / "tests" / "data" / "frameworks"
FACTS = sorted(fact.lower() for fact in facts())
OPENED, CALLED, MORNING = at("2030-06-03 09:00"), date(2030, 6, 12), at("2030-06-13 09:00")


@dataclass
class World:
    """Somebody with every role in a council with two inspections of the tiny framework: to come, and notified."""

    council: Council
    person: User
    inspections: dict[str, Inspection]

    def things(self, state: str) -> dict[str, Any]:
        inspection = self.inspections[state]
        return {
            "slug": inspection.slug,
            "council": self.council.slug,
            "version": Version.objects.filter(file__inspection=inspection).order_by("pk")[0].pk,
            "file": File.objects.filter(inspection=inspection).order_by("pk")[0].pk,
            "meeting": inspection.expected_meetings.get().pk,
            "archive": inspection.intake_archives.get().pk,
            "owners file": inspection.owner_imports.get().pk,
            "closure": self.council.closure_days.get().pk,
            "person": self.person.pk,
            "invitation": self.council.invitations.get(),
            "address change": AddressChange.objects.get(user=self.person),
            "child": inspection.children.order_by("pk")[0].key,
            "import file": inspection.case_imports.get(number=4).files.get().pk,
            "contact": inspection.contacts.get().pk,
            "inspector": inspection.inspectors.get().pk,
            "feed": self.person.feeds.get(),
            "case": inspection.selected_cases.order_by("pk")[0].number,
            "moderated": inspection.selected_cases.order_by("pk")[2].number,
            "contributed": inspection.selected_cases.order_by("pk")[1].number,
            "part": Assignment.objects.filter(audit__case__inspection=inspection, part="auditor").order_by("pk")[0].pk,
            "audit file": AuditFile.objects.get(audit__case__inspection=inspection).pk,
            "post": self.person.holdings.order_by("pk")[0].post_id,
        }


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("tiny")
    own = {
        "FRAMEWORK_DIRS": [TINY],
        "UPLOADS_DIR": folder / "uploads",
        "PACKS_DIR": folder / "packs",
        "MAILBOX_DIR": folder / "mailbox",
    }
    with (
        override_settings(**own),
        django_db_blocker.unblock(),
        time_machine.travel(MORNING, tick=False),
        transaction.atomic(),
    ):
        yield _filled()
        transaction.set_rollback(True)


def _filled() -> World:
    council = make_council("Tinytown")
    person = make_person(council, *Role, name="Toni Sample")
    invite_person(
        council=council, email="new@example.org", full_name="Nia New", roles=[Role.OWNER], by=person, now=OPENED
    )
    address_changes.ask_for_address(council=council, user=person, email="toni.new@example.org", by=person, now=OPENED)
    found = {}
    for state in ("to come", "notified"):
        found[state] = open_inspection(
            council=council,
            title=f"Tiny visit {state}",
            framework_key="tiny-2030",
            plan_key="tinytown",
            by=person,
            now=OPENED,
        )
        _fill(found[state], person)
    for invitation in council.invitations.exclude(email="new@example.org"):
        join(invitation=invitation, full_name=invitation.full_name, password=PASSWORD, now=OPENED)
    record_notification(inspection=found["notified"], notified_on=CALLED, by=person, now=MORNING)
    # A nil return is an owner's word.
    post = make_post(council, "A post of Toni's", person)
    make_ownership(found["to come"], "document:4", post)
    make_ownership(found["notified"], "document:4", post)
    make_feed(council=council, user=person, kind=FeedKind.TIMETABLE, now=MORNING)
    add_closure(council=council, date=date(2030, 6, 26), reason="Summer fair", by=person, now=MORNING)
    head = f"X-Envelope-To: {person.email}\r\nSubject: Hello\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"
    mailbox.store(project.MAILBOX_DIR / "20300613T080000000000-0123abcd.eml", head.encode())
    return World(council, person, found)


def _fill(inspection: Inspection, person: User) -> None:
    facts: dict[str, Any] = {"by": person, "now": OPENED}
    version = add(inspection, "1", "notes", as_at=date(2030, 5, 1), **facts).version
    make_preview(version)
    wait(inspection, "Notes of the partnership 2030-05-06.pdf", **facts)
    archive(inspection, folder_zip("Learning reviews.pdf"), **facts)
    papers.replace_file(file=version.file, received=received(), as_at=date(2030, 5, 2), **facts)
    expect_meetings(inspection=inspection, document="1", part="notes", days=[date(2030, 5, 2)], **facts)
    reviewing.state_nil_return(inspection=inspection, document="4", part="reviews", reason="There was none.", **facts)
    groups.add_attendee(inspection=inspection, group="care-2", name="Ann Example", **facts)
    keep_owners_file(
        inspection=inspection, file_name="owners.csv", content=b"Number,Document,Owner\n1,,Hub Manager\n", **facts
    )
    meet(inspection, **facts)
    fill_imports(inspection, person)
    child, another, third = inspection.children.order_by("pk")[:3]
    case = make_selected_case(inspection, selection="closer", child=child, **facts)
    give_part(case.audit, person)
    store_file(case.audit)
    Audit.objects.filter(pk=case.audit.pk).update(concern_at=OPENED, concern="Made up")
    add_follow_up(audit=case.audit, what="Visit again", who="The hub", due_on=date(2030, 7, 1), **facts)
    contributed = make_selected_case(inspection, selection="closer", child=another, **facts)
    give_part(contributed.audit, person, Assignment.Part.CONTRIBUTOR)
    answers = {"found-again": "kindness"}
    moderated_case(inspection, "strong", "sound", selection="closer", child=third, answers=answers, now=OPENED)
    audits = make_export(inspection, "closer", [case.number])
    audits.files.create(kind="pdf", name="audits.pdf", stored_name=uuid4().hex, size=9, sha256="0" * 64)
    path = AUDIT_FILES.path_of(str(audits.files.get().stored_name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"stands for a PDF")
    export = ready_export(inspection, stored_name=uuid4().hex)
    path = FOLDER.path_of(str(export.files.get().stored_name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"stands for a workbook")
    pack = Pack.objects.create(
        inspection=inspection,
        number=1,
        state=PackState.READY,
        requested_at=OPENED,
        free_at=OPENED,
        finished_at=OPENED,
        pdf_sha256="0" * 64,
        zip_sha256="0" * 64,
    )
    pack.folder.mkdir(parents=True)
    (pack.folder / PDF).write_bytes(b"stands for a pack")


@pytest.fixture
def client(world, db) -> Client:
    return sign_in(world.person)


# What an address names, by the url name; the rest need the slug of the inspection or the council alone.
Named = Callable[[dict[str, Any]], dict[str, Any]]
NAMED: dict[str, Named] = {
    "accounts:invitation": lambda t: {"token": path_of(t["invitation"]).strip("/").rpartition("/")[2]},
    "accounts:confirm-address": lambda t: {
        "token": address_changes.path_of(t["address change"]).strip("/").rpartition("/")[2]
    },
    "accounts:invited": lambda t: {"pk": t["invitation"].pk},
    "accounts:person": lambda t: {"pk": t["person"]},
    "accounts:change-address": lambda t: {"pk": t["person"]},
    "accounts:remove-person": lambda t: {"pk": t["person"]},
    "accounts:password-reset-set": lambda t: {"uidb64": "MQ", "token": "not-a-token"},
    "audits:acknowledge": lambda t: {"number": t["case"]},
    "audits:assign": lambda t: {"number": t["case"]},
    "audits:case": lambda t: {"number": t["case"]},
    "audits:case-pdf": lambda t: {"number": t["case"]},
    "audits:contribution": lambda t: {"number": t["contributed"]},
    "audits:end-part": lambda t: {"number": t["case"], "pk": t["part"]},
    "audits:export": lambda t: {"number": 1},
    "audits:export-file": lambda t: {"number": 1, "kind": "pdf"},
    "audits:extend": lambda t: {"number": t["case"]},
    "audits:file": lambda t: {"number": t["case"], "pk": t["audit file"]},
    "audits:own-case": lambda t: {"number": t["case"]},
    "audits:pass-on": lambda t: {"number": t["case"]},
    "audits:selection": lambda t: {"selection": "closer"},
    "audits:moderate": lambda t: {"number": t["moderated"]},
    "audits:add-follow-up": lambda t: {"number": t["case"]},
    "audits:close-follow-up": lambda t: {"number": t["case"], "action": 1},
    "audits:take-out": lambda t: {"number": t["case"]},
    "cases:analysis": lambda t: {"list": "in-care"},
    "cases:bring-back": lambda t: {"number": 1},
    "cases:child": lambda t: {"key": t["child"]},
    "cases:erase-child": lambda t: {"key": t["child"]},
    "cases:export": lambda t: {"number": 1},
    "cases:export-file": lambda t: {"number": 1, "kind": "workbook"},
    "cases:export-list": lambda t: {"list": "in-care", "fmt": "csv"},
    "cases:export-log": lambda t: {"fmt": "csv"},
    "cases:import": lambda t: {"number": 3},
    "cases:import-faults": lambda t: {"number": 4},
    "cases:import-file": lambda t: {"number": 4, "pk": t["import file"]},
    "cases:import-rows": lambda t: {"number": 3, "list": "in-care"},
    "cases:list": lambda t: {"list": "in-care"},
    "cases:marked-copy": lambda t: {"number": 4, "pk": t["import file"]},
    "cases:state-empty": lambda t: {"list": "missing"},
    "cases:survey": lambda t: {"survey": "families"},
    "cases:survey-letter": lambda t: {"survey": "families", "key": t["child"]},
    "cases:survey-letters": lambda t: {"survey": "families"},
    "contact:withdraw-contact": lambda t: {"pk": t["contact"]},
    "contact:change-inspector": lambda t: {"pk": t["inspector"]},
    "contact:request": lambda t: {"number": 1},
    "contact:change-request": lambda t: {"number": 1},
    "contact:withdraw-request": lambda t: {"number": 1},
    "documents:document": lambda t: {"key": "1"},
    "documents:export": lambda t: {"fmt": "csv"},
    "documents:upload": lambda t: {"key": "1", "part": "notes"},
    "documents:nil-return": lambda t: {"key": "4", "part": "reviews"},
    "documents:meetings": lambda t: {"key": "1", "part": "notes"},
    "documents:meeting": lambda t: {"pk": t["meeting"]},
    "documents:file": lambda t: {"pk": t["file"]},
    "documents:move": lambda t: {"pk": t["file"]},
    "documents:replace": lambda t: {"pk": t["file"]},
    "documents:describe": lambda t: {"pk": t["file"]},
    "documents:remove": lambda t: {"pk": t["file"]},
    "documents:download": lambda t: {"pk": t["version"]},
    "documents:download-anyway": lambda t: {"pk": t["version"]},
    "documents:preview": lambda t: {"pk": t["version"]},
    "documents:thumbnail": lambda t: {"pk": t["version"]},
    "documents:picture": lambda t: {"pk": t["version"], "page": 1},
    "evidencepack:pack": lambda t: {"number": 1},
    "evidencepack:download": lambda t: {"number": 1, "kind": "pdf"},
    "feeds:feed": lambda t: {"pk": t["feed"].pk, "token": token_of(t["feed"])},
    "feeds:renew": lambda t: {"kind": "timetable"},
    "feeds:end": lambda t: {"kind": "timetable"},
    "focusgroups:group": lambda t: {"key": "leavers-1"},
    "intake:progress": lambda t: {"pk": t["archive"]},
    "inspections:check-owners": lambda t: {"pk": t["owners file"]},
    "inspections:date": lambda t: {"kind": "event", "key": "conference"},
    "inspections:own-item": lambda t: {"item": "document:4"},
    "inspections:post": lambda t: {"pk": t["post"]},
    "inspections:vacate-post": lambda t: {"pk": t["post"]},
    "inspections:remove-closure": lambda t: {"pk": t["closure"]},
    "mailbox-message": lambda t: {"name": "20300613T080000000000-0123abcd"},
    "reminders:coming-html": lambda t: first_coming(t["slug"]),
    "reminders:coming-mail": lambda t: first_coming(t["slug"]),
    "reminders:export": lambda t: {"fmt": "csv"},
    "timetable:month-of": lambda t: {"year": 2030, "month": 6},
    "timetable:trend-export": lambda t: {"fmt": "csv"},
    "timetable:record": lambda t: {"step": "letters-to-families"},
}
PAGES = sorted({row.name for row in table.ROWS if row.method == "GET"})


def _address(name: str, world: World, state: str) -> str:
    things = world.things(state)
    kwargs = NAMED[name](things) if name in NAMED else {}
    return reverse(name, kwargs={**kwargs, **{part: things[part] for part in PARTS[name] if part not in kwargs}})


def _patterns(patterns: list, space: str = "") -> Iterator[tuple[str, list[str]]]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _patterns(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}", list(pattern.pattern.converters)


PARTS = dict(_patterns(get_resolver().url_patterns))


def _said(response: Any) -> str:
    body = b"".join(response) if response.streaming else response.content
    return body.decode(errors="replace")


@pytest.mark.parametrize("state", ["to come", "notified"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_answers_and_says_nothing_of_another_framework(client, world, name, state) -> None:
    response = client.get(_address(name, world, state))
    assert response.status_code in {200, 302}
    text = _said(response).lower()
    assert [fact for fact in FACTS if fact in text] == []


def _titles(client: Client, world: World, name: str, state: str = "notified") -> str:
    return reading.main(client.get(_address(name, world, state)))


def _framework(world: World) -> Framework:
    return world.inspections["notified"].framework


OWN_TITLES: dict[str, Callable[[Framework], list[str]]] = {
    "documents:list": lambda f: [document.title for document in f.documents],
    "documents:document": lambda f: [f.document("1").title, *(part.label for part in f.document("1").parts)],
    "documents:upload": lambda f: [f.document("1").title],
    "intake:sort": lambda f: [part.label for document in f.documents for part in document.parts],
    "focusgroups:list": lambda f: [*(g.title for g in f.focus_groups), *(p.label for p in f.preparation)],
    "focusgroups:group": lambda f: [f.group("leavers-1").title, f.strand("leavers").title],
    "timetable:countdown": lambda f: [step.title for step in f.steps],
    "timetable:days": lambda f: [step.title for step in f.steps],
    "timetable:chart": lambda f: [step.title for step in f.steps],
    "timetable:month": lambda f: [step.title for step in f.steps if step.timing.anchor == "notified"],
    "timetable:record": lambda f: [f.step("letters-to-families").title, f.step("letters-to-families").explanation],
    "timetable:my-work": lambda f: [f.step("send-papers").title],
    "dashboard": lambda f: [*(strand.title for strand in f.strands), *(group.title for group in f.focus_groups)],
    "summary": lambda f: [strand.title for strand in f.strands],
    "inspections:owners": lambda f: [*(d.title for d in f.documents), *(g.title for g in f.focus_groups)],
    "inspections:date": lambda f: [anchor.title for anchor in f.anchors if anchor.key == "conference"],
    "inspections:dates": lambda f: [*(s.title for s in f.steps), *(a.title for a in f.anchors[1:])],
    "inspections:own-item": lambda f: [f.document("4").title],
    "inspections:list": lambda f: [f.phase("call").title],
    "open-inspection": lambda f: [f.title],
    "audits:selection": lambda f: [each.title for each in f.case_selections],
    "audits:sample": lambda f: [each.title for each in f.case_selections],
    "audits:exports": lambda f: [f.case_selections[0].title],
    "audits:moderate": lambda f: [f.grades[0].label, f.grades[1].label],
    "audits:agreement": lambda f: [*(grade.label for grade in f.grades), f.case_selections[0].title],
    "audits:themes": lambda f: [*(grade.label for grade in f.grades), *(theme.label for theme in f.audit_themes)],
    "audits:case": lambda f: [*(q.title for q in f.audit_questions), *(theme.label for theme in f.audit_themes)],
    "cases:lists": lambda f: [case_list.title for case_list in f.case_lists],
    "cases:list": lambda f: [f.case_lists[0].title],
    "cases:surveys": lambda f: [survey.title for survey in f.surveys],
}


@pytest.mark.parametrize("name", OWN_TITLES)
def test_page_shows_the_tiny_frameworks_own_titles(client, world, name) -> None:
    said = _titles(client, world, name)
    assert [title for title in OWN_TITLES[name](_framework(world)) if title not in said] == []


def test_before_the_call_counts_the_two_documents(client, world) -> None:
    response = client.get(_address("timetable:before-the-call", world, "to come"))
    assert reading.texts(response, reading.by_class("govuk-body-l")) == [
        "1 of 2 documents would be ready; 1 would be late."
    ]
    found = reading.rows(response, "The council’s deadlines if the call came today")
    assert [row[2] for row in found] == [
        "Both papers ready",
        "Papers sent to the visitors",
        "Meetings arranged",
        _framework(world).step("letters-to-families").title,
        _framework(world).step("closer-audited").title,
        _framework(world).step("closer-sent").title,
        _framework(world).step("corrections").title,
    ]


def test_countdown_counts_to_the_tiny_last_day_with_its_own_times(client, world) -> None:
    response = client.get(_address("timetable:countdown", world, "notified"))
    assert reading.heading(response) == "Day 2 of 20 · Thursday 13 June 2030"
    assert reading.texts(response, reading.by_class("govuk-caption-l")) == ["Tiny visit notified · After the call"]
    assert reading.texts(response, reading.by_class("house-next") + "/p")[0] == (
        "2 hours 30 minutes to the next deadline: 13 June 2030 at 11:30am (day 2)"
    )
    apart = reading.texts(response, "//main/ul[contains(@class, 'govuk-list--bullet')]/li")
    assert [text.partition(" (")[0] for text in apart][-2:] == [
        _framework(world).step("conference").title,
        "Late Inspectors’ request 1: figures or a list",
    ]


def test_a_group_is_ready_by_what_the_tiny_framework_asks(client, world) -> None:
    """It asks for an owner and attendees, and for no briefing."""
    response = client.get(reverse("focusgroups:group", args=[world.inspections["notified"].slug, "care-2"]))
    assert reading.texts(response, reading.by_class("govuk-body-l")) == ["No owner yet."]
    marks = reading.texts(response, "//main" + reading.by_class("house-marks") + "//li")
    assert marks == ["Owner known : not yet", "Attendees named : done"]


def test_a_group_waits_for_the_cases_that_the_tiny_framework_selects(client, world) -> None:
    response = client.get(reverse("focusgroups:group", args=[world.inspections["notified"].slug, "care-1"]))
    (said,) = reading.texts(response, "//main" + reading.by_class("govuk-inset-text"))
    assert said == "Who takes part depends on the cases that the visitors select on day 3, 17 June 2030."


def test_handing_over_the_audits_is_done_by_the_tiny_frameworks_own_step(client, world, capsys) -> None:
    inspection = world.inspections["notified"]
    for case in inspection.selected_cases.filter(number__in=[1, 2]):
        submit(case, now=MORNING)
    export = make_export(inspection, "closer", [1, 2, 3], now=MORNING)
    form = {"recipient": "A visitor", "how": "On paper", "time": "09:00", "once": str(uuid4())}
    day = {"day_day": "13", "day_month": "6", "day_year": "2030"}
    address = reverse("audits:record-handed-over", args=[inspection.slug, export.number])
    assert reading.success(client.post(address, form | day, follow=True)) == [
        f"Recorded: Audit export {export.number} was handed over to A visitor."
    ]
    call_command("duties", inspection.slug, "--format", "json")
    duties = {duty["key"]: duty for duty in json.loads(capsys.readouterr().out)}
    assert (duties["step:closer-sent"]["done"], duties["audit:closer-audited:1"]["done"]) == (True, True)


def test_duties_command_lists_the_tiny_frameworks_duties(world, db, capsys) -> None:
    call_command("duties", world.inspections["notified"].slug, "--format", "json")
    duties = {duty["key"]: duty for duty in json.loads(capsys.readouterr().out)}
    (contribution,) = (key for key in duties if key.startswith("contribution:closer-audited:2:"))
    assert set(duties) - {contribution} == {
        "document:1",
        "document:4",
        *(f"focus-group:{group.key}" for group in _framework(world).focus_groups),
        "step:send-papers",
        "step:letters-to-families",
        "step:corrections",
        *(f"audit:closer-audited:{number}" for number in (1, 2, 3)),
        "moderation:closer-sent:3",
        "step:closer-sent",
        "request:1",
    }
    assert duties["document:1"]["due"] == "2030-06-13T11:30:00+01:00"
    assert duties["document:4"]["done"] is True
    assert duties["step:letters-to-families"]["owners"] == ["Hub Manager"]
    assert duties["focus-group:care-1"]["due"] == "2030-06-13T16:00:00+01:00"
    assert duties["audit:closer-audited:2"]["due"] == "2030-06-24T16:00:00+01:00"
    assert duties["moderation:closer-sent:3"]["due"] == "2030-06-25T16:00:00+01:00"
    assert duties["step:closer-sent"]["missing"] == [
        "Case 1: not submitted.",
        "Case 2: not submitted.",
        "1 submitted audit is not recorded as handed over.",
    ]


def test_reminders_of_the_tiny_framework_are_made_from_its_duties(world, db, capsys) -> None:
    call_command("send_reminders", "--at", "2030-06-13T09:30", "--dry-run", "--format", "json")
    queued = json.loads(capsys.readouterr().out)["queued"]
    queued = [row for row in queued if row["inspection"] == world.inspections["notified"].slug]
    by_person = {row["to"]: set(row["duties"]) for row in queued}
    assert by_person["avery@example.org"] >= {"document:1", "focus-group:care-1"}
    assert by_person["blake@example.org"] >= {"focus-group:help-1", "step:letters-to-families"}
    assert {row["point"] for row in queued if row["to"] == "avery@example.org"} == {"notified"}


def test_mail_and_calendar_feed_show_the_hours_that_the_plan_sets(client, world, db, mailoutbox, capsys) -> None:
    call_command("send_reminders", "--at", "2030-06-13T09:30")
    told = "".join(mail.body for mail in mailoutbox if "notified" in mail.subject)
    assert set(re.findall("Due today at .*", told)) == {"Due today at 11:30am", "Due today at 4pm"}
    feed = world.person.feeds.get()
    events = Calendar.from_ical(client.get(reverse("feeds:feed", args=[feed.pk, token_of(feed)])).content).walk(
        "VEVENT"
    )
    ends = {str(event["summary"]): event.decoded("dtend") for event in events}
    framework = _framework(world)
    assert ends[f"Due: {framework.step('send-papers').title}"] == at("2030-06-13 16:00")
    assert ends[f"Due: {framework.step('papers').title}"] == at("2030-06-13 11:30")


def test_evidence_pack_of_the_tiny_framework(world, db, capsys, tmp_path) -> None:
    inspection = world.inspections["notified"]
    call_command("evidence_pack", inspection.slug, str(tmp_path), "--format", "json")
    answer = json.loads(capsys.readouterr().out)
    assert [(row["document"], row["supplied"]) for row in answer["items"]][:1] == [(1, True)]
    text = subprocess.run(["pdftotext", "-raw", answer["pdf"], "-"], capture_output=True, text=True, check=True).stdout
    said = " ".join(text.split())
    framework = _framework(world)
    titles = [document.title for document in framework.documents] + [group.title for group in framework.focus_groups]
    assert [title for title in titles if title not in said.replace("’", "'")] == []
    assert "NOT SUPPLIED" in said
    assert [fact for fact in FACTS if fact in said.lower()] == []


def test_a_file_is_sent_to_a_document_of_the_tiny_framework(client, world) -> None:
    inspection = world.inspections["notified"]
    file = SimpleUploadedFile("commentary.pdf", pdf_bytes(), content_type="application/pdf")
    address = reverse("documents:upload", args=[inspection.slug, "4", "commentary"])
    assert client.post(address, {"row0-file": file}).status_code == 302
    assert File.objects.filter(inspection=inspection, document="4", part="commentary").count() == 1


def test_a_step_of_the_tiny_framework_is_recorded_done(client, world) -> None:
    address = _address("timetable:record", world, "notified")
    response = client.post(address, {"note": "By post"}, follow=True)
    assert reading.success(response) == [f"Recorded as done: {_framework(world).step('letters-to-families').title}"]
