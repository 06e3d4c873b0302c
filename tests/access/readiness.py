from __future__ import annotations

from django.conf import settings

from accounts.models import Role
from readiness import mailbox
from tests.access.rows import EVERYBODY, Row, World, of_council, of_inspection

WATCHERS = frozenset({Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE})
COORDINATOR = frozenset({Role.COORDINATOR})


def prepare(world: World) -> None:
    recipient = world.people[Role.OWNER].email
    name = "20110418T090000000000-0123abcd"
    text = f"X-Envelope-To: {recipient}\r\nSubject: For the owner\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n"
    mailbox.store(settings.MAILBOX_DIR / f"{name}.eml", text.encode())
    world.things["message"] = name


ROWS = [
    Row("health", "GET", EVERYBODY, public=True),
    Row("start", "GET", EVERYBODY),
    Row("dashboard", "GET", WATCHERS, of_inspection),
    Row("summary", "GET", WATCHERS | {Role.BOARD}, of_inspection),
    Row("everything", "GET", EVERYBODY, of_council),
    Row("open-inspection", "GET", COORDINATOR, of_council),
    Row(
        "open-inspection",
        "POST",
        COORDINATOR,
        of_council,
        lambda w: {"title": "Another", "kind": "rehearsal", "framework_key": "slac-2009", "plan_key": ""},
    ),
    Row("mailbox", "GET", EVERYBODY),
    Row("mailbox-message", "GET", frozenset({Role.OWNER}), lambda w: {"name": w.things["message"]}),
]
