from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import Role
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from outbox.models import Message, MessageState
from reminders.coming import coming
from reminders.models import Audience, Reminder
from reminders.records.reading import reading_of
from tests.access.rows import Row, World, of_council, of_inspection
from tests.factories.mail import make_message
from tests.factories.people import NOW

READERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE})
SENDERS = frozenset({Role.COORDINATOR, Role.DCS_OFFICE})
SETTERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


def first_coming(slug: str) -> dict[str, Any]:
    """The parts of the address of the first email of the preview; of one that is not coming where none is."""
    inspection = Inspection.objects.select_related("council").get(slug=slug)
    days = coming(reading_of(snapshot_of(inspection, now=timezone.now()))).days
    if not days:
        return {"day": timezone.localdate(), "person": 1, "number": 1}
    day = days[0]
    return {"day": day.date, "person": day.mails[0].person.pk, "number": day.mails[0].number}


def _coming(world: World) -> dict[str, Any]:
    return {**of_inspection(world), **first_coming(world.inspection.slug)}


def _settings(world: World) -> dict[str, Any]:
    roles = {"late_roles": ["coordinator", "dcs-office"], "weekly_roles": ["coordinator"]}
    return {"days": "4, 0", "opens": "9am", "closes": "5pm", "weekly_day": "0", "reply_to": "", **roles}


def prepare(world: World) -> None:
    message = make_message(to=world.people[Role.OWNER].email)
    Message.objects.filter(pk=message.pk).update(state=MessageState.FAILED, tries=1, last_error="550 No such user")
    Reminder.objects.create(
        inspection=world.inspection,
        person=world.people[Role.OWNER],
        audience=Audience.OWNER,
        duty_key=f"document:{world.inspection.framework.documents[0].key}",
        point="notified",
        message=message,
        created_at=NOW,
    )
    world.things["failed email"] = message.pk


ROWS = [
    Row("reminders:agenda", "GET", READERS, of_inspection),
    Row("reminders:ledger", "GET", READERS, of_inspection),
    Row("reminders:export", "GET", READERS, lambda world: {**of_inspection(world), "fmt": "csv"}),
    Row("reminders:coming", "GET", READERS, of_inspection),
    Row("reminders:coming-mail", "GET", READERS, _coming),
    Row("reminders:coming-html", "GET", READERS, _coming),
    Row("reminders:date-history", "GET", READERS, of_inspection),
    Row("reminders:settings", "GET", SETTERS, of_council),
    Row("reminders:settings", "POST", SETTERS, of_council, _settings),
    Row("reminders:restore-plan", "POST", SETTERS, of_council),
    Row(
        "reminders:send-again",
        "POST",
        SENDERS,
        lambda world: {**of_inspection(world), "pk": world.things["failed email"]},
    ),
]
