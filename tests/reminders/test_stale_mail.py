"""Dates corrected while emails are being sent: waiting emails with a changed date are deleted unseen."""

from datetime import date

import pytest

from accounts.models import Event, Role, User
from inspections.actions import correct_notification, record_notification, reinstate, withdraw
from inspections.dates_actions import move_step, undo_date
from inspections.models import Inspection
from inspections.set_dates import MOVED
from outbox.models import Message, MessageState
from reminders.models import Reminder
from reminders.tick import tick
from tests.factories.audits import make_selected_case
from tests.factories.people import at, make_person
from tests.reminders.conftest import CALL

pytestmark = pytest.mark.django_db
LATER = at("2011-04-18 15:00")


def correct(scene) -> None:
    day = date(2011, 4, 15)
    correct_notification(inspection=scene.inspection, notified_on=day, reason="Read wrongly", by=None, now=LATER)


def sent(*people) -> None:
    """What waits for these people has been sent."""
    waiting = Message.objects.filter(state=MessageState.QUEUED, to__in=[person.email for person in people])
    waiting.update(state=MessageState.SENT, sent_at=CALL)


def test_waiting_email_with_the_old_date_is_taken_back_and_the_corrected_one_says_all(scene):
    scene.tick(CALL)
    assert "Due 19 April 2011 at 5pm" in scene.mails(scene.olive)[0].text
    correct(scene)
    scene.tick(LATER)
    [mail] = scene.mails(scene.olive)
    assert "Due today at 5pm\n" in mail.text
    assert "19 April" not in mail.text
    assert scene.reminder_times(scene.olive) == ["notified"]
    assert Message.objects.count() == Reminder.objects.values("message").distinct().count() == 4
    event = Event.objects.get(verb="waiting emails taken back")
    assert event.subject == "4 emails, because a date in them had changed"
    assert scene.tick("2011-04-18 15:01").queued == []


def test_email_that_was_sent_is_followed_by_one_that_says_what_has_changed(scene):
    scene.tick(CALL)
    sent(scene.olive)
    correct(scene)
    scene.tick(LATER)
    first, second = scene.mails(scene.olive)
    assert "Due 19 April 2011 at 5pm\n" in first.text
    assert "Due today at 5pm (this date has changed)\n" in second.text
    assert [len(scene.mails(person)) for person in (scene.oscar, scene.office)] == [1, 1]


def test_email_that_a_worker_has_in_hand_is_left_to_it(scene):
    scene.tick(CALL)
    mine = Message.objects.filter(to=scene.olive.email)
    mine.update(state=MessageState.SENDING, claim="worker")
    correct(scene)
    scene.tick(LATER)
    assert [mail.state for mail in scene.mails(scene.olive)] == [MessageState.SENDING, MessageState.QUEUED]


def test_rest_of_an_email_that_was_taken_back_is_said_again(scene):
    """Oscar owes two documents; the date of one thing that he owes besides moves before he hears of any."""
    scene.tick(CALL)
    before = Reminder.objects.filter(person=scene.office).count()
    given = {"inspection": scene.inspection, "step_key": "case-list", "reason": "Asked", "by": None, "now": LATER}
    move_step(**given, first=date(2011, 4, 27))
    scene.tick(LATER)
    assert len(scene.mails(scene.office)) == 1
    assert Reminder.objects.filter(person=scene.office).count() == before
    assert "Due 27 April 2011 at 5pm\n" in scene.mails(scene.office)[0].text
    assert scene.mails(scene.olive)[0].created_at == CALL


def test_what_waits_of_a_withdrawn_inspection_is_never_sent(scene):
    scene.tick(CALL)
    sent(scene.olive)
    withdraw(inspection=scene.inspection, reason="Deferred", by=None, now=LATER)
    assert tick(LATER).queued == []
    assert list(Message.objects.values_list("to", "state")) == [(scene.olive.email, "sent")]
    reinstate(inspection=scene.inspection, by=None, now=at("2011-04-18 16:00"))
    told = {each.message.to for each in scene.tick("2011-04-18 16:00").queued}
    assert told == {scene.oscar.email, scene.coordinator.email, scene.office.email}


