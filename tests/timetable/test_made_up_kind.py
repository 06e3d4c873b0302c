"""A kind of duty that is added to the list of kinds is shown correctly on every page, in mail and in calendars."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.actions import choose_summary
from accounts.models import Role, User
from feeds.actions import make_feed
from feeds.models import Feed, FeedKind
from outbox.models import Message
from reminders.due import mails_due
from reminders.mails.writing import compose
from reminders.records.reading import reading_of
from tests import reading
from tests.factories.people import at, make_ownership, make_person
from tests.feeds.test_feeds import fetch
from tests.reading import by_class, sign_in
from tests.reminders.conftest import CALL, Scene, make_scene
from tests.timetable.made_up import add_kind, made_up_kind
from tests.timetable.worked import stands
from timetable.poster import shown

pytestmark = pytest.mark.django_db

MORNING = at("2011-04-20 09:00")
NOON = at("2011-04-20 12:00")
DASHBOARD = "What is wrong, worst first, with its owner and since when"
DAYS = "Every working day with its date, its steps and how the date was worked out"
CHART = "Every step and everything else that is due, with dates and how it stands; the bar beside it shows the same"
GAPS = "What is missing, in the order in which it would be due"


def make(notified: date | None) -> Scene:
    """Olive owns document 1 and both audits."""
    scene = make_scene(notified)
    for number in (1, 2):
        make_ownership(scene.inspection, f"visit:{number}", scene.olive.holdings.get().post)
    return scene


@pytest.fixture
def scene(time_machine) -> Scene:
    time_machine.move_to(MORNING, tick=False)
    return make(date(2011, 4, 18))


@pytest.fixture
def waiting(time_machine) -> Scene:
    """The same before the notification."""
    time_machine.move_to(MORNING, tick=False)
    return make(None)


def page(scene: Scene, name: str, person: User | None = None) -> Any:
    return sign_in(person or scene.coordinator).get(reverse(name, args=[scene.inspection.slug]))


def audits(texts: list[str]) -> list[str]:
    return [text for text in texts if "Audit of case" in text]


def mail_to(scene: Scene, person: User, moment: str) -> Message:
    """The email that the person gets at the moment, nothing having been said before."""
    found = reading_of(stands(scene.inspection, moment))
    (mail,) = (mail for mail in mails_due(found) if mail.person.pk == person.pk)
    return compose(found, mail, now=found.snapshot.now)


def told(mail: Message, begins: str = "Audit of case") -> list[str]:
    """What the plain text says of each duty whose title begins so, a line each."""
    paragraphs = [" ".join(text.split()) for text in mail.text.split("\n\n")]
    return [found[1] for text in paragraphs if (found := re.match(rf"\d+\. ({begins}.*)", text))]


# Pages


def test_made_up_kind_is_on_the_pages_of_those_who_watch(scene, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None)
    countdown = page(scene, "timetable:countdown")
    assert audits(reading.texts(countdown, "//main//li")) == [
        f"Audit of case 1 due 20 April 2011 at midday Olive Owner, 01632 960001, {scene.olive.email} (Chair) To do",
        "To do Audit of case 2 (no date yet)",
    ]
    day = reading.rows(countdown, DAYS)[2]
    assert (day[0], "To do Audit of case 1 Due at midday" in day[2]) == ("3", True)
    assert audits(reading.texts(countdown, by_class("house-next"))) == [
        "3 hours to the next deadline: 20 April 2011 at midday Audit of case 1 Late 14 things are late"
    ]
    wall = page(scene, "timetable:wall")
    assert audits(reading.texts(wall, by_class("wall__line"))) == ["To do Audit of case 1by midday · Olive Owner"]
    assert reading.texts(wall, by_class("wall__title")) == ["Audit of case 1"]
    dashboard = page(scene, "dashboard")
    assert reading.texts(dashboard, by_class("house-tiles") + "/li")[-1] == "0 of 2 Cases audited 2 to do"
    assert [row for row in reading.rows(dashboard, DASHBOARD) if audits(row)] == [
        ["Due soon", "Audit of case 1 The audit of case 1.", "Chair: Olive Owner", "Due 20 April 2011 at midday"]
    ]


def test_made_up_kind_is_in_the_month_and_the_chart(scene, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None, at("2011-06-30 15:00"))
    for person in (scene.coordinator, scene.olive):
        month = page(scene, "timetable:month", person)
        (cell,) = audits(reading.texts(month, by_class("house-month__day")))
        assert (cell[:2], cell.endswith("Audit of case 1 Due at midday")) == ("20", True)
    assert audits(reading.texts(page(scene, "timetable:month", scene.oscar), by_class("house-month__day"))) == []
    chart = page(scene, "timetable:chart")
    assert [row[:3] for row in reading.rows(chart, CHART) if audits(row)] == [
        ["Audit of case 1", "20 April 2011 at midday, day 3", "To do"],
        ["Audit of case 3", "30 June 2011 at 3pm", "To do"],
        ["Audit of case 2", "No date yet", "To do"],
    ]


def test_made_up_kind_is_on_the_poster_of_those_who_watch(scene, monkeypatch) -> None:
    noon = at("2011-05-16 12:00")
    add_kind(monkeypatch, made_up_kind(), noon, None, MORNING, done=[3])
    given = {"made_at": MORNING}
    found = shown(stands(scene.inspection, "2011-04-20 09:00"), with_owners=True, **given)
    (row,) = found["phases"][-1]["rows"]
    facts = [row[key] for key in ("days", "dates", "title", "due", "owners")]
    assert (found["phases"][-1]["title"], facts) == (
        "Besides the steps",
        ["17", "Mon 16 May", "Audit of case 1", noon, "Chair"],
    )
    due = {day["number"] for week in found["weeks"] for day in week["days"] if day["is_due"]}
    bare = shown(stands(scene.inspection, "2011-04-20 09:00"), with_owners=False, **given)
    assert "Besides the steps" not in [phase["title"] for phase in bare["phases"]]
    assert due - {day["number"] for week in bare["weeks"] for day in week["days"] if day["is_due"]} == {17}


def test_made_up_kind_is_work_of_its_owners(scene, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None)
    assert audits(reading.texts(page(scene, "timetable:my-work", scene.olive), by_class("house-work__item"))) == [
        "Audit of case 1 Due today Due 20 April 2011 at midday The audit of case 1. Audit : Audit of case 1",
        "Audit of case 2 To do No date yet The audit of case 2. Audit : Audit of case 2",
    ]


def test_made_up_kind_is_shown_before_the_call(waiting, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None)
    assert [row for row in reading.rows(page(waiting, "timetable:before-the-call"), GAPS) if audits(row)] == [
        ["Audit of case 1", "Chair: Olive Owner", "The audit of case 1.", "20 April 2011 at midday", ""],
        ["Audit of case 2", "Chair: Olive Owner", "The audit of case 2.", "no date yet", ""],
    ]
    dashboard = page(waiting, "dashboard")
    assert reading.texts(dashboard, by_class("house-tiles") + "/li")[-1] == "0 of 2 Cases audited 2 to do"
    assert [row[0] for row in reading.rows(dashboard, DASHBOARD) if audits(row)] == ["Due soon"]


def test_made_up_kind_that_the_call_asks_for_is_counted_with_the_documents(waiting, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(at_call=True), NOON, None, done=[2])
    (said, *_) = reading.texts(page(waiting, "timetable:before-the-call"), by_class("govuk-body-l"))
    assert said == "1 of 15 things would be ready; 4 would be late; 10 have nobody to see to them."
    assert reading.texts(page(waiting, "timetable:wall"), by_class("wall__left")) == ["1 of 15"]


def test_made_up_kind_is_in_the_duties_as_json(scene, monkeypatch, capsys) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None)
    call_command("duties", scene.inspection.slug, "--format", "json")
    found = [row for row in json.loads(capsys.readouterr().out) if row["kind"] == "visit"]
    assert [(row["key"], row["title"], row["owners"], row["due"], row["late"]) for row in found] == [
        ("visit:1", "Audit of case 1", ["Chair"], "2011-04-20T12:00:00+01:00", False),
        ("visit:2", "Audit of case 2", ["Chair"], None, False),
    ]


# Mail and calendars


def test_made_up_kind_is_told_on_notification_and_in_reminders(scene, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None)
    first = "Audit of case 1 Due 20 April 2011 at midday - The audit of case 1. http://testserver/audits/1/"
    second = "Audit of case 2 - The audit of case 2. http://testserver/audits/2/"
    assert told(mail_to(scene, scene.olive, "2011-04-18 10:00")) == [first, second]
    scene.tick(CALL)
    found = mail_to(scene, scene.olive, "2011-04-20 09:00")
    assert found.subject == "Reminder: 1 late and 1 due today – Full inspection"
    assert told(found) == ["Audit of case 1 Due today at midday - The audit of case 1. http://testserver/audits/1/"]


def test_made_up_kind_is_named_in_the_ledger(scene, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None)
    scene.tick(CALL)
    found = reading.main(page(scene, "reminders:ledger"))
    assert ("Audit of case 1" in found, "visit:1" in found) == (True, False)


def test_made_up_kind_is_in_the_daily_summary_and_late_with_those_who_watch(scene, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None)
    scene.tick(CALL)
    choose_summary(user=scene.olive, hour=11, now=CALL)
    late = "Audit of case 1 Late: was due 20 April 2011 at midday{} - The audit of case 1. http://testserver/audits/1/"
    assert told(mail_to(scene, scene.olive, "2011-04-21 11:00")) == [
        late.format(""),
        "Audit of case 2 - The audit of case 2. http://testserver/audits/2/",
    ]
    assert told(mail_to(scene, scene.coordinator, "2011-04-21 09:00")) == [late.format(" Owner: Chair (Olive Owner)")]


def test_made_up_kind_is_on_the_agenda(scene, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, at("2011-04-27 15:00"))
    mia = make_person(scene.council, Role.MEMBER, name="Mia Member")
    assert told(mail_to(scene, mia, "2011-04-26 09:00")) == [
        "Audit of case 1 Late: was due 20 April 2011 at midday Owner: Chair (Olive Owner) http://testserver/audits/1/",
        "Audit of case 2 Due 27 April 2011 at 3pm Owner: Chair (Olive Owner) http://testserver/audits/2/",
    ]


def test_made_up_kind_that_the_call_asks_for_is_in_the_weekly_summary(waiting, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(at_call=True), None, None, done=[2])
    found = mail_to(waiting, waiting.olive, "2011-04-11 09:00")
    assert found.subject == "Weekly summary: 2 things incomplete or going out of date – Full inspection"
    assert told(found) == ["Audit of case 1 - The audit of case 1. http://testserver/audits/1/"]
    mia = make_person(waiting.council, Role.MEMBER, name="Mia Member")
    assert "All things that are incomplete or going out of date:" in mail_to(waiting, mia, "2011-04-11 09:00").text


def test_made_up_kind_is_in_the_calendar_of_its_owners(scene, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None)
    assert _calendar(scene) == ["Due: Audit of case 1", "http://testserver/audits/1/"]


def test_date_that_does_not_hang_on_the_call_is_in_the_calendar_before_it(waiting, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), NOON, None)
    assert _calendar(waiting) == ["Due: Audit of case 1", "http://testserver/audits/1/"]


def _calendar(scene: Scene) -> list[str]:
    """Title and address of the event at midday in Olive's calendar."""
    make_feed(council=scene.council, user=scene.olive, kind=FeedKind.WORK, now=MORNING)
    events = fetch(Feed.objects.get()).content.decode().replace("\r\n ", "").split("BEGIN:VEVENT")
    (event,) = (event for event in events if "DTEND;TZID=Europe/London:20110420T120000" in event)
    return re.findall(r"^(?:SUMMARY|URL):(.*?)\r?$", event, re.MULTILINE)


