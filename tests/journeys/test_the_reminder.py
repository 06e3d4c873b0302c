"""5. A deadline comes near: beat's tick finds it, and the reminder arrives, once."""

import pytest

from tests.processes import until

pytestmark = pytest.mark.journey

OWNER = "owner@deadlineshire.example.org"
TOLD = "Deadlineshire has been notified of an inspection: 1 due by 19 April"
DUE_TODAY = "Reminder: 1 due today – Inspection"
LATE = "Reminder: 1 late – Inspection"


def test_a_deadline_comes_near(service, moving_clock, visitor):
    given_that_the_owner_was_told_of_the_notification(service)
    when_the_morning_of_the_deadline_comes(moving_clock)
    then_the_reminder_arrives(service, [TOLD, DUE_TODAY])
    and_asking_again_sends_nothing_more(service)
    when_the_morning_after_comes(moving_clock)
    then_the_reminder_arrives(service, [TOLD, DUE_TODAY, LATE])
    and_the_ledger_shows_each_of_them_once(visitor)


def given_that_the_owner_was_told_of_the_notification(service):
    until(lambda: subjects(service), "the owner is told of the notification")
    assert subjects(service) == [TOLD]


def when_the_morning_of_the_deadline_comes(moving_clock):
    moving_clock("2011-04-19T09:00:05+01:00")


def when_the_morning_after_comes(moving_clock):
    moving_clock("2011-04-20T09:00:05+01:00")


def then_the_reminder_arrives(service, expected):
    until(lambda: len(subjects(service)) >= len(expected), f"the owner has {len(expected)} emails")
    assert subjects(service) == expected


def and_asking_again_sends_nothing_more(service):
    queued = service.manage("send_reminders")["queued"]
    assert [mail for mail in queued if mail["to"] == OWNER] == []
    assert subjects(service) == [TOLD, DUE_TODAY]


def and_the_ledger_shows_each_of_them_once(visitor):
    cora = visitor("deadline", "coordinator")
    cora.signs_in()
    cora.opens("Everything else")
    cora.follows("Reminders")
    cora.fills("Person or subject", OWNER)
    cora.presses("Show")
    rows = cora.reads("tbody td[data-label=Email] > div:first-child")
    assert rows == [LATE, DUE_TODAY, TOLD]
    cora.meets_no_barrier("journey-reminders")


def subjects(service) -> list[str]:
    return [stored.message["Subject"] for stored in service.mail(OWNER)]
