"""Inspectors, what was said with them and what they asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.models import Post, User
from contact import actions, requests_actions
from contact.models import Request
from inspections import inspectors_actions
from inspections.models import Inspection, Inspector

LEAD = "Ines Example"


def meet(inspection: Inspection, *, by: User | None, now: datetime) -> None:
    """A lead inspector, one call with her, and one request of hers, which may be asked of any inspection."""
    inspectors_actions.add_inspector(
        inspection=inspection,
        name=LEAD,
        part=Inspector.Part.LEAD,
        telephone="01632 960777",
        email="ines@example.org",
        by=by,
        now=now,
    )
    facts: dict[str, Any] = {"how": "call", "with_whom": LEAD, "by_whom": "Dina Sample", "said": "Hello."}
    actions.record_contact(inspection=inspection, at=now, once=uuid4(), by=by, now=now, **facts)
    actions.record_set_up_meeting(inspection=inspection, held_at=now, place="Room 1", notes="Agreed.", by=by, now=now)
    Request.objects.create(
        inspection=inspection,
        number=1,
        about=Request.About.FIGURES,
        asked_by=LEAD,
        asked_at=now,
        text="The figures of last month",
        due=now + timedelta(days=1),
        once=uuid4(),
        recorded_at=now,
        recorded_by=by,
    )


def ask(
    inspection: Inspection,
    *,
    due: datetime,
    now: datetime,
    text: str = "The figures of last month",
    posts: Sequence[Post] = (),
    by: User | None = None,
) -> Request:
    """A request for figures, asked at `now`."""
    return requests_actions.record_request(
        inspection=inspection,
        about=Request.About.FIGURES,
        asked_by=LEAD,
        asked_at=now,
        text=text,
        due=due,
        posts=posts,
        once=uuid4(),
        by=by,
        now=now,
    )
