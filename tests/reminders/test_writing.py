"""The words of the emails, both bodies of each."""

from datetime import date
from html.parser import HTMLParser

import pytest

from accounts.models import Role
from focusgroups.actions import add_attendee, record_briefing
from inspections.models import Inspection
from outbox.models import Message
from tests.factories.documents import complete
from tests.factories.people import at, make_ownership, make_person, make_post
from tests.reminders.conftest import CALL

pytestmark = pytest.mark.django_db


class Words(HTMLParser):
    """The words of an HTML body, one line for each piece, and where its links go."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.lines.append(" ".join(data.split()))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "img", "style"}
        self.links += [value or "" for name, value in attrs if name == "href"]


def test_notification_in_both_bodies(scene):
    scene.tick(CALL)
    mail = scene.mails(scene.olive)[0]
    document = scene.inspection.framework.document("1")
    page = f"http://testserver/inspections/{scene.inspection.slug}/documents/1/"
    work = f"http://testserver/inspections/{scene.inspection.slug}/my-work/"
    assert mail.subject == "Fictionshire has been notified of an inspection: 1 due by 19 April"
    assert mail.text == (
        "Dear Olive Owner,\n\n"
        "Fictionshire was notified on Monday 18 April 2011: Full inspection. That day is day 1.\n\n"
        "You owe:\n\n"
        f"1. {document.title}\n"
        "   Due 19 April 2011 at 5pm\n"
        "   - All six are missing.\n"
        f"   {page}\n\n"
        "Everything that is yours, up to date:\n"
        f"{work}\n\n"
        "Fictionshire\n"
        "This email was sent by the council’s inspection software. Answers to it go to the DCS office.\n"
        "You can have one summary a day instead. Change how reminders reach you:\n"
        "http://testserver/account/\n"
    )
    words = Words(mail.html)
    assert words.lines == [
        "Full inspection",
        "Dear Olive Owner,",
        "Fictionshire was notified on Monday 18 April 2011:",
        "Full inspection",
        ". That day is day 1.",
        "You owe",
        document.title,
        "Due 19 April 2011 at 5pm",
        "All six are missing.",
        "Everything that is yours, up to date",
        "Fictionshire",
        "This email was sent by the council’s inspection software. Answers to it go to the DCS office.",
        "You can have one summary a day instead.",
        "Change how reminders reach you",
    ]
    assert words.links == [page, work, "http://testserver/account/"]


def test_reminder_in_both_bodies(scene):
    scene.tick(CALL)
    scene.tick("2011-04-19 09:00")
    mail = scene.mails(scene.olive)[1]
    assert mail.subject == "Reminder: 1 due today – Full inspection"
    assert "A reminder about Full inspection: 1 due today.\n" in mail.text
    assert "   Due today at 5pm\n" in mail.text
    lines = Words(mail.html).lines
    assert lines[2:5] == ["A reminder about", "Full inspection", ": 1 due today."]
    assert "Due today at 5pm" in lines


def test_late_reminder_says_since_when(scene):
    scene.tick(CALL)
    scene.tick("2011-04-20 09:00")
    mail = scene.mails(scene.olive)[1]
    assert mail.subject == "Reminder: 1 late – Full inspection"
    assert "   Late: was due 19 April 2011 at 5pm\n" in mail.text
    assert "Late: was due 19 April 2011 at 5pm" in Words(mail.html).lines


def test_those_who_watch_read_whose_it_is(scene):
    scene.tick(CALL)
    scene.tick("2011-04-20 09:00")
    mail = scene.mails(scene.coordinator)[1]
    assert "These are late, and their owners have been told as well:\n\n" in mail.text
    assert "   Owner: Chair (Olive Owner)\n" in mail.text
    assert "Owner: Chair (Olive Owner)" in Words(mail.html).lines


def test_owners_email_holds_nothing_of_others(scene):
    other = make_person(scene.council, Role.OWNER, name="Quentin Quiet")
    make_ownership(scene.inspection, "document:1", make_post(scene.council, "Second post", holder=other))
    scene.tick(CALL)
    scene.tick("2011-04-20 09:00")
    framework = scene.inspection.framework
    theirs = [framework.document(key).title for key in ("3", "4", "7")]
    for mail in scene.mails(scene.olive):
        for words in ("Quentin", "Second post", "Oscar", "Cora", *theirs):
            assert words not in mail.text + mail.html + mail.subject


def test_names_of_attendees_stay_out_of_emails(scene):
    group = scene.inspection.framework.focus_groups[0]
    make_ownership(scene.inspection, f"focus-group:{group.key}", make_post(scene.council, "Host", holder=scene.olive))
    given = {"inspection": scene.inspection, "group": group.key, "by": None}
    add_attendee(**given, name="Ann Example", now=CALL)
    record_briefing(**given, now=CALL)
    add_attendee(**given, name="Kit Younger", now=CALL)
    scene.tick(CALL)
    mail = scene.mails(scene.olive)[0]
    assert group.title in mail.text
    for words in ("Kit", "Younger", "Ann Example"):
        assert words not in mail.text + mail.html


def test_weekly_summary_in_both_bodies(waiting):
    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    waiting.tick("2011-04-04 09:00")
    owner, coordinator = waiting.mails(waiting.olive)[0], waiting.mails(waiting.coordinator)[0]
    assert owner.subject == "Weekly summary: 1 document incomplete or going out of date – Full inspection"
    title = waiting.inspection.framework.document("1").title
    assert f"Yours to bring up to date:\n\n1. {title}\n   Due on day 2 of the inspection\n" in owner.text
    assert "All documents" not in owner.text + owner.html
    assert Words(owner.html).lines.count(title) == 1
    count = len(waiting.inspection.framework.documents)
    assert coordinator.subject.startswith(f"Weekly summary: {count} documents ")
    assert "All documents that are incomplete or going out of date" in Words(coordinator.html).lines
    assert coordinator.text.count("   No owner has been named for this.\n") == count - 3


def test_weekly_summary_of_a_council_that_has_everything_says_so(waiting):
    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    for document in waiting.inspection.framework.documents:
        complete(waiting.inspection, document.key, now=at("2011-04-01 09:00"))
    waiting.tick("2011-04-04 09:00")
    mail = waiting.mails(waiting.coordinator)[0]
    assert mail.subject == "Weekly summary: every document is complete and up to date – Full inspection"
    assert "\nEvery document is complete and up to date.\n" in mail.text
    assert Message.objects.count() == 1


def test_special_characters_stand_as_they_are_in_text_and_escaped_in_html(scene):
    Inspection.objects.update(title="Tom & Jerry's <b>inspection</b>", notified_on=date(2011, 4, 18))
    scene.tick(CALL)
    mail = scene.mails(scene.olive)[0]
    assert "Tom & Jerry's <b>inspection</b>" in mail.text
    assert "<b>" not in mail.html
    assert "Tom & Jerry's <b>inspection</b>" in Words(mail.html).lines


def test_subject_names_the_nearest_day_and_counts_what_comes_later(scene):
    deputy = make_post(scene.council, "Deputy", holder=scene.olive)
    make_ownership(scene.inspection, "focus-group:safeguarding-1", deputy)
    make_ownership(scene.inspection, "focus-group:looked-after-2", deputy)
    scene.tick(CALL)
    subject = scene.mails(scene.olive)[0].subject
    assert subject == "Fictionshire has been notified of an inspection: 1 due by 19 April and 2 later"
