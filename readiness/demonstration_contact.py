"""What the demonstration's inspectors said and asked for, once there was a call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.models import User
from contact import actions, requests_actions
from contact.models import Contact, Request
from inspections import inspectors_actions
from inspections.models import Inspector, Ownership
from inspections.snapshot import Snapshot

LEAD = "Imogen Sample"
TEAM = (
    (LEAD, Inspector.Part.LEAD, "01632 960801", "imogen.sample@example.org"),
    ("Idris Example", Inspector.Part.INSPECTOR, "01632 960802", ""),
    ("Noor Specimen", Inspector.Part.HEALTH, "", "noor.specimen@example.org"),
)
# What was asked for, how many working hours after the call, and whether it has been answered.
ASKED = (
    (Request.About.ACCESS, "A room with a door that closes, and passes for four people.", 2, True),
    (
        Request.About.FIGURES,
        "The number of social workers in post and vacant, by team, at the end of last month.",
        3,
        True,
    ),
    (Request.About.DOCUMENT, "The latest supervision policy, if it is not among the documents sent.", 5, False),
)


def fill(snapshot: Snapshot, by: User, called: datetime) -> None:
    """The team, a first call, and requests. The last one needs an answer by tomorrow afternoon."""
    inspection, now = snapshot.inspection, snapshot.now
    for name, part, telephone, email in TEAM:
        inspectors_actions.add_inspector(
            inspection=inspection, name=name, part=part, telephone=telephone, email=email, by=by, now=called
        )
    facts: dict[str, Any] = {"how": Contact.How.CALL, "with_whom": LEAD, "by_whom": by.full_name}
    said = "Agreed when to ring about the set-up meeting. She asks for a plan of the building."
    actions.record_contact(inspection=inspection, at=called, said=said, once=uuid4(), by=by, now=called, **facts)
    owned = Ownership.objects.filter(inspection=inspection).select_related("post").order_by("pk").first()
    tomorrow = snapshot.calendar.next_working(snapshot.today + timedelta(days=1))
    for about, text, hours, is_answered in ASKED:
        asked_at = min(called + timedelta(hours=hours), now)
        due = now.replace(hour=15, minute=0, second=0, microsecond=0) + (tomorrow - snapshot.today)
        asked = requests_actions.record_request(
            inspection=inspection,
            about=about,
            asked_by=LEAD,
            asked_at=asked_at,
            text=text,
            due=due,
            once=uuid4(),
            posts=[owned.post] if owned and about == Request.About.FIGURES else [],
            by=by,
            now=asked_at,
        )
        if is_answered:
            at = min(asked_at + timedelta(hours=1), now)
            requests_actions.answer_request(request=asked, how=Contact.How.EMAIL, answered_at=at, by=by, now=at)
    if snapshot.day and snapshot.day > 1:
        actions.record_set_up_meeting(
            inspection=inspection,
            held_at=called.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=8),
            place="Committee room 2",
            notes="The director attends. The inspectors bring their plan of the fieldwork.",
            by=by,
            now=min(called + timedelta(days=1), now),
        )
