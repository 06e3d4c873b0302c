"""Groups the emails about an inspection into one thread in a person's mailbox, and says where answers go.

All emails to one person about one inspection answer one root message that was never sent. Apple Mail, Thunderbird and
most others use `References` and `In-Reply-To` for this; Exchange and Outlook use `Thread-Topic` and `Thread-Index`.
Gmail also wants identical subjects, which these emails do not have, because the subject says what is late.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from uuid import UUID

from accounts.permissions import ANSWERERS
from inspections.models import Inspection
from outbox.actions import own_domain
from outbox.building import wired
from reminders.records.reading import Reading

# Microsoft counts in tenths of microseconds since 1601.
SECONDS_1601_TO_1970 = 11_644_473_600
MOST_ADDRESSES = 5


@dataclass(frozen=True, slots=True)
class Answers:
    """Where answers go: the addresses, and whose they are in words (empty if nobody reads them)."""

    addresses: tuple[str, ...]
    words: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Reply-To": ", ".join(wired(address) for address in self.addresses)} if self.addresses else {}


def answers_go_to(reading: Reading) -> Answers:
    """The address that the council has set, otherwise the people of the DCS office, otherwise the coordinators."""
    if reading.arrangement.reply_to:
        return Answers((reading.arrangement.reply_to,), reading.arrangement.reply_to)
    for role, words in ANSWERERS.items():
        people = sorted(reading.people.with_role(role), key=lambda person: person.pk)
        if people:
            return Answers(tuple(person.email for person in people[:MOST_ADDRESSES]), words)
    return Answers((), "")


def headers(inspection: Inspection, person: int) -> dict[str, str]:
    """The headers of the thread of one person and inspection; the same for each of its emails."""
    digest = hashlib.sha256(f"{inspection.pk}/{inspection.slug}/{person}".encode()).digest()
    root = f"<thread-{digest[:16].hex()}@{own_domain()}>"
    began = int((inspection.opened_at.timestamp() + SECONDS_1601_TO_1970) * 10_000_000)
    index = began.to_bytes(8, "big")[:6] + UUID(bytes=digest[:16]).bytes
    return {
        "References": root,
        "In-Reply-To": root,
        "Thread-Topic": " ".join(inspection.title.split()),
        "Thread-Index": base64.b64encode(index).decode(),
    }
