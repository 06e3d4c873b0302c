from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pytest

from accounts.models import Council, Role, User
from inspections.models import Inspection
from outbox.models import Message
from reminders.models import Reminder
from reminders.tick import Tick, tick
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post

CALL = at("2011-04-18 10:00")


@dataclass
class Scene:
    """A notified inspection: Olive owns document 1, Oscar documents 3 and 4; a coordinator, an office with lists."""

    council: Council
    inspection: Inspection
    olive: User
    oscar: User
    coordinator: User
    office: User

    def tick(self, moment: str | datetime) -> Tick:
        return tick(at(moment) if isinstance(moment, str) else moment)

    def mails(self, person: User) -> list[Message]:
        """The person's emails so far, oldest first."""
        return list(Message.objects.filter(to=person.email).order_by("created_at", "pk"))

    def reminder_times(self, person: User, key: str = "document:1") -> list[str]:
        """The keys of the reminder times at which the person was told about a duty, in order."""
        rows = Reminder.objects.filter(person=person, duty_key=key).order_by("created_at", "pk")
        return list(rows.values_list("point", flat=True))


@pytest.fixture
def scene(db) -> Scene:
    return make_scene(notified=date(2011, 4, 18))


@pytest.fixture
def waiting(db) -> Scene:
    """The same before the notification."""
    return make_scene(notified=None)


def make_scene(notified: date | None, **given) -> Scene:
    council = make_council()
    people = {
        "olive": make_person(council, Role.OWNER, name="Olive Owner"),
        "oscar": make_person(council, Role.OWNER, name="Oscar Owner"),
        "coordinator": make_person(council, Role.COORDINATOR, name="Cora Coordinator"),
        "office": make_person(council, Role.DCS_OFFICE, Role.CASE_OFFICER, name="Dan Office"),
    }
    inspection = make_inspection(council, notified=notified, title="Full inspection", **given)
    if notified:
        Inspection.objects.update(notification_recorded_at=CALL)
    make_ownership(inspection, "document:1", make_post(council, "Chair", holder=people["olive"]))
    lead = make_post(council, "Lead", holder=people["oscar"])
    make_ownership(inspection, "document:3", lead)
    make_ownership(inspection, "document:4", lead)
    inspection.refresh_from_db()
    return Scene(council=council, inspection=inspection, **people)