def test_title_that_may_not_be_told_is_in_no_email_calendar_or_passer_bys_sight(scene, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(title_is_safe=False, missing_is_safe=False), NOON, None, NOON, done=[3])
    mia = make_person(scene.council, Role.MEMBER, name="Mia Member")
    work = f"http://testserver/inspections/{scene.inspection.slug}/my-work/"
    first = mail_to(scene, scene.olive, "2011-04-18 10:00")
    agenda = mail_to(scene, mia, "2011-04-26 09:00")
    late = "Something that is owed Late: was due 20 April 2011 at midday"
    assert told(first, "Something") == [
        f"Something that is owed Due 20 April 2011 at midday {work}",
        f"Something that is owed {work}",
    ]
    assert told(agenda, "Something") == [f"{late} Owner: Chair (Olive Owner) {work}"]
    assert audits([first.text, first.html, agenda.text, agenda.html]) == []
    assert _calendar(scene) == ["Due: Something that is owed", work]
    wall = page(scene, "timetable:wall")
    assert (reading.texts(wall, by_class("wall__title")), audits([reading.main(wall)])) == (
        ["Something that is owed"],
        [],
    )
    assert audits(reading.texts(page(scene, "timetable:my-work", scene.olive), "//h2")) == [
        "Audit of case 1",
        "Audit of case 2",
    ]
