"""A whole inspection and ten more working days, sent to a real mail server: the mailbox matches the model.

The days go by from moment to moment; at each there is a tick, and what it queued is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest

from inspections.snapshot import snapshot_of
from outbox.models import Message
from outbox.sending import send_waiting
from reminders.models import Reminder
from reminders.tick import tick
from tests.factories.mail import MailServer, Received
from tests.factories.people import at
from tests.reminders.model import AGENDA, LONDON, Email
from tests.reminders.stage import Stage
from timetable.duties import all_duties

pytestmark = pytest.mark.django_db
MOMENTS = (time(9), time(11), time(16))
NIGHT = time(0, 30)  # on weekends besides, when the clock changes
GROUPS = [f"focus-group:safeguarding-{number}" for number in range(1, 19)]
# But for one that nobody owns.
ALL_GROUPS = [*GROUPS[:3], *GROUPS[4:], *(f"focus-group:looked-after-{number}" for number in range(1, 20))]
# What happens on which calendar day after the call, just before eleven.
SPRING = {
    0: [("do", "document:7"), ("summary", "oscar", 11), ("summary", "cora", 16)],
    3: [("do", "step:send-documents"), ("correct", -1), ("move", "case-list", 4)],
    4: [("do", "document:4"), ("move_back", "case-list"), ("close", 8)],
    6: [("give", "Manager", "nora"), ("do", GROUPS[0]), ("do", GROUPS[1])],
    10: [("vacate", "Lead"), ("undo", GROUPS[0]), ("summary", "cora", None)],
    13: [("do", key) for key in ALL_GROUPS],
    14: [("undo", GROUPS[1]), ("give", "Lead", "nora"), ("move", "fieldwork", 3), ("do", "survey:social-workers")],
    17: [("do", key) for key in (*GROUPS[2:3], "step:circulate-report")],
    30: [("close", 5), ("do", "step:factual-accuracy"), ("undo", "step:send-documents")],
    45: [("do", "step:send-documents"), ("move", "factual-accuracy", 6)],
}
AUTUMN = {
    1: [("do", "document:7"), ("summary", "eve", 18), ("role", "dan", "member")],
    7: [("do", key) for key in ALL_GROUPS],
    10: [("withdraw",)],
    20: [("reinstate",), ("do", "step:send-documents"), ("do", "survey:social-workers")],
    26: [("close", 2), ("vacate", "Chair"), ("undo", GROUPS[0])],
    40: [("give", "Chair", "nora"), ("do", "step:factual-accuracy")],
}


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with MailServer() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        yield running


@pytest.mark.parametrize(
    ("call", "days", "events"),
    [
        pytest.param("2011-03-11 10:10", 80, SPRING, marks=pytest.mark.long),
        ("2011-10-14 17:40", 78, AUTUMN),
    ],
    ids=["over-the-clock-change-in-march", "withdrawn-over-the-clock-change-in-october"],
)
def test_mailbox_of_forty_days_is_what_the_model_says(server, call, days, events):
    now = at(call)
    stage = Stage.on(now.date(), now)
    urls = urls_of(stage, now)
    expected: list[tuple] = []
    for moment in [now, *moments(now, days)]:
        if moment.time() == time(11):
            for event in events.get((moment.date() - now.date()).days, ()):
                stage.play(event, moment)
        assert tick(moment).troubled == []
        send_waiting(now=moment)
        expected += [as_sent(stage, person, email, moment) for person, email in stage.world.tick(moment).items()]
    found = [as_received(mail, urls, when) for mail, when in zip(server.accepted, sent_at(server), strict=True)]
    assert len(found) == len(expected) > 150
    assert sorted(found) == sorted(expected)
    assert len(set(server.ids)) == len(server.ids) == Reminder.objects.values("message").distinct().count()
    assert {mail.parsed["Auto-Submitted"] for mail in server.accepted} == {"auto-generated"}
    threads = {(mail.recipient, mail.parsed["References"]) for mail in server.accepted}
    assert len(threads) == len({mail.recipient for mail in server.accepted})
    stage.check_ledger()


def moments(start: datetime, days: int) -> Iterator[datetime]:
    """Three on every day, weekends included, and one in each night to Sunday."""
    for number in range(days + 1):
        day = start.date() + timedelta(days=number)
        for each in (NIGHT, *MOMENTS) if day.weekday() == 6 else MOMENTS:
            moment = datetime.combine(day, each, tzinfo=LONDON)
            if moment > start:
                yield moment


def urls_of(stage: Stage, now: datetime) -> dict[str, str]:
    """The end of each duty's address -> its key."""
    return {duty.url: duty.key for duty in all_duties(snapshot_of(stage.inspection, now=now))}


def sent_at(server: MailServer) -> list[datetime | None]:
    """When the database says that each of the mails was sent."""
    when = dict(Message.objects.values_list("message_id", "sent_at"))
    return [when[message_id] for message_id in server.ids]


def as_sent(stage: Stage, person: str, email: Email, now: datetime) -> tuple:
    """What the model expects to find in the mailbox: address, minute, kind, what is named, and the days it is due."""
    world = stage.world
    has_agenda = any(audience == AGENDA for audience, *_ in email.said)
    named = {key for _, key, _, _ in email.said if key and not world.duties[key].done} | email.besides
    ends = world.ends()
    dues = {datetime.combine(ends[world.duties[key].step], time(17), tzinfo=LONDON) for key in named}
    days = {in_words(due.date()) for due in dues if due.date() != now.date() or now > due}
    kind = "notified" if email.first else "summary" if email.summary else "reminder" if named else "agenda"
    return stage.people[person].email, f"{now:%Y-%m-%d %H:%M}", kind, has_agenda, sorted(named), sorted(days)


def as_received(mail: Received, urls: dict[str, str], when: datetime | None) -> tuple:
    """The same of an email as the server has it; both its bodies have to say it."""
    parsed = mail.parsed
    text, html = (parsed.get_body([kind]).get_content() for kind in ("plain", "html"))
    # What the group's agenda names besides is everybody's, and no reminder.
    text, agenda, _ = text.partition("The group’s agenda")
    html, *rest = re.split("Agenda: |Nothing is late, and nothing falls due", html, maxsplit=1)
    assert bool(agenda) == bool(rest)
    named = keys_in(re.findall(r"http://testserver(\S+)", text), urls)
    assert named == keys_in(re.findall(r'href="http://testserver([^"]+)"', html), urls)
    days = set(re.findall(r"(?:Due|was due) (\d+ \w+ \d{4})", text))
    assert days == set(re.findall(r"(?:Due|was due) (\d+ \w+ \d{4})", html))
    assert when is not None
    subject = str(parsed["Subject"])
    kinds = {"Reminder: ": "reminder", "Daily summary: ": "summary", "Agenda: ": "agenda"}
    kinds["Fictionshire has been notified"] = "notified"
    kind = next(kind for begins, kind in kinds.items() if subject.startswith(begins))
    return mail.recipient, f"{when.astimezone(LONDON):%Y-%m-%d %H:%M}", kind, bool(agenda), sorted(named), sorted(days)


def keys_in(addresses: list[str], urls: dict[str, str]) -> set[str]:
    return {urls[address] for address in addresses if address in urls}


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
