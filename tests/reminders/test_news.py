"""What happened to people's documents, told in their next email, once."""

import uuid
from datetime import timedelta

import pytest

from accounts.models import Role
from documents.reviews.actions import approve, return_document
from documents.reviews.comments import add_comment, withdraw_comment
from documents.state import states
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from reminders.models import Audience, Reminder
from tests.factories.documents import complete
from tests.factories.people import at, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db

CHILD = "Zebedee Quince"
#: A Tuesday before the call; the summary of its week has gone by then.
TUESDAY = "2011-03-08 10:30"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path) -> None:
    settings.UPLOADS_DIR = tmp_path / "uploads"


def decide(scene, document: str, moment: str, *, by=None, reason: str = "") -> None:
    inspection, now = scene.inspection, at(moment)
    contents = states(snapshot_of(inspection, now=now))[document].contents
    facts = {"inspection": inspection, "document": document, "contents": contents, "by": by or scene.coordinator}
    return_document(reason=reason, now=now, **facts) if reason else approve(now=now, **facts)


def comment(scene, document: str, moment: str, *, by=None):
    return add_comment(
        inspection=scene.inspection,
        document=document,
        text=f"About {CHILD}.",
        once=uuid.uuid4(),
        by=by or scene.coordinator,
        now=at(moment),
    )


def news_of(scene, person) -> list[str]:
    rows = Reminder.objects.filter(person=person, audience=Audience.NEWS).order_by("created_at", "pk")
    return [row.point.partition(":")[0] for row in rows]


@pytest.fixture
def settled(waiting):
    """Before the call, the week's summaries sent, document 1 of Olive and 3 of Oscar complete."""
    Inspection.objects.update(opened_at=at("2011-01-04 09:00"))
    for document in "13":
        complete(waiting.inspection, document, now=at("2011-03-01 09:00"))
    waiting.tick("2011-03-07 09:00")
    return waiting


def test_news_waits_for_the_next_opening_and_then_comes_as_one_email_of_its_own(settled):
    before = len(settled.mails(settled.oscar))
    decide(settled, "3", TUESDAY)
    comment(settled, "3", "2011-03-08 11:00")
    comment(settled, "4", "2011-03-08 11:05")
    for moment in ("2011-03-08 11:10", "2011-03-08 16:59", "2011-03-08 22:00", "2011-03-09 08:59"):
        assert settled.tick(moment).queued == []
    [queued] = settled.tick("2011-03-09 09:00").queued
    assert (queued.message.to, queued.mail.point) == (settled.oscar.email, "news")
    assert queued.message.subject == "Your documents: 1 approved and 2 comments – Full inspection"
    title = settled.inspection.framework.document("3").title
    assert f"- {title}\n  Approved by Cora Coordinator on 8 March 2011.\n  A new comment by Cora Coordinator.\n" in (
        queued.message.text
    )
    assert len(settled.mails(settled.oscar)) == before + 1
    assert news_of(settled, settled.oscar) == ["review", "comment", "comment"]
    assert news_of(settled, settled.olive) == news_of(settled, settled.coordinator) == []


def test_nothing_is_told_twice_and_nobody_of_their_own_doings(settled):
    comment(settled, "3", TUESDAY, by=settled.oscar)
    comment(settled, "1", TUESDAY, by=settled.oscar)
    settled.tick("2011-03-09 09:00")
    for moment in ("2011-03-09 09:01", "2011-03-10 09:00", "2011-03-14 09:00"):
        settled.tick(moment)
    assert (news_of(settled, settled.oscar), news_of(settled, settled.olive)) == ([], ["comment"])


def test_news_goes_with_a_summary_that_is_due_and_makes_no_second_email(settled):
    decide(settled, "3", "2011-03-11 15:00", reason=f"{CHILD} is missing.")
    queued = settled.tick("2011-03-14 09:00").queued
    [mail] = [each for each in queued if each.message.to == settled.oscar.email]
    assert mail.message.subject.startswith("Weekly summary: ")
    assert "  Returned by Cora Coordinator on 11 March 2011: see why on its page.\n" in mail.message.text
    assert "Returned by Cora Coordinator on 11 March 2011: see why on its page." in mail.message.html
    assert news_of(settled, settled.oscar) == ["review"]


def test_news_goes_with_a_reminder_after_the_call(scene):
    scene.tick("2011-04-18 10:00")
    comment(scene, "3", "2011-04-18 11:00")
    [mail] = [each for each in scene.tick("2011-04-19 09:00").queued if each.message.to == scene.oscar.email]
    assert mail.message.subject.startswith("Reminder: ")
    assert "A new comment by Cora Coordinator." in mail.message.text
    assert [entry.point for entry in mail.mail.entries() if entry.audience == Audience.NEWS] == [
        row.point for row in Reminder.objects.filter(audience=Audience.NEWS)
    ]


def test_no_words_of_a_comment_or_a_return_are_in_any_email(settled):
    comment(settled, "3", TUESDAY)
    decide(settled, "1", TUESDAY, reason=f"{CHILD} is missing.")
    queued = settled.tick("2011-03-09 09:00").queued
    assert sorted(each.message.to for each in queued) == sorted([settled.oscar.email, settled.olive.email])
    said = [each.message.subject + each.message.text + each.message.html for each in queued]
    assert [CHILD in text or "Zebedee" in text for text in said] == [False, False]


def test_withdrawn_comment_is_no_news(settled):
    withdraw_comment(comment=comment(settled, "3", TUESDAY), by=settled.coordinator, now=at("2011-03-08 12:00"))
    assert settled.tick("2011-03-09 09:00").queued == []


def test_weekend_holiday_and_long_pause(settled):
    """What happens on a Friday evening comes on Monday; what is older than a fortnight comes no more."""
    comment(settled, "3", "2011-03-11 18:00")
    assert settled.tick("2011-03-12 09:00").queued == []
    settled.tick(at("2011-03-11 18:00") + timedelta(days=14, hours=1))
    settled.tick("2011-03-28 09:00")
    assert news_of(settled, settled.oscar) == []


def test_a_person_with_two_posts_and_the_other_owner_are_each_told_once(settled):
    other = make_person(settled.council, Role.OWNER, name="Una Other")
    for name, holder in (("Second", settled.oscar), ("Third", other)):
        make_ownership(settled.inspection, "document:3", make_post(settled.council, name, holder=holder))
    comment(settled, "3", TUESDAY)
    settled.tick("2011-03-09 09:00")
    assert (news_of(settled, settled.oscar), news_of(settled, other)) == (["comment"], ["comment"])
