from __future__ import annotations

from accounts.models import Role
from outbox.models import Message, State
from reminders.models import Audience, Reminder
from tests.access.rows import Row, World, of_inspection
from tests.factories.mail import make_message
from tests.factories.people import NOW

READERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE})
SENDERS = frozenset({Role.COORDINATOR, Role.DCS_OFFICE})


def prepare(world: World) -> None:
    message = make_message(to=world.people[Role.OWNER].email)
    Message.objects.filter(pk=message.pk).update(state=State.FAILED, tries=1, last_error="550 No such user")
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
    Row("reminders:ledger", "GET", READERS, of_inspection),
    Row(
        "reminders:send-again",
        "POST",
        SENDERS,
        lambda world: {**of_inspection(world), "pk": world.things["failed email"]},
    ),
]
