"""Before the call people are reminded of duties with a date of their own, but of nothing that depends on the call."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import Role
from inspections.actions import record_notification
from reminders.coming import coming
from reminders.ledger import reminder_time_in_words
from reminders.records.reading import reading_of
from tests.factories.people import at, make_ownership, make_person
from tests.reminders.conftest import Scene
from tests.timetable.made_up import add_kind, made_up_kind
from tests.timetable.worked import stands

pytestmark = pytest.mark.django_db

DUE = at("2011-04-13 17:00")  # a Wednesday, before the call of the 18th


@pytest.fixture
def owed(waiting) -> Scene:
    """Olive owns document 1 and three audits, of which one is due on 13 April."""
    for number in (1, 2, 3):
        make_ownership(waiting.inspection, f"visit:{number}", waiting.olive.holdings.get().post)
    return waiting


def tick_hourly(scene: Scene, first: str, last: str) -> None:
    moment = at(first)
    while moment <= at(last):
        scene.tick(moment)
        moment += timedelta(hours=1)


def test_duty_with_a_date_of_its_own_is_reminded_of_before_the_call(owed, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), DUE, None)
    tick_hourly(owed, "2011-04-05 07:30", "2011-04-15 20:30")
    assert [reminder_time_in_words(point) for point in owed.reminder_times(owed.olive, "visit:1")] == [
        "5 working days before",
        "2 working days before",
        "1 working day before",
        "On the day",
        "Late on 14 April 2011",
        "Late on 15 April 2011",
    ]
    assert owed.reminder_times(owed.olive, "visit:2") == []
    assert [mail.subject for mail in owed.mails(owed.olive)] == [
        "Weekly summary: 1 document incomplete or going out of date – Full inspection",
        "Reminder: 1 due by 13 April – Full inspection",
        "Weekly summary: 1 due by 13 April and 1 document incomplete or going out of date – Full inspection",
        "Reminder: 1 due by 13 April – Full inspection",
        "Reminder: 1 due today – Full inspection",
        "Reminder: 1 late – Full inspection",
        "Reminder: 1 late – Full inspection",
    ]
    assert [mail.subject for mail in owed.mails(owed.office)] == ["Reminder: 1 late – Full inspection"] * 2


def test_duty_that_hangs_on_the_call_is_silent_before_it(owed, monkeypatch) -> None:
    """Even where something gives it a date."""
    add_kind(monkeypatch, made_up_kind(words=frozenset({"documents"})), DUE)
    tick_hourly(owed, "2011-04-12 08:30", "2011-04-15 17:30")
    assert owed.reminder_times(owed.olive, "visit:1") == []
    assert [mail.subject.partition(":")[0] for mail in owed.mails(owed.olive)] == ["Weekly summary"]


def test_first_email_after_the_call_names_everything_whatever_was_said_before(owed, monkeypatch) -> None:
    add_kind(monkeypatch, made_up_kind(), DUE, at("2011-04-20 12:00"))
    tick_hourly(owed, "2011-04-12 08:30", "2011-04-15 17:30")
    called = at("2011-04-18 19:00")
    record_notification(inspection=owed.inspection, notified_on=date(2011, 4, 18), by=None, now=called)
    owed.tick(called)
    owed.tick(called + timedelta(minutes=5))
    mail = owed.mails(owed.olive)[-1]
    assert mail.subject == "Fictionshire has been notified of an inspection: 1 late, 1 due by 19 April and 1 later"
    assert (mail.text.count("Audit of case 1"), mail.text.count("Audit of case 2")) == (1, 1)
    assert owed.reminder_times(owed.olive, "visit:1")[-2:] == ["late:2011-04-15~", "notified"]
    owed.tick("2011-04-19 09:00")
    assert owed.reminder_times(owed.olive, "visit:1")[-2:] == ["notified", "late:2011-04-19"]


def test_preview_before_the_call_is_what_the_ticks_do(owed, monkeypatch, time_machine) -> None:
    add_kind(monkeypatch, made_up_kind(), DUE, None)
    make_person(owed.council, Role.MEMBER, name="Mia Member")
    time_machine.move_to(at("2011-04-07 07:30"), tick=False)
    found = coming(reading_of(stands(owed.inspection, "2011-04-07 07:30")), days=7)
    foreseen = [(mail.at, mail.person.pk, mail.message().text) for day in found.days for mail in day.mails]
    sent = []
    moment = at("2011-04-07 07:30")
    while moment <= at("2011-04-15 20:30"):
        sent += [(moment, each.mail.person.pk, each.message.text) for each in owed.tick(moment).queued]
        moment += timedelta(minutes=30)
    assert (foreseen, len(foreseen) > 8) == (sent, True)