def test_date_that_comes_back_is_said_again_each_time(scene):
    """The 26th, moved to the 28th, undone, moved and undone again: each time people hear where it is now."""
    scene.tick(CALL)
    sent(scene.office)
    key, given = "step:initial-selection", {"inspection": scene.inspection, "by": None}
    for hour in (11, 12):
        now = at(f"2011-04-18 {hour}:00")
        move_step(**given, step_key="initial-selection", first=date(2011, 4, 28), reason="Asked", now=now)
        scene.tick(now)
        sent(scene.office)
        now = at(f"2011-04-18 {hour}:30")
        undo_date(**given, kind=MOVED, key="initial-selection", now=now)
        scene.tick(now)
        sent(scene.office)
        assert scene.tick(at(f"2011-04-18 {hour}:31")).queued == []
    assert scene.reminder_times(scene.office, key) == ["notified", "notified", "notified#1", "notified#1", "notified#2"]
    days = [mail.text.count("Due 26 April 2011 at 5pm (this date has changed)") for mail in scene.mails(scene.office)]
    assert days == [0, 0, 1, 0, 1]


@pytest.fixture
def member(scene) -> User:
    """One of the group who owes nothing, whose agenda of 26 April waits."""
    member = make_person(scene.council, Role.MEMBER, name="Mia Member")
    make_selected_case(scene.inspection)
    scene.tick(CALL)
    scene.tick("2011-04-26 09:00")
    assert scene.mails(member)[0].text.count("Due 28 April 2011 at 5pm") == 0
    return member


def move_audits(scene, moment: str) -> None:
    day, key = date(2011, 4, 28), "initial-audits"
    move_step(inspection=scene.inspection, step_key=key, first=day, last=day, reason="Asked", by=None, now=at(moment))


def test_waiting_agenda_with_an_old_date_is_taken_back_and_written_anew(scene, member):
    move_audits(scene, "2011-04-26 09:30")
    scene.tick("2011-04-26 09:31")
    [mail] = scene.mails(member)
    assert mail.text.count("Due 28 April 2011 at 5pm") == 1
    assert mail.created_at == at("2011-04-26 09:31")
    assert scene.tick("2011-04-26 09:32").queued == []
    assert scene.mails(member) == [mail]


def test_agenda_that_was_sent_is_not_sent_again_for_a_date(scene, member):
    sent(member)
    move_audits(scene, "2011-04-26 09:30")
    scene.tick("2011-04-26 09:31")
    assert [mail.created_at for mail in scene.mails(member)] == [at("2011-04-26 09:00")]


def test_agenda_with_the_dates_of_a_former_notification_is_never_sent(scene, member):
    day = date(2011, 4, 15)
    correct_notification(
        inspection=scene.inspection, notified_on=day, reason="Read wrongly", by=None, now=at("2011-04-26 09:30")
    )
    scene.tick("2011-04-26 09:31")
    assert scene.mails(member) == []
    scene.tick("2011-05-03 09:00")
    assert [mail.subject.partition(":")[0] for mail in scene.mails(member)] == ["Agenda"]


def test_weekly_summary_that_waits_when_the_call_comes_gives_way_to_it(waiting):
    Inspection.objects.update(opened_at=at("2011-03-01 09:00"))
    waiting.tick("2011-04-18 09:00")
    assert [mail.subject.partition(":")[0] for mail in waiting.mails(waiting.olive)] == ["Weekly summary"]
    day = date(2011, 4, 18)
    record_notification(inspection=waiting.inspection, notified_on=day, by=None, now=CALL)
    waiting.tick("2011-04-18 10:01")
    said = [mail.subject.partition(":")[0] for mail in waiting.mails(waiting.olive)]
    assert said == ["Fictionshire has been notified of an inspection"]
